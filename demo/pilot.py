"""The London pilot: six train-the-trainer days, who came, and the results that its funder reads.

Everything is written in bulk, since nobody waits for services here: a few hundred people in a few seconds.
The same seed gives the same data; a programme of this name is left as it is.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Agency, Sector, User
from attendance.models import Attendance, AttendanceChange, Status
from bookings.models import Booking, BookingChange, BookingState, SessionBreak, TrainingSession, Venue
from cohorts.models import Cohort, CohortMember, Delivery, Programme, ProgrammeTarget
from courses.models import CoursePage, Enrolment
from demo import pilot_results
from demo.certificate_template import load_certificate_template
from demo.files import read_document, read_rows, refer
from demo.people import FIRST_NAMES, LAST_NAMES
from demo.schema import PeopleRow, PilotFile, PilotSessionRow, VenueRow

ZONE = ZoneInfo("Europe/London")
BOOKED_DAYS_BEFORE = range(10, 45)
LATE_SHARE = 0.08  # of those who came: late, or away before the end


@dataclass
class Guest:
    """One person's way through the pilot."""

    user: User
    row: PilotSessionRow | None
    state: BookingState
    status: Status | None  # of the register; None for the waiting list and for sessions to come
    session: TrainingSession | None = None
    trainer: User | None = None
    enrolment: Enrolment | None = None

    @property
    def came(self) -> bool:
        return self.status == Status.PRESENT or self.missed_a_part

    @property
    def missed_a_part(self) -> bool:
        return self.status in {Status.LATE, Status.LEFT_EARLY}


def read_pilot(folder: Path) -> tuple[PilotFile, list[VenueRow]]:
    """Read pilot.yaml and venues.yaml of `folder`, checked against each other. Raises ContentError."""
    _, venues = read_rows(folder / "venues.yaml", VenueRow, key="slug")
    document = read_document(folder / "pilot.yaml")
    pilot = document.parse(PilotFile, document.value)
    known = {row.slug for row in venues}
    columns = {row.column for row in pilot.people}
    for index, row in enumerate(pilot.sessions):
        refer(document, ("sessions", index, "venue"), [row.venue], known)
        refer(document, ("sessions", index, "mix"), row.mix, columns)
        if row.attended > row.booked:
            raise document.mistake(("sessions", index), "more people came than were booked")
    return pilot, venues


def load_venues(rows: Sequence[VenueRow]) -> dict[str, Venue]:
    """Return the venues by slug, made now if they are not there."""
    return {
        row.slug: Venue.objects.get_or_create(
            name=row.name,
            defaults={
                "area": row.place,
                "capacity": row.capacity,
                "is_online": row.online,
                "access_notes": "\n".join(row.access),
            },
        )[0]
        for row in rows
    }


@transaction.atomic
def load_pilot(pilot: PilotFile, venues: dict[str, Venue], *, seed: int) -> None:
    """Write the whole pilot unless its programme is there already."""
    if Programme.objects.filter(name=pilot.programme.name).exists():
        return
    luck = random.Random(f"{seed} pilot")  # noqa: S311 -- the same pilot every time is the point
    people = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    programme = _programme(pilot, people)
    load_certificate_template(programme, people["moderator@demo.example"])
    course = CoursePage.objects.get(slug=pilot.course)
    guests = _guests(pilot, luck)
    for row in pilot.sessions:
        session = _session(pilot, row, programme, course, venues[row.venue], people)
        for guest in guests:
            if guest.row is row:
                guest.session, guest.trainer = session, people[row.trainer]
    enrol_guests(guests, course, luck)
    mark_guests([guest for guest in guests if guest.status], luck)
    pilot_results.load(pilot, programme, course, [guest for guest in guests if guest.came], luck)


def _programme(pilot: PilotFile, people: dict[str, User]) -> Programme:
    programme = Programme.objects.create(**pilot.programme.model_dump())
    programme.leads.add(people["lead@demo.example"])
    programme.funders.add(people["funder@demo.example"])
    sectors = {sector.code: sector for sector in Sector.objects.filter(code__in=pilot.sector_targets)}
    ProgrammeTarget.objects.bulk_create(
        ProgrammeTarget(programme=programme, sector=sectors[code], people=count)
        for code, count in pilot.sector_targets.items()
    )
    return programme


def at(row: PilotSessionRow, clock: str) -> datetime:
    """Return the moment of that day's local `clock`."""
    return datetime.combine(row.date, time.fromisoformat(clock), ZONE)


def _session(pilot, row, programme, course, venue, people) -> TrainingSession:
    """Make the group of one day with its session, breaks and trainers."""
    lead = people["lead@demo.example"]
    made_at = at(row, "09:00") - timedelta(days=60)
    cohort = Cohort.objects.create(
        name=f"{pilot.programme.name} {row.name}",
        course=course,
        programme=programme,
        delivery=Delivery.BLENDED if venue.is_online else Delivery.FACE_TO_FACE,
        starts_on=row.date,
        ends_on=row.date,
        created_by=lead,
        created_at=made_at,
        join_open_until=made_at,
    )
    cohort.trainers.set([lead, people[row.trainer]])
    session = TrainingSession.objects.create(
        cohort=cohort,
        title=f"Train the trainer, day {row.name}",
        starts_at=at(row, pilot.starts),
        ends_at=at(row, pilot.ends),
        venue=venue,
        online_link="https://meet.example/room-a" if venue.is_online else "",
        capacity=row.booked,
        who_may_book=TrainingSession.WhoMayBook.ANYONE,
        bookings_open_at=made_at,
        created_by=lead,
        created_at=made_at,
        **pilot.safety.model_dump(),
    )
    SessionBreak.objects.bulk_create(
        SessionBreak(session=session, starts_at=at(row, pause.at), minutes=pause.minutes)
        for pause in pilot.breaks
    )
    return session


