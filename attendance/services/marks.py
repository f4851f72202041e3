"""The one way in which a mark gets onto a register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from attendance.minutes import learning_minutes
from attendance.models import Attendance, AttendanceChange, CheckIn, Status, WalkIn
from attendance.queries import people_without_mark
from bookings.models import Booking, TrainingSession
from bookings.services.places import lock
from courses.models import Enrolment
from courses.signals import progress_changed

OPENS_BEFORE = timedelta(minutes=15)
#: Marks that say how many minutes of learning were missed.
IN_PART = (Status.LATE, Status.LEFT_EARLY)


class MarkRefused(Exception):
    """The register cannot take this mark; the text says why in words for the trainer."""


class Outcome(Enum):
    SAVED = "saved"
    ALREADY = "already"
    LOST = "lost"


@dataclass(frozen=True)
class Standing:
    """A mark as somebody else made it: what, by whom, when."""

    status: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Marked:
    """What became of a mark. `attendance` is what stands now.

    other: of a saved mark, the different one by somebody else that it replaced; of a lost one, the later one.
    """

    attendance: Attendance
    outcome: Outcome
    other: Standing | None = None


def register_opens_at(session: TrainingSession) -> datetime:
    """Return the moment from which marks are taken: 15 minutes before the start, or when the door opens."""
    usual = session.starts_at - OPENS_BEFORE
    door = CheckIn.objects.filter(session=session.pk).values_list("opens_at", flat=True).first()
    return min(usual, door) if door else usual


@transaction.atomic
def mark(
    session: TrainingSession,
    *,
    status: str,
    by,
    learner=None,
    walk_in: WalkIn | None = None,
    minutes_missed: int | None = 0,
    mark_id: UUID | None = None,
    touched_at: datetime | None = None,
    source: str = Attendance.Source.REGISTER,
    reason: str = "",
) -> Marked:
    """Mark one person, a learner with a place or a walk-in, and keep every touch in the history.

    mark_id: made by the page; the same one sent again changes nothing. touched_at: when the finger was on the
    screen; a mark that comes in late from a phone without network loses against one touched after it.
    minutes_missed: of late and left early; None works it out from the moment of the touch.
    Raises MarkRefused. The session's row is locked, so two registers never write at once.
    """
    now = timezone.now()
    touched_at = min(touched_at or now, now)
    session = lock(session)
    refuse_session(session, now)
    repeated = _repeated(session, mark_id)
    if repeated:
        return Marked(repeated, Outcome.ALREADY)
    standing = _standing(session, learner, walk_in)
    if minutes_missed is None:
        minutes_missed = suggested_missed(session, status, touched_at)
    minutes_missed = _checked_minutes(session, status, minutes_missed)
    change = AttendanceChange(
        mark_id=mark_id or uuid4(),
        was=standing.status if standing else "",
        became=status,
        minutes_missed=minutes_missed,
        source=source,
        touched_at=touched_at,
        saved_at=now,
        actor=by,
        reason=reason,
    )
    if standing and touched_at < standing.marked_at:
        change.attendance, change.lost = standing, True
        change.save()
        return Marked(standing, Outcome.LOST, _told(standing))
    replaced = (
        _told(standing) if standing and standing.status != status and standing.marked_by != by else None
    )
    attendance = standing or Attendance(session=session, learner=learner, walk_in=walk_in, version=0)
    attendance.status, attendance.minutes_missed, attendance.source = status, minutes_missed, source
    attendance.marked_at, attendance.marked_by, attendance.version = touched_at, by, attendance.version + 1
    attendance.save()
    change.attendance = attendance
    change.save()
    announce(session, [attendance.learner_id])
    return Marked(attendance, Outcome.SAVED, replaced)


def refuse_session(session: TrainingSession, now: datetime) -> None:
    if session.cancelled_at:
        raise MarkRefused("This session was called off, so it has no register.")
    opens_at = register_opens_at(session)
    if now < opens_at:
        local = opens_at.astimezone(session.zone)
        raise MarkRefused(f"The register opens on {local:%-d %B %Y} at {local:%H:%M}.")


def _repeated(session: TrainingSession, mark_id: UUID | None) -> Attendance | None:
    """Return what a mark sent before was about; one of another register is no mark of this."""
    if mark_id is None:
        return None
    change = (
        AttendanceChange.objects.filter(mark_id=mark_id)
        .select_related("attendance__marked_by", "attendance__learner", "attendance__walk_in")
        .first()
    )
    if change and change.attendance.session_id != session.pk:
        raise MarkRefused("This mark belongs to another register.")
    return change.attendance if change else None


def _standing(session: TrainingSession, learner, walk_in: WalkIn | None) -> Attendance | None:
    """Return the person's mark, None before the first; refuse people who are not on this register."""
    rows = Attendance.objects.select_related("marked_by")
    if walk_in is not None:
        walk_in = WalkIn.objects.filter(pk=walk_in.pk, session=session, removed_at=None).first()
        if walk_in is None:
            raise MarkRefused("This person is not on the register any more.")
        return rows.filter(session=session, walk_in=walk_in).first()
    standing = rows.filter(session=session, learner=learner).first()
    if standing is None and not Booking.objects.booked().of(learner).filter(session=session).exists():
        raise MarkRefused("This person has no place in the session.")
    return standing


