"""`{{ session|when }}`, `{{ session|where }}`: a session's time and place in words."""

from django import template
from django.utils import timezone

from bookings import wording
from bookings.models import STANDING, Booking, BookingState

register = template.Library()
register.filter("when", wording.when)
register.filter("where", wording.where)
register.filter("place_words", wording.place_words)
register.filter("shows_joining", wording.shows_joining)
register.filter("is_online", wording.is_online)
register.filter("short_day", wording.short_day)
register.filter("places", wording.places)

STATES = {
    BookingState.REQUESTED: "You have asked for a place",
    BookingState.APPROVED: "You have asked for a place",
    BookingState.BOOKED: "You have a place",
    BookingState.WAITLISTED: "You are on the waiting list",
}
CANCELS = {BookingState.BOOKED: "Cancel booking", BookingState.WAITLISTED: "Leave waiting list"}


@register.filter
def state_words(booking: Booking) -> str:
    return STATES.get(booking.state, booking.get_state_display())


@register.filter
def cancel_words(booking: Booking) -> str:
    """What the button says that gives up this booking."""
    return CANCELS.get(booking.state, "Withdraw request")


@register.filter
def can_be_cancelled(booking: Booking) -> bool:
    session = booking.session
    return booking.state in STANDING and session.cancelled_at is None and timezone.now() < session.starts_at
