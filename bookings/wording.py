"""How a session is told to people: when, where, how many places. By its own clock, not by the server's."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date

from bookings.models import TrainingSession, Venue

HOME_ZONE = "Europe/London"
JOINING_HOUR = time(9)  # of the day before: from then on people with a place see link and joining notes
FEW_PLACES = 3


def when(session: TrainingSession) -> str:
    """Return 'Tuesday 24 November 2026, 10:00 to 13:00', with the zone if it is not ours."""
    start, end = session.local_start, session.local_end
    until = f"{end:%H:%M}" if end.date() == start.date() else format_date(end, "l j F Y, H:i")
    place = "" if session.time_zone == HOME_ZONE else f" ({zone_name(session)} time)"
    return f"{format_date(start, 'l j F Y, H:i')} to {until}{place}"


def zone_name(session: TrainingSession) -> str:
    return session.time_zone.rpartition("/")[2].replace("_", " ")


def short_day(session: TrainingSession) -> str:
    """Return '24 November', for subject lines."""
    return format_date(session.local_start, "j F")


def month_of(session: TrainingSession) -> str:
    """Return 'November 2026', for headings."""
    return format_date(session.local_start, "F Y")


def is_online(session: TrainingSession) -> bool:
    return session.venue.is_online if session.venue else bool(session.online_link)


def place_words(session: TrainingSession) -> str:
    """Return the shortest of places: the town, or that it is online."""
    if is_online(session):
        return "Online"
    return (session.venue.area or session.venue.name) if session.venue else where(session)


def where(session: TrainingSession) -> str:
    """Return 'Harbour House, 1 Quay Street', 'Online', or that it is not fixed yet."""
    if session.venue:
        return venue_words(session.venue)
    return "Online" if session.online_link else "The place is not fixed yet"


def venue_words(venue: Venue) -> str:
    if venue.is_online:
        return "Online"
    return ", ".join(part for part in (venue.name, venue.address) if part)


def before(session: TrainingSession, *, days: int) -> datetime:
    """Return the moment so many days before, at nine in the morning by the session's own clock."""
    day = session.local_start.date() - timedelta(days=days)
    return datetime.combine(day, JOINING_HOUR, tzinfo=session.zone)


def shows_joining(session: TrainingSession) -> bool:
    """Whether people with a place see the online link and the joining notes by now."""
    return timezone.now() >= before(session, days=1)


def places(left: int) -> str:
    """Return how many places are left in words; the exact number only when it is small."""
    if left <= 0:
        return "Full"
    if left <= FEW_PLACES:
        return f"{left} place{'s' if left != 1 else ''} left"
    return "Places available"