def _checked_minutes(session: TrainingSession, status: str, minutes_missed: int) -> int:
    """Return the minutes to keep: none for who was there throughout or not at all."""
    if status not in Status.values:
        raise MarkRefused("Choose present, late, left early, absent or excused.")
    if status not in IN_PART:
        return 0
    if not 0 <= minutes_missed <= session.minutes:
        raise MarkRefused(f"Minutes missed must be between 0 and {session.minutes}.")
    return minutes_missed


def suggested_missed(session: TrainingSession, status: str, at: datetime) -> int:
    """Return the minutes of learning that somebody missed who came, or went, at that moment.

    0 outside the session: then nobody knows by the clock.
    """
    if status not in IN_PART or not session.starts_at < at < session.ends_at:
        return 0
    part = (session.starts_at, at) if status == Status.LATE else (at, session.ends_at)
    return learning_minutes(*part, session.breaks.values_list("starts_at", "minutes"))


def _told(standing: Attendance) -> Standing:
    by = str(standing.marked_by) if standing.marked_by else "the door"
    return Standing(standing.get_status_display(), by, standing.marked_at)


def announce(session: TrainingSession, learner_ids: Iterable[int | None]) -> None:
    """Tell that there is new evidence for these people's enrolments on the session's course."""
    enrolments = (
        Enrolment.objects.active()
        .filter(learner__in=[pk for pk in learner_ids if pk], course__cohorts__sessions=session.pk)
        .select_related("learner", "course")
    )
    for enrolment in enrolments:
        progress_changed.send(sender=Attendance, enrolment=enrolment)


@transaction.atomic
def mark_everyone_present(session: TrainingSession, by) -> int:
    """Mark as present whoever has no mark yet, and return how many. Marks that stand are left alone."""
    now = timezone.now()
    session = lock(session)
    refuse_session(session, now)
    rows = Attendance.objects.bulk_create(
        Attendance(
            session=session,
            learner_id=learner_id,
            walk_in_id=walk_in_id,
            status=Status.PRESENT,
            marked_at=now,
            marked_by=by,
        )
        for learner_id, walk_in_id in people_without_mark(session)
    )
    AttendanceChange.objects.bulk_create(
        AttendanceChange(
            attendance=row,
            became=Status.PRESENT,
            source=Attendance.Source.REGISTER,
            touched_at=now,
            saved_at=now,
            actor=by,
        )
        for row in rows
    )
    announce(session, [row.learner_id for row in rows])
    return len(rows)
