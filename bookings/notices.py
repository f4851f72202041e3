"""The outbox: letters about bookings, each sent once, and dropped when it is no longer true."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from bookings import wording
from bookings.feeds import host, learner_entry, letter_file, page_of
from bookings.models import STANDING, Booking, BookingChange, BookingState, Notice, TrainingSession
from trainingsite.lib.emails import send_each, send_templated

BATCH = 500  # letters a run; the next run goes on
Kind = Notice.Kind
REMINDERS = {Kind.REMINDER_7: 7, Kind.REMINDER_1: 1}

#: The state that each letter tells of. Only while the booking's last step is the letter's own is it true.
TELLS_STATE = {
    Kind.REQUESTED: BookingState.REQUESTED,
    Kind.BOOKED: BookingState.BOOKED,
    Kind.WAITLISTED: BookingState.WAITLISTED,
    Kind.DECLINED: BookingState.DECLINED,
    Kind.CANCELLED: BookingState.CANCELLED,
}


@dataclass(frozen=True)
class Letter:
    """A notice with what its text and its truth depend on, read at the moment of sending."""

    notice: Notice
    booking: Booking
    steps: list[BookingChange]

    @property
    def session(self) -> TrainingSession:
        return self.booking.session

    @property
    def was_booked(self) -> bool:
        return any(step.became == BookingState.BOOKED for step in self.steps)

    @property
    def is_true(self) -> bool:
        """Whether it still tells how things stand; a person who closed their account gets none."""
        if not self.booking.learner.is_active or self.session.ends_at <= timezone.now():
            return False
        kind = Kind(self.notice.kind)
        if kind is Kind.CALLED_OFF:
            return self.session.cancelled_at is not None
        if kind is Kind.CANCELLED:
            return self.booking.state == BookingState.CANCELLED and self._is_last_step
        if self.session.cancelled_at is not None:
            return False
        if kind is Kind.CHANGED:
            return self.booking.state in STANDING and self.notice.key == str(self.session.sequence)
        if kind in REMINDERS:
            return self._is_due_reminder(kind)
        return self.booking.state == TELLS_STATE[kind] and self._is_last_step

    def _is_due_reminder(self, kind: Kind) -> bool:
        ends = wording.before(self.session, days=1) if kind is Kind.REMINDER_7 else self.session.starts_at
        return (
            self.booking.state == BookingState.BOOKED
            and self.notice.key == reminder_key(self.session)
            and timezone.now() < ends
        )

    @property
    def _is_last_step(self) -> bool:
        return bool(self.steps) and self.notice.key == str(self.steps[-1].pk)


# --- Sending ---------------------------------------------------------------------------------


def send_waiting() -> int:
    """Send every letter that waits, each on its own; return how many left.

    One refused address holds up nobody else. When the mail server is down the run stops; the next one goes on.
    """
    waiting = Notice.objects.filter(sent_at=None, dropped_at=None)
    return send_each(
        list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH]),
        send,
        refused=lambda pk: waiting.filter(pk=pk).update(dropped_at=timezone.now()),
    )


@transaction.atomic
def send(notice_id: int) -> bool:
    """Send one letter once, or drop it if it is no longer true. A failed send rolls the claim back."""
    now = timezone.now()
    # No join in this filter: PostgreSQL would look at the joined row as it was before the wait for the winner.
    if not Notice.objects.filter(pk=notice_id, sent_at=None, dropped_at=None).update(sent_at=now):
        return False
    letter = _letter(notice_id)
    if not letter.is_true:
        Notice.objects.filter(pk=notice_id).update(sent_at=None, dropped_at=now)
        return False
    send_templated(
        f"booking_{letter.notice.kind}",
        to=letter.booking.learner.email,
        context=_context(letter),
        message_id=f"notice-{notice_id}@{host()}",
        attachments=_attachments(letter),
    )
    return True


def _letter(notice_id: int) -> Letter:
    notice = Notice.objects.select_related(
        "booking__learner",
        "booking__booked_by",
        "booking__session__venue",
        "booking__session__cohort__course",
        "booking__session__moved_to",
    ).get(pk=notice_id)
    return Letter(notice, notice.booking, list(notice.booking.changes.order_by("at", "pk")))


def _context(letter: Letter) -> dict:
    booking = letter.booking
    last = letter.steps[-1] if letter.steps else None
    return {
        "booking": booking,
        "session": booking.session,
        "course": booking.session.cohort.course,
        "learner": booking.learner,
        "url": page_of(booking.session),
        "reason": last.reason if last else "",
        "was_booked": letter.was_booked,
        "by_themselves": last is not None and last.actor_id == booking.learner_id,
        "booked_by_other": booking.booked_by if booking.booked_by_id != booking.learner_id else None,
        "was_moved": booking.source == Booking.Source.MOVED,
        "is_booked": booking.state == BookingState.BOOKED,
        "with_joining": letter.notice.kind == Kind.REMINDER_1 or wording.shows_joining(booking.session),
        "new_url": page_of(booking.session.moved_to) if booking.session.moved_to else "",
    }


def _attachments(letter: Letter) -> list[tuple[str, bytes, str]]:
    """The calendar entry of somebody who has a place, or its removal for somebody who had one."""
    is_booked = letter.booking.state == BookingState.BOOKED and letter.session.cancelled_at is None
    if not (is_booked or letter.was_booked):
        return []
    entry = learner_entry(
        letter.session, letter.booking.learner, steps=len(letter.steps), is_cancelled=not is_booked
    )
    return [letter_file(entry, letter.booking.learner)]


# --- Reminders -------------------------------------------------------------------------------


def reminder_key(session: TrainingSession) -> str:
    """A session that moves is another thing to be reminded of."""
    return f"{session.starts_at:%Y%m%dT%H%MZ}"


def write_reminders() -> int:
    """Write the reminders that are due; return how many. Run twice, or twice at once, it doubles none.

    Seven days before: to people who had their place by then. The day before, with the joining notes: to everybody
    with a place, up to the start.
    """
    now = timezone.now()
    horizon = now + timedelta(days=max(REMINDERS.values()) + 1)
    confirmed = BookingChange.objects.filter(booking=OuterRef("pk"), became=BookingState.BOOKED)
    bookings = list(
        Booking.objects.booked()
        .filter(session__cancelled_at=None, session__starts_at__gt=now, session__starts_at__lte=horizon)
        .annotate(confirmed_at=Subquery(confirmed.order_by("-at").values("at")[:1]))
        .select_related("session")
    )
    written = set(
        Notice.objects.filter(kind__in=REMINDERS, booking__session__starts_at__gt=now).values_list(
            "booking", "kind", "key"
        )
    )
    due = [
        Notice(booking=booking, kind=kind, key=reminder_key(booking.session))
        for booking in bookings
        if (kind := _reminder_due(booking, now))
        and (booking.pk, kind, reminder_key(booking.session)) not in written
    ]
    Notice.objects.bulk_create(due, ignore_conflicts=True, batch_size=BATCH)
    return len(due)


def _reminder_due(booking: Booking, now) -> Kind | None:
    session = booking.session
    if now >= wording.before(session, days=1):
        return Kind.REMINDER_1
    week_before = wording.before(session, days=7)
    if now >= week_before and booking.confirmed_at and booking.confirmed_at < week_before:
        return Kind.REMINDER_7
    return None
