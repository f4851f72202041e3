"""Groups with sessions beside the pilot: some over, one running, some to come, with people who booked them.

Written in bulk. A group of the same name is left as it is, so what is still to come when the demonstration is
loaded first stays on its day.
"""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.models import Status
from bookings.models import BookingState, SessionBreak, TrainingSession, Venue
from cohorts.models import Cohort, Delivery, Programme
from courses.models import CoursePage
from demo.files import read_rows, refer
from demo.pilot import Guest, Newcomers, came_status, enrol_guests, mark_guests
from demo.schema import DateRow, GroupRow, SafetyRow, VenueRow

ZONE = ZoneInfo("Europe/London")
RUNNING_FOR = timedelta(hours=3, minutes=45)  # a session that runs when the demonstration is loaded
BREAK_AFTER, BREAK_MINUTES = timedelta(minutes=105), 15
OPEN_DAYS_BEFORE = 60


def read_dates(folder: Path, venues: Sequence[VenueRow]) -> list[GroupRow]:
    """Read dates.yaml of `folder`. Raises ContentError."""
    document, rows = read_rows(folder / "dates.yaml", GroupRow, key="group")
    for index, row in enumerate(rows):
        refer(document, (index, "venue"), [row.venue], {venue.slug for venue in venues})
    return rows


@transaction.atomic
def load_dates(rows: Sequence[GroupRow], venues: dict[str, Venue], safety: SafetyRow, *, seed: int) -> None:
    """Write the groups that are not there yet."""
    for number, row in enumerate(rows):
        if not Cohort.objects.filter(name=row.group).exists():
            luck = random.Random(f"{seed} {row.group}")  # noqa: S311 -- the same people every time
            _load_group(row, venues[row.venue], safety, luck, mark=f"d{number}n")


def _load_group(row: GroupRow, venue: Venue, safety: SafetyRow, luck: random.Random, mark: str) -> None:
    trainer = User.objects.get(email=row.trainer)
    course = CoursePage.objects.get(slug=row.course)
    days = [_day(date) for date in row.sessions]
    made_at = min(*days, timezone.now()) - timedelta(days=OPEN_DAYS_BEFORE)
    cohort = Cohort.objects.create(
        name=row.group,
        course=course,
        programme=_programme(row),
        delivery=Delivery.FACE_TO_FACE,
        starts_on=timezone.localdate(min(days)),
        ends_on=timezone.localdate(max(days)),
        created_by=trainer,
        created_at=made_at,
    )
    cohort.trainers.set([trainer])
    count = sum(date.booked + date.waiting for date in row.sessions)
    people = Newcomers(luck, count, row.people, mark)
    guests = []
    for date, start in zip(row.sessions, days, strict=True):
        session = _session(cohort, date, start, venue, safety, made_at)
        guests += _guests(session, date, people, trainer, luck)
    people.save()
    enrol_guests(guests, course, luck)
    mark_guests([guest for guest in guests if guest.status], luck)


def _programme(row: GroupRow) -> Programme | None:
    if row.programme is None:
        return None
    programme, _ = Programme.objects.get_or_create(
        name=row.programme.name, defaults=row.programme.model_dump(exclude={"name"})
    )
    return programme


def _day(row: DateRow) -> datetime:
    """Return the start: of a fixed day, of a day to come, or the full hour that runs now."""
    now = timezone.now()
    if row.in_days == 0:
        return now.replace(minute=0, second=0, microsecond=0)
    day = row.date or timezone.localdate(now, ZONE) + timedelta(days=row.in_days)
    return datetime.combine(day, time.fromisoformat(row.starts), ZONE)


def _end(row: DateRow, start: datetime) -> datetime:
    if row.in_days == 0:
        return start + RUNNING_FOR
    return datetime.combine(start.date(), time.fromisoformat(row.ends), ZONE)


def _session(cohort: Cohort, row: DateRow, start: datetime, venue: Venue, safety: SafetyRow, made_at):
    local = start.astimezone(ZONE)
    session = TrainingSession.objects.create(
        cohort=cohort,
        title=f"{cohort.course.title.rpartition(': ')[2].capitalize()}, {local.day} {local:%B}",
        starts_at=start,
        ends_at=_end(row, start),
        venue=venue,
        capacity=row.places,
        who_may_book=TrainingSession.WhoMayBook.ANYONE,
        bookings_open_at=made_at,
        created_by=cohort.created_by,
        created_at=made_at,
        **safety.model_dump(),
    )
    SessionBreak.objects.create(session=session, starts_at=start + BREAK_AFTER, minutes=BREAK_MINUTES)
    return session


def _guests(session: TrainingSession, row: DateRow, people: Newcomers, trainer: User, luck) -> list[Guest]:
    """Return who booked and who waits; registers of days that are over are filled."""
    is_over = session.ends_at < timezone.now()
    found = []
    for number in range(row.booked):
        status = None
        if is_over:
            status = came_status(luck) if number < row.came else Status.ABSENT
        found.append(Guest(people.one("all"), None, BookingState.BOOKED, status, session, trainer=trainer))
    found += [
        Guest(people.one("all"), None, BookingState.WAITLISTED, None, session, trainer=trainer)
        for _ in range(row.waiting)
    ]
    return found
