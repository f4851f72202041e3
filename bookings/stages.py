"""Where a session stands, in words for its trainers."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.dateformat import format as format_date

from bookings.models import TrainingSession


class Stage(NamedTuple):
    text: str
    tone: str  # of components/status_tag.html


def stage(session: TrainingSession) -> Stage:
    now = timezone.now()
    if session.cancelled_at:
        return Stage("Called off", "stopped")
    if session.ends_at <= now:
        return Stage("Over", "quiet")
    if session.starts_at <= now:
        return Stage("Under way", "")
    if session.bookings_open_at is None:
        return Stage("Bookings not open", "strong")
    return Stage("Bookings open", "") if session.is_open else Stage("Bookings closed", "quiet")


def in_words(at: datetime | None, session: TrainingSession) -> str:
    """Return '5 May 2026, 17:00' by the session's own clock; nothing for no moment."""
    return format_date(at.astimezone(session.zone), "j F Y, H:i") if at else ""
