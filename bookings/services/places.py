"""Bookings: wish, approval, place, waiting list. Everything that decides holds the session's row."""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookings import states
from bookings.capacity import Quota, places
from bookings.models import STANDING, Booking, BookingChange, BookingState, Notice, TrainingSession
from bookings.services.outbox import send_after_commit, tell
from bookings.states import Actor
from cohorts.models import CohortMember
from cohorts.permissions import can_edit_cohort
from cohorts.services import add_member

#: How somebody whom a booking brings into the group came to it.
MEMBER_SOURCES = {
    Booking.Source.TRAINER: CohortMember.Source.TRAINER,
    Booking.Source.AGENCY: CohortMember.Source.AGENCY,
    Booking.Source.WALK_IN: CohortMember.Source.WALK_IN,
}


class BookingRefused(Exception):
    """The booking cannot be made or changed; its text says why, for the person who asked."""


def lock(session: TrainingSession) -> TrainingSession:
    """Return the session as it is now; nobody else decides about its places until this transaction ends.

    SQLite begins every transaction as a writer (IMMEDIATE), which comes to the same.
    """
    rows = TrainingSession.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("cohort__course").get(pk=session.pk)


# --- Asking for a place ----------------------------------------------------------------------


@transaction.atomic
def book(
    session: TrainingSession, learner, *, by, source: str = Booking.Source.SELF, needs: str = ""
) -> Booking:
    """Return the learner's booking: requested, booked or on the waiting list. Asking twice is asking once.

    needs: what trainers should know beforehand, in the learner's words.
    Raises BookingRefused when bookings are not taken, not from this person, or were declined.
    """
    session = lock(session)
    booking = Booking.objects.filter(session=session, learner=learner).first()
    if booking and booking.state in STANDING:
        return booking
    _check_open(session, learner, source, booking)
    actor = _ACTORS.get(source, Actor.LEARNER)
    waits = session.needs_approval and actor != Actor.TRAINER
    became = BookingState.REQUESTED if waits else BookingState.APPROVED
    booking = booking or Booking(session=session, learner=learner)
    enter(booking, became, by=by, actor=actor, source=source, needs=needs)
    fill_locked(session)
    booking.refresh_from_db()
    send_after_commit()
    return booking


_ACTORS = {Booking.Source.TRAINER: Actor.TRAINER, Booking.Source.AGENCY: Actor.AGENCY}


def _check_open(session: TrainingSession, learner, source: str, booking: Booking | None) -> None:
    check_not_over(session)
    if session.bookings_open_at is None:
        raise BookingRefused("Bookings for this session are not open yet.")
    if source == Booking.Source.TRAINER:
        return
    who = TrainingSession.WhoMayBook
    is_member = session.cohort.members.active().filter(learner=learner).exists
    if not session.is_open or not session.cohort.course.live:
        raise BookingRefused("Bookings for this session are closed.")
    if booking and booking.state == BookingState.DECLINED:
        raise BookingRefused("This request was declined. Ask the trainers if something has changed.")
    if session.who_may_book == who.TRAINERS:
        raise BookingRefused("The trainers book people for this session.")
    if session.who_may_book == who.MEMBERS and not is_member():
        raise BookingRefused("This session is for people of its group.")


def check_not_over(session: TrainingSession) -> None:
    """Raise BookingRefused when the session is called off or has begun."""
    if session.cancelled_at:
        raise BookingRefused("This session is called off.")
    if session.starts_at <= timezone.now():
        raise BookingRefused("This session has begun.")


def enter(
    booking: Booking, became: str, *, by, actor: Actor, source: str, needs: str, place: int = 0
) -> None:
    """Write down a wish for a place, at the end of the queue; `place` orders those who enter together."""
    was = booking.state
    states.check(was, became, actor)
    booking.sector = booking.learner.sector
    booking.queued_at = timezone.now() + timedelta(microseconds=place)
    booking.state, booking.source, booking.booked_by, booking.needs = became, source, by, needs[:255]
    booking.save()
    change = BookingChange.objects.create(booking=booking, was=was, became=became, actor=by)
    if became == BookingState.REQUESTED:
        tell(booking, Notice.Kind.REQUESTED, change.pk)


# --- Deciding --------------------------------------------------------------------------------


@transaction.atomic
def approve(booking: Booking, *, by) -> Booking:
    """Accept a request; the person gets a place or the next one in the queue. Safe to repeat.

    Also takes back a refusal. Raises BookingRefused when the session has begun or the person withdrew.
    """
    session = lock(booking.session)
    booking = Booking.objects.get(pk=booking.pk)
    if booking.state in STANDING and booking.state != BookingState.REQUESTED:
        return booking
    check_not_over(session)
    if booking.state == BookingState.CANCELLED:
        raise BookingRefused("The request was withdrawn.")
    step(booking, BookingState.APPROVED, by=by, actor=Actor.TRAINER)
    fill_locked(session)
    booking.refresh_from_db()
    send_after_commit()
    return booking


