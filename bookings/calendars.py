"""Calendar files (RFC 5545, RFC 5546) of sessions: pure, from what the session holds in memory.

The library escapes, folds and orders; here it says which entry, in which state, at which local time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Fairlead//Sessions//EN"
REFRESH = timedelta(hours=4)  # how often a subscribed calendar is asked to look again
MARGIN = timedelta(days=366)  # clock changes described before the first and after the last entry


class Method(StrEnum):
    """What the file asks the reader's calendar to do."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Person:
    """Somebody named in an entry."""

    name: str
    email: str


@dataclass(frozen=True)
class Entry:
    """One line of a calendar. The same `uid` with a higher `sequence` replaces what was there."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False


def calendar_file(
    entries: Iterable[Entry],
    method: Method,
    *,
    now: datetime,
    name: str = "",
    organiser: Person | None = None,
    attendee: Person | None = None,
) -> bytes:
    """Return the file. REQUEST and CANCEL need `organiser` and `attendee`; a feed has a `name` and neither."""
    entries = list(entries)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())
    for zone in sorted({entry.time_zone for entry in entries}):
        calendar.add_component(_zone(zone, [e for e in entries if e.time_zone == zone]))
    for entry in entries:
        calendar.add_component(_event(entry, now, organiser, attendee))
    return calendar.to_ical()


def _event(entry: Entry, now: datetime, organiser: Person | None, attendee: Person | None) -> Event:
    zone = ZoneInfo(entry.time_zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    for name in ("location", "description", "url"):
        if getattr(entry, name):
            event.add(name, getattr(entry, name))
    if organiser:
        event.add("organizer", _address(organiser))
    if attendee:
        address = _address(attendee)
        address.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", address)
    return event


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    # A parameter may hold neither double quotes nor control characters, escaped or not.
    address.params["CN"] = "".join("’" if c == '"' else c for c in person.name if c.isprintable())
    return address


def _zone(name: str, entries: list[Entry]) -> Timezone:
    """Describe the zone's clock around `entries`.

    Each change gives its moment by the clock before it, as RFC 5545 3.6.5 asks; the library's own description
    gives it by the clock after it.
    """
    zone = ZoneInfo(name)
    first = min(entry.starts_at for entry in entries).astimezone(UTC) - MARGIN
    last = max(entry.ends_at for entry in entries).astimezone(UTC) + MARGIN
    described = Timezone()
    described.add("tzid", name)
    described.add_component(_observance(zone, first, first))
    for moment in _clock_changes(zone, first, last):
        described.add_component(_observance(zone, moment, moment - timedelta(seconds=1)))
    return described


def _observance(zone: ZoneInfo, moment: datetime, before: datetime):
    """What the clock shows from `moment` on; `before` is a moment under the clock it had until then."""
    local = moment.astimezone(zone)
    offset_before = before.astimezone(zone).utcoffset()
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (moment + offset_before).replace(tzinfo=None, microsecond=0))
    part.add("tzoffsetfrom", offset_before)
    part.add("tzoffsetto", local.utcoffset())
    part.add("tzname", local.tzname())
    return part


def _clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    """Return the moments, in UTC, at which the zone's offset changes; a zone keeps one for a day at least."""

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(zone).utcoffset()

    found = []
    day = first
    while day < last:
        early, late = day, day + timedelta(days=1)
        if offset(early) != offset(late):
            while late - early > timedelta(seconds=1):
                middle = early + (late - early) / 2
                early, late = (middle, late) if offset(middle) == offset(early) else (early, middle)
            found.append((late + timedelta(seconds=30)).replace(second=0, microsecond=0))
        day += timedelta(days=1)
    return found
