"""People who come without a place: written down at once, claimed by their account later, merged once."""

from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Sector
from accounts.services import agency_called
from attendance.models import Attendance, AttendanceChange, Status, WalkIn
from attendance.services.marks import MarkRefused, announce, mark, refuse_session
from bookings.models import Booking, BookingState, TrainingSession
from bookings.services.places import enter, lock, step
from bookings.states import Actor
from cohorts.models import CohortMember
from cohorts.services import add_member
from trainingsite.lib.emails import send_each, send_templated

CLAIMED = "Claimed by their account: the walk-in's mark moved here."
MERGED = "Claimed by their account, which had a mark already: the better one stands."
BY_MISTAKE = "Entered by mistake."


class WalkInClosed(Exception):
    """The walk-in was claimed by somebody else, or was entered by mistake."""


# --- Coming in ---------------------------------------------------------------------------------


@transaction.atomic
def add_walk_in(
    session: TrainingSession,
    *,
    name: str,
    by,
    organisation: str = "",
    sector: Sector | None = None,
    email: str = "",
    form_key: UUID | None = None,
    status: str = Status.PRESENT,
    minutes_missed: int | None = 0,
    source: str = Attendance.Source.REGISTER,
) -> WalkIn:
    """Write somebody down who has no place, and mark them at once. The same form sent twice adds one person.

    by: None when they did it themselves at the door. With an e-mail address they get a link to claim it.
    Raises MarkRefused when the register is not open.
    """
    refuse_session(session, timezone.now())
    walk_in, made = WalkIn.objects.get_or_create(
        form_key=form_key or uuid4(),
        defaults={
            "session": session,
            "name": name,
            "email": email.lower(),
            "agency": agency_called(organisation, sector),
            "sector": sector,
            "made_by": by,
        },
    )
    if walk_in.session_id != session.pk:
        raise MarkRefused("This form was sent before, for another session. Open it again.")
    if made:
        mark(session, status=status, by=by, walk_in=walk_in, minutes_missed=minutes_missed, source=source)
        _email_after_commit()
    return walk_in


@transaction.atomic
def remove_walk_in(walk_in: WalkIn, *, by) -> None:
    """Take off the register somebody entered by mistake; the history stays. Safe to repeat."""
    open_rows = WalkIn.objects.filter(pk=walk_in.pk, claimed_by=None, removed_at=None)
    if not open_rows.exists():
        return
    mark(walk_in.session, status=Status.ABSENT, by=by, walk_in=walk_in, reason=BY_MISTAKE)
    open_rows.update(removed_at=timezone.now())


@transaction.atomic
def admit(session: TrainingSession, learner, *, by) -> Booking:
    """Give a place to somebody who stands in the room, whatever the capacity says, and take them into the group.

    by: the trainer, or the learner themselves at the door. Goes through the same steps as every booking.
    """
    session = lock(session)
    booking = Booking.objects.filter(session=session, learner=learner).first()
    booking = booking or Booking(session=session, learner=learner)
    if booking.state in ("", BookingState.CANCELLED, BookingState.DECLINED):
        source = Booking.Source.WALK_IN
        enter(booking, BookingState.APPROVED, by=by, actor=Actor.TRAINER, source=source, needs=booking.needs)
    if booking.state == BookingState.REQUESTED:
        step(booking, BookingState.APPROVED, by=by, actor=Actor.TRAINER)
    if booking.state != BookingState.BOOKED:
        step(booking, BookingState.BOOKED, by=None, actor=Actor.PLATFORM)
    add_member(learner, session.cohort, CohortMember.Source.WALK_IN)
    return booking


@transaction.atomic
def admit_present(session: TrainingSession, learner, *, by) -> None:
    """Give a place to somebody who stands in the room, and mark them present. Raises MarkRefused."""
    refuse_session(session, timezone.now())
    admit(session, learner, by=by)
    mark(session, learner=learner, status=Status.PRESENT, by=by)


# --- The letter --------------------------------------------------------------------------------


def claim_url(walk_in: WalkIn) -> str:
    return settings.SITE_URL + reverse("attendance:claim", args=[walk_in.token])


def _email_after_commit() -> None:
    """Post the letters in the background. Should the broker be away, the scheduled run sends them."""
    from attendance.tasks import email_walk_ins_task  # noqa: PLC0415 -- tasks import this module

    transaction.on_commit(lambda: email_walk_ins_task.delay(), robust=True)


