"""Who of the pilot's people became trainers, who watched them, and whom they reached."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Sector, User
from cascade.fidelity import POINTS, Mark, is_passed
from cascade.models import Delivery, Licence, LicenceRule, Observation, Reach
from certificates.dates import add_months
from cohorts.models import Programme
from courses.models import CoursePage
from demo.schema import PilotFile

ZONE = ZoneInfo("Europe/London")
LICENCE_MONTHS, PROVISIONAL_MONTHS = 12, 6
THIRD_DELIVER = 4  # of those whom the pilot's people trained: how many have given a session by now
COMMENTS = (
    "Calm and clear. Use more examples from their own workplace.",
    "The safety words came first and in full. Leave more time for questions.",
    "",
    "Good mix at the tables. Say once more at the end who to call.",
    "Kept to the facts, and said so when an answer was not known.",
)


def shares(luck, total: int, count: int, least: int = 1) -> list[int]:
    """Return `count` whole numbers of at least `least` that add up to `total`."""
    found = [least] * count
    weights = [luck.uniform(0.5, 2) for _ in range(count)]
    for place in luck.choices(range(count), weights, k=total - least * count):
        found[place] += 1
    return found


def load_cascade(pilot: PilotFile, programme: Programme, course: CoursePage, licensed, luck) -> None:
    """License everybody who passed, let some of them train others, and a few of those become trainers too."""
    taught = CoursePage.objects.get(slug=pilot.cascade.course)
    LicenceRule.objects.get_or_create(course=taught, trainer_course=course)
    people = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    lead = people["lead@demo.example"]
    started = min(row.date for row in pilot.sessions) - timedelta(days=90)
    trainers = [people[email] for email in dict.fromkeys(row.trainer for row in pilot.sessions)]
    manager = people["manager@demo.example"]
    roots = [_licence(lead, taught, started, manager, months=24)]
    roots += [_licence(trainer, taught, started, lead, months=24, trained_by=lead) for trainer in trainers]
    Licence.objects.bulk_create(roots)
    active = luck.sample(licensed, min(pilot.cascade.trainers, len(licensed)))
    delivered = _deliveries(pilot, programme, taught, active, luck)
    Licence.objects.bulk_create(
        _licence(
            guest.user,
            taught,
            guest.row.date,
            lead,
            months=LICENCE_MONTHS if guest.user.pk in delivered else PROVISIONAL_MONTHS,
            is_provisional=guest.user.pk not in delivered,
            trained_by=people[guest.row.trainer],
            trained_in=guest.session.cohort,
        )
        for guest in licensed
    )
    seen = [(root.holder, started, root.granted_by, Observation.Kind.SESSION) for root in roots]
    for guest in licensed:
        seen.append((guest.user, guest.row.date, lead, Observation.Kind.PRACTICE))
        if day := delivered.get(guest.user.pk):
            latest = add_months(guest.row.date, PROVISIONAL_MONTHS)
            seen.append((guest.user, min(day, latest), lead, Observation.Kind.SESSION))
    seen += _next_generation(pilot, taught, active, lead, luck)
    _observations(taught, seen)


def _observations(course: CoursePage, seen: Sequence[tuple]) -> None:
    """Sign off what was watched: everybody passed; every few one point was met in part only.

    seen: (trainer, day, observer, kind).
    """
    in_part = ("timings", "group-work", "questions")  # none of the safety points
    rows = []
    for number, (trainer, day, observer, kind) in enumerate(seen):
        checklist = {point.code: Mark.YES.value for point in POINTS}
        weak = in_part[number // 4 % len(in_part)]
        if number % 4 == 3:
            checklist[weak] = Mark.PARTLY.value
        rows.append(
            Observation(
                trainer=trainer,
                course=course,
                observed_by=observer,
                kind=kind,
                observed_on=day,
                checklist=checklist,
                comment=COMMENTS[number % len(COMMENTS)],
                passed=is_passed(checklist),
                made_at=datetime.combine(day, time(17, 30), ZONE),
            )
        )
    Observation.objects.bulk_create(rows)


def _licence(
    holder: User, course: CoursePage, on: date, granted_by: User, *, months=LICENCE_MONTHS, **fields
) -> Licence:
    return Licence(
        holder=holder,
        course=course,
        granted_by=granted_by,
        granted_at=datetime.combine(on, time(17), ZONE),
        granted_on=on,
        valid_until=add_months(on, months),
        **fields,
    )


def _deliveries(pilot: PilotFile, programme: Programme, course: CoursePage, active, luck) -> dict[int, date]:
    """Write one session each and a second one for some; return trainer id -> day of the first.

    Face to face and e-learning add up to the file's numbers.
    """
    row = pilot.cascade
    by_e_learning = active[: len(active) // 4]
    face = active[len(by_e_learning) :] + luck.sample(active, len(active) // 6)
    sectors = list(Sector.objects.order_by("order"))
    plans = [(Delivery.Format.FACE_TO_FACE, face, row.face)]
    plans.append((Delivery.Format.E_LEARNING, by_e_learning, row.elearning))
    deliveries, reaches = [], []
    for format_, trainers, total in plans:
        for guest, people in zip(trainers, shares(luck, total, len(trainers), 4), strict=True):
            delivery = Delivery(
                trainer=guest.user,
                course=course,
                programme=programme,
                delivered_on=_some_day(guest.row.date, row.until, luck),
                format=format_,
                area=guest.user.agency.region,
                agency=guest.user.agency,
                minutes=luck.choice([60, 90, 120]),
            )
            deliveries.append(delivery)
            others = luck.randint(0, people // 3)
            elsewhere = luck.choice([s for s in sectors if s != guest.user.sector])
            reaches.append(Reach(delivery=delivery, sector=guest.user.sector, people=people - others))
            if others:
                reaches.append(Reach(delivery=delivery, sector=elsewhere, people=others))
    Delivery.objects.bulk_create(deliveries)
    Reach.objects.bulk_create(reaches)
    days = sorted((delivery.delivered_on, delivery.trainer_id) for delivery in deliveries)
    return {trainer: day for day, trainer in reversed(days)}


def _some_day(trained_on: date, until: date, luck) -> date:
    """Return a working day between two weeks after the training and `until`."""
    return _working_day(trained_on + timedelta(days=luck.randint(14, (until - trained_on).days)))


def _working_day(day: date) -> date:
    """Return the day, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _next_generation(pilot: PilotFile, course: CoursePage, active, lead: User, luck) -> list[tuple]:
    """A few of those who were trained passed the whole day on: colleagues who are trainers by now as well.

    Some of them have given a session: no programme pays for it, so that the pilot's figures stay its own.
    Return what was watched, as `_observations` takes it.
    """
    from demo.pilot import Newcomers  # noqa: PLC0415 -- the pilot calls this module

    people = Newcomers(luck, pilot.cascade.next_generation, pilot.people, mark="n")
    pairs = [
        (people.one(guest_column(pilot, guest)), guest) for guest in active[: pilot.cascade.next_generation]
    ]
    people.save()
    seen, deliveries, licences = [], [], []
    for number, (user, guest) in enumerate(pairs):
        began = guest.row.date + timedelta(days=70)
        gives = number < THIRD_DELIVER
        seen.append((user, began, lead, Observation.Kind.PRACTICE))
        licences.append(
            _licence(
                user,
                course,
                began,
                lead,
                months=LICENCE_MONTHS if gives else PROVISIONAL_MONTHS,
                is_provisional=not gives,
                trained_by=guest.user,
            )
        )
        if gives:
            day = _working_day(began + timedelta(days=21 + 7 * number))
            seen.append((user, day, lead, Observation.Kind.SESSION))
            deliveries.append(_third_delivery(user, course, day))
    Licence.objects.bulk_create(licences)
    Delivery.objects.bulk_create(deliveries)
    Reach.objects.bulk_create(
        Reach(delivery=delivery, sector=delivery.trainer.sector, people=7 + 2 * number)
        for number, delivery in enumerate(deliveries)
    )
    return seen


def _third_delivery(trainer: User, course: CoursePage, day: date) -> Delivery:
    return Delivery(
        trainer=trainer,
        course=course,
        delivered_on=day,
        format=Delivery.Format.FACE_TO_FACE,
        area=trainer.agency.region,
        agency=trainer.agency,
        minutes=60,
    )


def guest_column(pilot: PilotFile, guest) -> str:
    return next(row.column for row in pilot.people if row.sector == guest.user.sector.code)
