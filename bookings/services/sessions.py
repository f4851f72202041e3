"""Sessions: plan, open, change, call off."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bookings.models import (
    STANDING,
    Booking,
    BookingState,
    Notice,
    SectorQuota,
    SessionBreak,
    SessionMaterial,
    TrainingSession,
)
from bookings.services.outbox import send_after_commit, tell
from bookings.services.places import BookingRefused, check_not_over, enter, fill_locked, lock, step
from bookings.states import Actor
from cohorts.models import Cohort

#: What people who hold a place are told of when it changes.
TOLD_OF = ("starts_at", "ends_at", "time_zone", "venue_id", "online_link")
PARTS = {"breaks": SessionBreak, "quotas": SectorQuota, "materials": SessionMaterial}


class SafetyPlanIncomplete(Exception):
    """Bookings cannot open: `gaps` are the labels of what the safety plan lacks."""

    def __init__(self, gaps: list[str]):
        super().__init__(", ".join(gaps))
        self.gaps = gaps


@transaction.atomic
def create_session(cohort: Cohort, *, by, form_key: UUID, **fields) -> TrainingSession:
    """Return the session made from the form `form_key`: a second click finds what the first one made.

    fields: as the model's; breaks, quotas and materials are lists of dictionaries of their fields.
    """
    parts = {name: fields.pop(name, ()) for name in PARTS}
    session, made = TrainingSession.objects.get_or_create(
        created_by=by, form_key=form_key, defaults={"cohort": cohort, **fields}
    )
    if made:
        _write_parts(session, parts)
    return session


def _write_parts(session: TrainingSession, parts: dict[str, Iterable[dict]]) -> None:
    for name, rows in parts.items():
        PARTS[name].objects.filter(session=session).delete()
        PARTS[name].objects.bulk_create([PARTS[name](session=session, **row) for row in rows])


@transaction.atomic
def change_session(session: TrainingSession, *, by, **fields) -> TrainingSession:
    """Change what is given; tell people with a booking when time, place or link changed; fill freed places.

    Nobody loses a place when the capacity shrinks. Raises SafetyPlanIncomplete when bookings are open and the
    plan would lose a part, BookingRefused when the session is called off.
    """
    session = lock(session)
    if session.cancelled_at:
        raise BookingRefused("This session is called off.")
    parts = {name: fields.pop(name) for name in PARTS if name in fields}
    before = [getattr(session, name) for name in TOLD_OF]
    if fields.get("bookings_close_at", session.bookings_close_at) != session.bookings_close_at:
        session.close_planned_at = None  # what is said now counts
    for name, value in fields.items():
        setattr(session, name, value)
    if session.bookings_open_at and session.safety_plan_gaps:
        raise SafetyPlanIncomplete(session.safety_plan_gaps)
    is_news = before != [getattr(session, name) for name in TOLD_OF]
    if is_news:
        session.sequence += 1
    session.save()
    _write_parts(session, parts)
    if is_news and session.ends_at > timezone.now():
        for booking in session.bookings.standing():
            tell(booking, Notice.Kind.CHANGED, session.sequence)
        send_after_commit()
    if fill_locked(session):
        send_after_commit()
    return session


@transaction.atomic
def open_bookings(session: TrainingSession, *, by) -> None:
    """Take bookings from now on, until the closing moment that was planned, unless that is past. Safe to repeat.

    Raises SafetyPlanIncomplete, or BookingRefused when the session is called off or has begun.
    """
    session = lock(session)
    check_not_over(session)
    if session.safety_plan_gaps:
        raise SafetyPlanIncomplete(session.safety_plan_gaps)
    now = timezone.now()
    if session.bookings_close_at and session.bookings_close_at <= now:
        planned = session.close_planned_at
        session.bookings_close_at = planned if planned and planned > now else None
    session.close_planned_at = None
    if session.bookings_open_at is None or session.bookings_open_at > now:
        session.bookings_open_at = now
    session.save(update_fields=["bookings_open_at", "bookings_close_at", "close_planned_at"])


@transaction.atomic
def close_bookings(session: TrainingSession, *, by) -> None:
    """Take none any more; who waits may still move up, and trainers may still book people. Safe to repeat."""
    now = timezone.now()
    session = lock(session)
    if session.bookings_open_at and (session.bookings_close_at is None or session.bookings_close_at > now):
        session.close_planned_at, session.bookings_close_at = session.bookings_close_at, now
        session.save(update_fields=["bookings_close_at", "close_planned_at"])


@transaction.atomic
def call_off(session: TrainingSession, *, by, reason: str, moved_to: TrainingSession | None = None) -> None:
    """Cancel the session and everybody's booking; book them into `moved_to`, in their order. Safe to repeat.

    Who had a place comes before who waited; all of them stand behind those who wait there already.
    Raises BookingRefused when the session has begun or the other one takes no bookings.
    """
    session, moved_to = _lock_both(session, moved_to)
    if session.cancelled_at:
        return
    check_not_over(session)
    if moved_to:
        _check_alternative(session, moved_to)
    session.cancelled_at, session.cancelled_by = timezone.now(), by
    session.cancel_reason, session.moved_to = reason, moved_to
    session.sequence += 1
    session.save()
    people = sorted(session.bookings.standing().select_related("learner__sector"), key=_turn)
    wishes = [(booking, booking.state) for booking in people]
    for booking in people:
        change = step(booking, BookingState.CANCELLED, by=by, actor=Actor.TRAINER, reason=reason)
        tell(booking, Notice.Kind.CALLED_OFF, change.pk)
    if moved_to:
        _move(wishes, moved_to, by=by)
    send_after_commit()


def _lock_both(
    session: TrainingSession, other: TrainingSession | None
) -> tuple[TrainingSession, TrainingSession | None]:
    """Lock in one order, so that two trainers never wait for each other."""
    both = {s.pk: s for s in (session, other) if s}
    locked = {pk: lock(both[pk]) for pk in sorted(both)}
    return locked[session.pk], locked[other.pk] if other else None


def _check_alternative(session: TrainingSession, other: TrainingSession) -> None:
    if other.pk == session.pk or other.cohort.course_id != session.cohort.course_id:
        raise BookingRefused("Choose another session of the same course.")
    if other.cancelled_at or other.starts_at <= timezone.now() or other.bookings_open_at is None:
        raise BookingRefused("The other session takes no bookings.")


def _turn(booking: Booking) -> tuple:
    return (booking.state != BookingState.BOOKED, booking.queued_at, booking.pk)


def _move(wishes: list[tuple[Booking, str]], other: TrainingSession, *, by) -> None:
    """Give everybody a place in the queue of `other`; a request stays a request."""
    there = {b.learner_id: b for b in Booking.objects.filter(session=other)}
    for place, (gone, state) in enumerate(wishes):
        booking = there.get(gone.learner_id) or Booking(session=other, learner=gone.learner)
        if booking.state in STANDING:
            continue
        became = BookingState.REQUESTED if state == BookingState.REQUESTED else BookingState.APPROVED
        enter(
            booking,
            became,
            by=by,
            actor=Actor.TRAINER,
            source=Booking.Source.MOVED,
            needs=gone.needs,
            place=place,
        )
    fill_locked(other)