def waiting_letters():
    return WalkIn.objects.filter(
        emailed_at=None, undeliverable_at=None, claimed_by=None, removed_at=None
    ).exclude(email="")


def email_waiting_walk_ins() -> None:
    """Send every letter that waits, each on its own: one bad address holds up nobody else."""
    send_each(
        waiting_letters().select_related("session__cohort__course").order_by("pk"),
        email_walk_in,
        refused=lambda w: WalkIn.objects.filter(pk=w.pk).update(undeliverable_at=timezone.now()),
    )


@transaction.atomic
def email_walk_in(walk_in: WalkIn) -> None:
    """Send it once. A failed send rolls the claim back, so that the next run sends it."""
    now = timezone.now()
    if waiting_letters().filter(pk=walk_in.pk).update(emailed_at=now):
        context = {"walk_in": walk_in, "session": walk_in.session, "url": claim_url(walk_in)}
        site = urlsplit(settings.SITE_URL).hostname
        message_id = f"walk-in-{walk_in.pk}-{now:%Y%m%d%H%M%S%f}@{site}"
        send_templated("walk_in_claim", to=walk_in.email, context=context, message_id=message_id)


def resend_walk_in(walk_in: WalkIn, *, email: str) -> None:
    """Send the letter again, to another address if the first was mistyped."""
    WalkIn.objects.filter(pk=walk_in.pk, claimed_by=None, removed_at=None).update(
        email=email.lower(), emailed_at=None, undeliverable_at=None
    )
    _email_after_commit()


# --- Claiming ----------------------------------------------------------------------------------


@transaction.atomic
def claim_walk_in(walk_in: WalkIn, learner) -> None:
    """Merge what a walk-in did into the learner's account: place, group, course and mark. Once.

    Whoever holds the link may claim it; the same person's second click changes nothing.
    Raises WalkInClosed when somebody else has claimed it or it was entered by mistake.
    """
    # No join in this filter: PostgreSQL would look at the joined row as it was before the wait for the winner.
    claimed = WalkIn.objects.filter(pk=walk_in.pk, claimed_by=None, removed_at=None).update(
        claimed_by=learner, claimed_at=timezone.now()
    )
    if not claimed:
        if WalkIn.objects.filter(pk=walk_in.pk, claimed_by=learner).exists():
            return
        raise WalkInClosed(walk_in.pk)
    session = lock(walk_in.session)
    admit(session, learner, by=learner)
    _move_mark(session, walk_in, learner)
    announce(session, [learner.pk])


def _move_mark(session: TrainingSession, walk_in: WalkIn, learner) -> None:
    """Make the walk-in's mark the learner's, or keep the better of two with both histories."""
    moved = Attendance.objects.filter(session=session, walk_in=walk_in).first()
    own = Attendance.objects.filter(session=session, learner=learner).first()
    if moved is None:
        return
    if own is None:
        moved.learner, moved.version = learner, moved.version + 1
        moved.save(update_fields=["learner", "version"])
        _note(moved, was=moved.status, by=learner, reason=CLAIMED)
        return
    was = own.status
    if _worth(moved) > _worth(own):
        for field in ("status", "minutes_missed", "source", "marked_at", "marked_by"):
            setattr(own, field, getattr(moved, field))
    own.version += 1
    own.save()
    AttendanceChange.objects.filter(attendance=moved).update(attendance=own)
    moved.delete()
    _note(own, was=was, by=learner, reason=MERGED)


_WORTH = {
    Status.ABSENT: 0,
    Status.EXCUSED: 1,
    Status.LATE: 2,
    Status.LEFT_EARLY: 2,
    Status.PRESENT: 3,
}


def _worth(attendance: Attendance) -> tuple:
    """The better mark is the one that credits more: there throughout, in part, excused, absent."""
    return (_WORTH[attendance.status], -attendance.minutes_missed)


def _note(attendance: Attendance, *, was: str, by, reason: str) -> None:
    now = timezone.now()
    AttendanceChange.objects.create(
        attendance=attendance,
        was=was,
        became=attendance.status,
        minutes_missed=attendance.minutes_missed,
        source=attendance.source,
        touched_at=now,
        saved_at=now,
        actor=by,
        reason=reason,
    )
