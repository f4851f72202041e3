"""What a person wants the trainers to know beforehand."""

from bookings.models import STANDING, Booking


def change_needs(booking: Booking, needs: str) -> bool:
    """Write down what the person says now; False, and nothing changed, once the booking has ended."""
    standing = Booking.objects.filter(pk=booking.pk, state__in=STANDING)
    return bool(standing.update(needs=needs[:255]))
