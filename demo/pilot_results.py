"""What the pilot's people knew, felt, said and passed on: numbers whose means are those of pilot.yaml."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from accounts.models import Sector, User
from cascade.models import Delivery, Licence, LicenceRule, Reach
from certificates.activities import version_for
from certificates.dates import add_months
from certificates.models import Award, Certificate
from certificates.numbers import new_number
from cohorts.models import Programme
from courses.models import CourseModule, CoursePage, ModuleCompletion
from demo.schema import PilotFile
from evaluation.models import ConfidenceRating, FeedbackGiven, FollowUp, SessionFeedback, Stage
from quizzes.answers import best_answer, poor_answer
from quizzes.content import ItemType
from quizzes.models import Attempt, AttemptEvent, AttemptState, ItemVersion, Quiz, QuizKind, Response

QUESTIONS = 10
ZONE = ZoneInfo("Europe/London")
PERSON_SPREAD, RATING_SPREAD = 0.75, 0.5  # how people differ, and how one person's ratings do
FOLLOW_UP_DAYS = 90
FEEDBACK_SHARE = 0.85
LICENCE_MONTHS = 12


def load(pilot: PilotFile, programme: Programme, course: CoursePage, guests: Sequence, luck: random.Random):
    """Write the results of `guests`, the people who came."""
    before, after = (mean / QUESTIONS for mean in (pilot.knowledge.before, pilot.knowledge.after))
    before = whole_numbers(luck, _varied(luck, len(guests), before, 1.6), before, (2, QUESTIONS))
    after = whole_numbers(luck, _varied(luck, len(guests), after, 0.9), after, (6, QUESTIONS))
    quizzes = {quiz.kind: quiz for quiz in course.quizzes.all()}
    _read_modules(course, guests)
    _attempts(quizzes.get(QuizKind.DIAGNOSTIC), guests, before, timedelta(days=-4), luck)
    passed = _attempts(quizzes.get(QuizKind.ASSESSMENT), guests, after, timedelta(hours=6, minutes=40), luck)
    _awards(programme, course, [guest for guest in guests if guest.enrolment.pk in passed], luck)
    answered = luck.sample(guests, round(len(guests) * pilot.survey.reply_percent / 100))
    _confidence(pilot, guests, answered, luck)
    _follow_up(pilot, guests, answered, luck)
    _feedback(pilot, guests, luck)
    _cascade(pilot, programme, course, [guest for guest in guests if guest.enrolment.pk in passed], luck)


def _varied(luck, count: int, mean: float, spread: float) -> list[float]:
    return [luck.gauss(mean, spread) for _ in range(count)]


def whole_numbers(luck, wanted: Sequence[float], mean: float, bounds: tuple[int, int]) -> list[int]:
    """Return `wanted` as whole numbers within `bounds`, pushed until their mean is as near `mean` as can be."""
    low, high = bounds
    found = [min(high, max(low, round(value))) for value in wanted]
    missing = round(mean * len(found)) - sum(found)
    step = 1 if missing > 0 else -1
    while missing:
        place = luck.randrange(len(found))
        if low <= found[place] + step <= high:
            found[place] += step
            missing -= step
    return found


def shares(luck, total: int, count: int, least: int = 1) -> list[int]:
    """Return `count` whole numbers of at least `least` that add up to `total`."""
    found = [least] * count
    weights = [luck.uniform(0.5, 2) for _ in range(count)]
    for place in luck.choices(range(count), weights, k=total - least * count):
        found[place] += 1
    return found


def _read_modules(course: CoursePage, guests) -> None:
    places = CourseModule.objects.filter(course=course, is_required=True).select_related("module")
    ModuleCompletion.objects.bulk_create(
        ModuleCompletion(
            enrolment=guest.enrolment,
            module=place.module,
            form=place.form,
            version=place.module.version,
            completed_at=guest.session.starts_at + timedelta(minutes=20 + 10 * number),
        )
        for number, place in enumerate(places)
        for guest in guests
    )


def _attempts(quiz: Quiz | None, guests, right: list[int], after_start: timedelta, luck) -> set[int]:
    """Write one finished attempt each; `right` questions of ten. Return the ids of the enrolments that passed."""
    if quiz is None:
        return set()
    attempts = [
        Attempt(
            enrolment=guest.enrolment,
            quiz=quiz,
            state=AttemptState.FINISHED,
            pass_mark=quiz.pass_mark,
            started_at=guest.session.starts_at + after_start,
            submitted_at=guest.session.starts_at + after_start + timedelta(minutes=luck.randint(6, 14)),
            score=Decimal(100 * count) / QUESTIONS,
            passed=100 * count >= quiz.pass_mark * QUESTIONS,
        )
        for guest, count in zip(guests, right, strict=True)
    ]
    Attempt.objects.bulk_create(attempts)
    ways = [("", AttemptState.IN_PROGRESS), (AttemptState.IN_PROGRESS, AttemptState.SUBMITTED)]
    ways.append((AttemptState.SUBMITTED, AttemptState.FINISHED))
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            attempt=attempt,
            was=was,
            became=became,
            at=attempt.submitted_at if was else attempt.started_at,
            actor_id=attempt.enrolment.learner_id,
        )
        for attempt in attempts
        for was, became in ways
    )
    Response.objects.bulk_create(_responses(quiz, attempts, right, luck))
    return {attempt.enrolment_id for attempt in attempts if attempt.passed}


def _responses(quiz: Quiz, attempts: list[Attempt], right: list[int], luck):
    """Yield the answers behind each score, from questions with one choice; nothing where the bank has too few."""
    bank = [
        version
        for version in ItemVersion.objects.ready().filter(item__category=quiz.category)
        if version.content.type == ItemType.SINGLE and version.content.marks == 1
    ]
    if len(bank) < QUESTIONS:
        return
    answers = {v.pk: (best_answer(v.content), poor_answer(v.content)) for v in bank}
    for attempt, count in zip(attempts, right, strict=True):
        is_right = [True] * count + [False] * (QUESTIONS - count)
        luck.shuffle(is_right)
        for position, (version, good) in enumerate(
            zip(luck.sample(bank, QUESTIONS), is_right, strict=True), 1
        ):
            best, poor = answers[version.pk]
            yield Response(
                attempt=attempt,
                position=position,
                version=version,
                choice_order=luck.sample(version.content.keys, len(version.content.keys)),
                answer=best if good else poor,
                answered_at=attempt.submitted_at,
                saved_count=1,
                marks_awarded=1 if good else 0,
                marks_possible=1,
            )


def _awards(programme: Programme, course: CoursePage, guests, luck) -> None:
    """Award everybody who passed. Their certificates are drawn by the next reconcile, and count as sent."""
    if not guests:
        return
    activity = version_for(
        course,
        "Quiz passed at 80% or more; all required modules completed; one day attended",
        programme.certificate_template_use.version,
    )
    awards = Award.objects.bulk_create(
        Award(
            enrolment=guest.enrolment,
            activity=activity,
            learner_name=guest.user.name,
            cpd_minutes=activity.minutes_total,
            participatory_minutes=activity.minutes_participatory,
            started_on=min(timezone.localdate(guest.enrolment.enrolled_at), guest.row.date),
            completed_on=guest.row.date,
            awarded_at=guest.session.ends_at,
            refresh_by=activity.refresh_by(guest.row.date),
        )
        for guest in guests
    )
    Certificate.objects.bulk_create(
        Certificate(
            award=award,
            holder_name=award.learner_name,
            number=new_number(settings.CERTIFICATE_PREFIX, award.completed_on.year),
            emailed_at=award.awarded_at,
        )
        for award in awards
    )


def _confidence(pilot: PilotFile, guests, answered, luck) -> None:
    """Rate each outcome so that its mean is that of the file, among those who answered later and among the rest."""
    groups = (answered, [guest for guest in guests if guest not in answered])
    ratings = []
    for stage in Stage.values:
        for group in groups[:1] if stage == Stage.LATER else groups:
            moods = [luck.gauss(0, PERSON_SPREAD) for _ in group]
            for row in pilot.confidence:
                mean = getattr(row, stage)
                wanted = [luck.gauss(mean + mood, RATING_SPREAD) for mood in moods]
                numbers = whole_numbers(luck, wanted, mean, (1, 5))
                ratings += [
                    ConfidenceRating(
                        enrolment=guest.enrolment,
                        stage=stage,
                        outcome=row.outcome,
                        rating=number,
                        rated_at=_rated_at(guest, stage),
                    )
                    for guest, number in zip(group, numbers, strict=True)
                ]
    ConfidenceRating.objects.bulk_create(ratings)


def _rated_at(guest, stage: Stage):
    session = guest.session
    after = {Stage.BEFORE: session.starts_at, Stage.AFTER: session.ends_at}
    return after.get(stage) or session.ends_at + timedelta(days=FOLLOW_UP_DAYS + 3)


def _follow_up(pilot: PilotFile, guests, answered, luck) -> None:
    said = pilot.survey
    words = [FollowUp.Answer.USED] * said.used + [FollowUp.Answer.NOT_YET] * said.not_yet
    words += [FollowUp.Answer.NEEDED_HELP] * said.needed_help
    passed_on = [True] * said.passed_on + [False] * (len(answered) - said.passed_on)
    luck.shuffle(words)
    luck.shuffle(passed_on)
    answers = {
        guest.enrolment.pk: pair
        for guest, pair in zip(answered, zip(words, passed_on, strict=False), strict=False)
    }
    rows = []
    for guest in guests:
        sent_at = guest.session.ends_at + timedelta(days=FOLLOW_UP_DAYS)
        answer, passes = answers.get(guest.enrolment.pk, ("", None))
        rows.append(
            FollowUp(
                enrolment=guest.enrolment,
                due_on=guest.row.date + timedelta(days=FOLLOW_UP_DAYS),
                sent_at=sent_at,
                answer=answer,
                passed_on=passes,
                answered_at=sent_at + timedelta(days=luck.randint(0, 6)) if answer else None,
            )
        )
    FollowUp.objects.bulk_create(rows)


def _feedback(pilot: PilotFile, guests, luck) -> None:
    """What was said is in another order than who said something, as on the site."""
    gave = [guest for guest in guests if luck.random() < FEEDBACK_SHARE]
    FeedbackGiven.objects.bulk_create(FeedbackGiven(session=g.session, learner=g.user) for g in gave)
    said = [
        SessionFeedback(
            session=guest.session,
            usefulness=luck.choices([3, 4, 5], [1, 4, 6])[0],
            pace=luck.choices([2, 3, 4], [1, 7, 3])[0],
            trainer=luck.choices([3, 4, 5], [1, 3, 7])[0],
            will_change=luck.choice(pilot.feedback) if luck.random() < 0.4 else "",
            given_on=guest.row.date,
        )
        for guest in gave
    ]
    luck.shuffle(said)
    SessionFeedback.objects.bulk_create(said)


def _cascade(pilot: PilotFile, programme: Programme, course: CoursePage, licensed, luck) -> None:
    """License everybody who passed, let some of them train others, and a few of those become trainers too."""
    taught = CoursePage.objects.get(slug=pilot.cascade.course)
    LicenceRule.objects.get_or_create(course=taught, trainer_course=course)
    people = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    lead = people["lead@demo.example"]
    started = min(row.date for row in pilot.sessions) - timedelta(days=90)
    trainers = [people[email] for email in dict.fromkeys(row.trainer for row in pilot.sessions)]
    roots = [_licence(lead, taught, started, people["manager@demo.example"], months=24)]
    roots += [_licence(trainer, taught, started, lead, months=24, trained_by=lead) for trainer in trainers]
    Licence.objects.bulk_create(roots)
    Licence.objects.bulk_create(
        _licence(
            guest.user,
            taught,
            guest.row.date,
            lead,
            trained_by=people[guest.row.trainer],
            trained_in=guest.session.cohort,
        )
        for guest in licensed
    )
    active = luck.sample(licensed, min(pilot.cascade.trainers, len(licensed)))
    _deliveries(pilot, programme, taught, active, luck)
    _next_generation(pilot, taught, active, lead, luck)


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


def _deliveries(pilot: PilotFile, programme: Programme, course: CoursePage, active, luck) -> None:
    """One session each and a second one for some; face to face and e-learning add up to the file's numbers."""
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


def _some_day(trained_on: date, until: date, luck) -> date:
    """Return a working day between two weeks after the training and `until`."""
    day = trained_on + timedelta(days=luck.randint(14, (until - trained_on).days))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _next_generation(pilot: PilotFile, course: CoursePage, active, lead: User, luck) -> None:
    """A few of those who were trained passed the whole day on: colleagues who are trainers by now as well."""
    from demo.pilot import Newcomers  # noqa: PLC0415 -- the pilot calls this module

    people = Newcomers(luck, pilot.cascade.next_generation, pilot.people, mark="n")
    pairs = [
        (people.one(guest_column(pilot, guest)), guest) for guest in active[: pilot.cascade.next_generation]
    ]
    people.save()
    Licence.objects.bulk_create(
        _licence(user, course, guest.row.date + timedelta(days=70), lead, trained_by=guest.user)
        for user, guest in pairs
    )


def guest_column(pilot: PilotFile, guest) -> str:
    return next(row.column for row in pilot.people if row.sector == guest.user.sector.code)