@transaction.atomic
def decline(booking: Booking, *, by, reason: str) -> Booking:
    """Refuse a request, with a reason that the person reads. Safe to repeat.

    Raises BookingRefused when it is no request any more.
    """
    lock(booking.session)
    booking = Booking.objects.get(pk=booking.pk)
    if booking.state == BookingState.DECLINED:
        return booking
    if booking.state != BookingState.REQUESTED:
        raise BookingRefused("Only a request can be declined. Cancel the booking instead.")
    change = step(booking, BookingState.DECLINED, by=by, actor=Actor.TRAINER, reason=reason)
    tell(booking, Notice.Kind.DECLINED, change.pk)
    send_after_commit()
    return booking


@transaction.atomic
def cancel(booking: Booking, *, by, reason: str = "") -> Booking:
    """Give up a place or a wish for one; the next in the queue moves up. Safe to repeat.

    by: None when the platform does it. Raises BookingRefused when the session has begun.
    """
    session = lock(booking.session)
    booking = Booking.objects.select_related("learner").get(pk=booking.pk)
    if booking.state not in STANDING:
        return booking
    check_not_over(session)
    actor = _actor(session, booking, by)
    change = step(booking, BookingState.CANCELLED, by=by, actor=actor, reason=reason)
    tell(booking, Notice.Kind.CANCELLED, change.pk)
    fill_locked(session)
    send_after_commit()
    return booking


def give_up_places(member: CohortMember, by) -> None:
    """Cancel what somebody who left a group still has in its sessions to come."""
    coming = Booking.objects.standing().filter(
        learner=member.learner_id, session__cohort=member.cohort_id, session__starts_at__gt=timezone.now()
    )
    for booking in coming.select_related("session__cohort").order_by("session_id"):
        cancel(booking, by=by, reason="Left the group")


def _actor(session: TrainingSession, booking: Booking, by) -> Actor:
    if by is None:
        return Actor.PLATFORM
    if by.pk == booking.learner_id:
        return Actor.LEARNER
    return Actor.TRAINER if can_edit_cohort(by, session.cohort) else Actor.AGENCY


def step(booking: Booking, became: str, *, by, actor: Actor, reason: str = "") -> BookingChange:
    """Move the booking on and write down who did it and why."""
    was = booking.state
    states.check(was, became, actor)
    booking.state = became
    booking.save(update_fields=["state"])
    return BookingChange.objects.create(
        booking=booking, was=was, became=became, actor=by, reason=reason[:255]
    )


# --- Giving places ---------------------------------------------------------------------------


@transaction.atomic
def fill(session: TrainingSession) -> list[Booking]:
    """Give free places to those who wait, in order and within the quotas; return who got one.

    The one routine that gives places: called on booking, cancellation, change of capacity and release of
    quotas. Gives none once the session has begun or is called off.
    """
    given = fill_locked(lock(session))
    if given:
        send_after_commit()
    return given


def fill_locked(session: TrainingSession) -> list[Booking]:
    """As `fill`, for callers that hold the session's row."""
    now = timezone.now()
    if session.cancelled_at or session.bookings_open_at is None or session.starts_at <= now:
        return []
    rows = Booking.objects.filter(session=session)
    waiting = rows.filter(state__in=(BookingState.APPROVED, BookingState.WAITLISTED))
    queue = list(waiting.select_related("learner").order_by("queued_at", "pk"))
    if not queue:
        return []
    given = set(
        places(
            [(booking.pk, booking.sector_id) for booking in queue],
            capacity=session.capacity,
            booked=Counter(rows.booked().order_by().values_list("sector_id", flat=True)),
            quotas={q.sector_id: Quota(q.minimum, q.maximum) for q in session.quotas.all()},
            is_released=bool(session.quotas_released_at and session.quotas_released_at <= now),
        )
    )
    for booking in queue:
        if booking.pk in given:
            _give_place(session, booking)
        elif booking.state == BookingState.APPROVED:
            change = step(booking, BookingState.WAITLISTED, by=None, actor=Actor.PLATFORM)
            tell(booking, Notice.Kind.WAITLISTED, change.pk)
    return [booking for booking in queue if booking.pk in given]


def _give_place(session: TrainingSession, booking: Booking) -> None:
    """Book them and, if they are new, take them into the group and onto its course."""
    change = step(booking, BookingState.BOOKED, by=None, actor=Actor.PLATFORM)
    tell(booking, Notice.Kind.BOOKED, change.pk)
    source = MEMBER_SOURCES.get(booking.source, CohortMember.Source.BOOKING)
    add_member(booking.learner, session.cohort, source)


def release_quotas() -> int:
    """Give held places to anyone where their moment has come; return how many people got one.

    For the scheduled run. A session whose queue is empty costs nothing.
    """
    now = timezone.now()
    due = TrainingSession.objects.held().filter(
        quotas_released_at__lte=now, starts_at__gt=now, bookings__state=BookingState.WAITLISTED
    )
    return sum(len(fill(session)) for session in due.distinct().order_by("pk"))
