"""Local times and moments. Pure: what stands on a wall clock, in a time zone, as a moment in UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
NOON = 12


class NoSuchTime(ValueError):
    """The clocks go forward over this time, or show it twice; the text says so."""


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC when clocks in `zone` show `clock` on `day`.

    Raises NoSuchTime where the clock change skips that time or shows it twice.
    """
    local = datetime.combine(day, clock, tzinfo=zone)
    shown = f"{clock:%H:%M} on {day.day} {day:%B %Y}"
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"There is no {shown}: the clocks go forward. Enter another time.")
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise NoSuchTime(f"{shown} comes twice: the clocks go back. Enter another time.")
    return local.astimezone(UTC)


def shifted(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment so many days later at the same time by the clock.

    A time that the clock change skips that day becomes the one an hour later; of two, the first is taken.
    """
    local = at.astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def parse_clock(text: str) -> time | None:
    """Return the time of day that people mean by 9, 9:30, 9.30, 14:00 or 2pm; None for anything else."""
    found = CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if half == "pm" else 0)
    return time(hour, minute) if hour < 2 * NOON and minute < 60 else None


class BadLine(ValueError):
    """A line of a pasted list that cannot be read; the text names it and says why."""


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of the lines that are not empty."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line.strip()


BREAK = re.compile(
    r"(?P<clock>\S+(?:\s?[ap]m)?)\s+(?:for\s+)?(?P<minutes>\d{1,3})\s*(?:m|min|mins|minutes)?\.?", re.I
)


def parse_breaks(text: str) -> list[tuple[time, int]]:
    """Return (clock, minutes) of each line such as '11:15 15'. Raises BadLine, naming the line."""
    found = []
    for number, line in lines(text):
        match = BREAK.fullmatch(line)
        clock = match and parse_clock(match["clock"])
        if clock is None:
            raise BadLine(f"Line {number}: enter a time and minutes, for example 11:15 15.")
        if int(match["minutes"]) == 0:
            raise BadLine(f"Line {number}: a break lasts at least a minute.")
        found.append((clock, int(match["minutes"])))
    return found