def _guests(pilot: PilotFile, luck: random.Random) -> list[Guest]:
    """Return everybody who booked or waited, with accounts: the mix of each day is that of those who came."""
    count = sum(row.booked + row.waiting for row in pilot.sessions)
    people = Newcomers(luck, count, pilot.people)
    guests = []
    for row in pilot.sessions:
        came = [people.one(column) for column, number in row.mix.items() for _ in range(number)]
        missing = [people.one(luck.choice(["health", "care"])) for _ in range(row.booked - row.attended)]
        waiting = [people.one("health") for _ in range(row.waiting)]
        guests += [Guest(user, row, BookingState.BOOKED, came_status(luck)) for user in came]
        guests += [
            Guest(user, row, BookingState.BOOKED, luck.choices([Status.ABSENT, Status.EXCUSED], [7, 3])[0])
            for user in missing
        ]
        guests += [Guest(user, row, BookingState.WAITLISTED, None) for user in waiting]
    people.save()
    return guests


def came_status(luck: random.Random) -> Status:
    if luck.random() > LATE_SHARE:
        return Status.PRESENT
    return luck.choice([Status.LATE, Status.LEFT_EARLY])


class Newcomers:
    """People with names of their own, made in bulk; nobody can log in as one of them."""

    def __init__(self, luck: random.Random, count: int, rows: Sequence[PeopleRow], mark: str = ""):
        """mark: stands in their addresses, so that two lots of people never share one."""
        self.luck = luck
        self.mark = mark
        self.names = luck.sample([(first, last) for first in FIRST_NAMES for last in LAST_NAMES], count)
        self.rows = rows
        self.agencies = {agency.slug: agency for agency in Agency.objects.all()}
        self.sectors = {sector.code: sector for sector in Sector.objects.all()}
        self.password = make_password(None)
        self.users: list[User] = []

    def one(self, column: str) -> User:
        """Return somebody new for `column`, not saved yet."""
        row = self.luck.choice([row for row in self.rows if row.column == column])
        agency = self.agencies[self.luck.choice(row.agencies)]
        first, last = self.names.pop()
        user = User(
            email=f"{slugify(first)}.{slugify(last)}{self.mark}{len(self.users) + 1}@{agency.slug}.example",
            name=f"{first} {last}",
            sector=self.sectors[row.sector],
            agency=agency,
            job_role=self.luck.choice(row.roles),
            password=self.password,
        )
        self.users.append(user)
        return user

    def save(self) -> None:
        User.objects.bulk_create(self.users)
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in self.users
        )


def enrol_guests(guests: Sequence[Guest], course: CoursePage, luck: random.Random) -> None:
    """Book everybody, in the order in which they asked, and put them into the group and on the course."""
    asked = {}
    by_session = defaultdict(list)
    for guest in guests:
        by_session[guest.session.pk].append(guest)
    now = timezone.now()
    for mine in by_session.values():
        days = sorted((luck.choice(BOOKED_DAYS_BEFORE) for _ in mine), reverse=True)
        luck.shuffle(mine)
        mine.sort(key=lambda guest: guest.state == BookingState.WAITLISTED)
        for place, (guest, day) in enumerate(zip(mine, days, strict=True)):
            moment = guest.session.starts_at - timedelta(days=day)
            latest = now - timedelta(minutes=len(mine))
            asked[guest.user.pk] = min(moment, latest) + timedelta(seconds=place)
    for guest in guests:
        guest.enrolment = Enrolment(learner=guest.user, course=course, enrolled_at=asked[guest.user.pk])
    Enrolment.objects.bulk_create(guest.enrolment for guest in guests)
    CohortMember.objects.bulk_create(
        CohortMember(
            cohort=guest.session.cohort,
            learner=guest.user,
            enrolment=guest.enrolment,
            source=CohortMember.Source.BOOKING,
            joined_at=asked[guest.user.pk],
        )
        for guest in guests
    )
    bookings = Booking.objects.bulk_create(
        Booking(
            session=guest.session,
            learner=guest.user,
            sector=guest.user.sector,
            state=guest.state,
            queued_at=asked[guest.user.pk],
            booked_by=guest.user,
        )
        for guest in guests
    )
    BookingChange.objects.bulk_create(
        BookingChange(
            booking=booking, became=booking.state, at=booking.queued_at, actor_id=booking.booked_by_id
        )
        for booking in bookings
    )


def mark_guests(guests: Sequence[Guest], luck: random.Random) -> None:
    """Fill the registers."""
    marks = Attendance.objects.bulk_create(
        Attendance(
            session=guest.session,
            learner=guest.user,
            status=guest.status,
            minutes_missed=luck.choice([10, 15, 20]) if guest.missed_a_part else 0,
            marked_at=guest.session.starts_at + timedelta(minutes=luck.randint(2, 15)),
            marked_by=guest.trainer,
        )
        for guest in guests
    )
    AttendanceChange.objects.bulk_create(
        AttendanceChange(
            attendance=mark,
            became=mark.status,
            minutes_missed=mark.minutes_missed,
            source=mark.source,
            touched_at=mark.marked_at,
            saved_at=mark.marked_at,
            actor_id=mark.marked_by_id,
        )
        for mark in marks
    )
