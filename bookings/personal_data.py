"""What bookings hold about a person: how it is given back and how it is erased."""

from django.utils import timezone

from bookings.models import Booking, BookingChange, CalendarFeed, Notice, TrainingSession
from bookings.services import BookingRefused, cancel

KEPT = "That a person without a name had a place in a session, and when, so that the session's numbers stay right."
WAS_CLOSED = "Account closed"


def export_bookings(user) -> dict:
    """Return the sessions asked for, with every step and letter, and the address of the calendar."""
    bookings = Booking.objects.of(user).select_related("session__venue", "session__cohort__course", "sector")
    return {
        "bookings": [_booking(b) for b in bookings.prefetch_related("changes", "notices")],
        "calendar_address_made": list(
            CalendarFeed.objects.filter(user=user).values_list("made_at", flat=True)
        ),
        "sessions_planned": list(
            TrainingSession.objects.filter(created_by=user).order_by("pk").values_list("title", flat=True)
        ),
    }


def _booking(booking: Booking) -> dict:
    session = booking.session
    return {
        "session": session.title,
        "course": session.cohort.course.title,
        "starts": session.starts_at,
        "venue": str(session.venue or ""),
        "sector": str(booking.sector or ""),
        "state": booking.get_state_display(),
        "came_by": booking.get_source_display(),
        "asked": booking.queued_at,
        "needs": booking.needs,
        "steps": [
            {"became": c.get_became_display(), "at": c.at, "reason": c.reason} for c in booking.changes.all()
        ],
        "letters": [{"about": n.get_kind_display(), "sent": n.sent_at} for n in booking.notices.all()],
    }


def erase_bookings(user) -> None:
    """Give up places to come, delete what was said about needs and why, unsent letters and the calendar address."""
    mine = Booking.objects.of(user)
    for booking in mine.standing().filter(session__starts_at__gt=timezone.now(), session__cancelled_at=None):
        try:
            cancel(booking, by=None, reason=WAS_CLOSED)
        except BookingRefused:  # it began a moment ago
            continue
    BookingChange.objects.filter(booking__in=mine).exclude(reason=WAS_CLOSED).update(reason="")
    Notice.objects.filter(booking__in=mine, sent_at=None).delete()
    mine.update(needs="")
    CalendarFeed.objects.filter(user=user).delete()
