"""The door: a window in which people mark themselves with the code on the screen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.utils import timezone

from attendance.models import CAME, Attendance, CheckIn, Status, WalkIn
from attendance.services.marks import mark, suggested_missed
from attendance.services.walk_ins import add_walk_in, admit
from bookings.models import Booking, TrainingSession

LATE_AFTER = timedelta(minutes=10)
USUAL_BEFORE, USUAL_AFTER = timedelta(minutes=30), timedelta(minutes=30)


class DoorClosed(Exception):
    """Nobody checks in now: the window is not open, or the session was called off."""


class CheckedIn(Enum):
    PRESENT = "present"
    LATE = "late"
    ALREADY = "already"
    WALK_IN = "walk-in"


@dataclass(frozen=True)
class Entry:
    """What became of a check-in. walk_in: of people who are written down by name, with their link."""

    outcome: CheckedIn
    walk_in: WalkIn | None = None


@transaction.atomic
def open_door(session: TrainingSession, *, by, opens_at: datetime, closes_at: datetime) -> CheckIn:
    """Let people mark themselves between the two moments; opened again, it keeps its secret."""
    door, _ = CheckIn.objects.update_or_create(
        session=session, defaults={"opens_at": opens_at, "closes_at": closes_at, "opened_by": by}
    )
    return door


def close_door(session: TrainingSession) -> None:
    """End the window now. Safe to repeat."""
    now = timezone.now()
    CheckIn.objects.filter(session=session, closes_at__gt=now, opens_at__lt=now).update(closes_at=now)
    CheckIn.objects.filter(session=session, opens_at__gte=now).delete()


def is_open(door: CheckIn | None, moment: datetime) -> bool:
    """Say whether the window is open. The door comes with its session."""
    return bool(door and door.session.cancelled_at is None and door.opens_at <= moment < door.closes_at)


def check_in(door: CheckIn, learner, *, scanned_at: datetime) -> Entry:
    """Mark the learner as present, or late, by the moment they scanned the code; doing it twice is once.

    Somebody without a place gets one where they might have booked it, else they are written down as a walk-in
    and get the link to claim it. A mark by a trainer that they came is left alone. Raises DoorClosed.
    """
    if not is_open(door, scanned_at):
        raise DoorClosed(door.pk)
    session = door.session
    with transaction.atomic():
        standing = Attendance.objects.filter(session=session, learner=learner).first()
        if standing and standing.status in CAME:
            return Entry(CheckedIn.ALREADY)
        has_place = standing or Booking.objects.booked().of(learner).filter(session=session).exists()
        if not has_place and not may_come_in(session, learner):
            return _as_walk_in(session, learner, scanned_at)
        if not has_place:
            admit(session, learner, by=learner)
        status, missed = status_at(session, scanned_at)
        mark(
            session,
            learner=learner,
            status=status,
            minutes_missed=missed,
            by=learner,
            source=Attendance.Source.CHECK_IN,
        )
    return Entry(CheckedIn(status.value))


def may_come_in(session: TrainingSession, learner) -> bool:
    """Say whether somebody without a place could have booked one by the session's own rules."""
    rule = TrainingSession.WhoMayBook
    if session.who_may_book == rule.ANYONE:
        return True
    is_member = session.cohort.members.active().filter(learner=learner).exists()
    return session.who_may_book == rule.MEMBERS and is_member


def status_at(session: TrainingSession, moment: datetime) -> tuple[Status, int]:
    """Return what the clock says of somebody who comes at that moment: present, or late by so many minutes."""
    if moment <= session.starts_at + LATE_AFTER:
        return Status.PRESENT, 0
    return Status.LATE, suggested_missed(session, Status.LATE, moment)


def _as_walk_in(session: TrainingSession, learner, scanned_at: datetime) -> Entry:
    before = WalkIn.objects.filter(session=session, email=learner.email.lower(), removed_at=None).first()
    walk_in = before or walk_in_at_door(
        session,
        scanned_at,
        name=str(learner),
        organisation=learner.agency.name if learner.agency else "",
        sector=learner.sector,
        email=learner.email,
    )
    return Entry(CheckedIn.WALK_IN, walk_in)


def walk_in_at_door(session: TrainingSession, scanned_at: datetime, **details) -> WalkIn:
    """Write down somebody who checks in by name; the clock says whether they are late."""
    status, missed = status_at(session, scanned_at)
    return add_walk_in(
        session,
        by=None,
        status=status,
        minutes_missed=missed,
        source=Attendance.Source.CHECK_IN,
        **details,
    )
