from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bookings.calendars import Entry, Method, Person, calendar_file

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
ENTRY = Entry(
    uid="session-7-3@fairlead.example",
    title="Recognise and respond",
    starts_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    ends_at=datetime(2026, 11, 24, 13, tzinfo=UTC),
    time_zone="Europe/London",
    sequence=2,
    location="Harbour House, 1 Quay Street",
    description="Getting in: step-free from the yard",
    url="https://fairlead.example/sessions/7/",
)


def read_back(*entries: Entry, method=Method.PUBLISH, **kwargs) -> Calendar:
    return Calendar.from_ical(calendar_file(entries, method, now=NOW, **kwargs))


def only_event(calendar: Calendar):
    (event,) = calendar.events
    return event


def test_an_entry_reads_back_as_it_was_given():
    event = only_event(read_back(ENTRY))
    found = {
        name: str(event[name]) for name in ("uid", "summary", "location", "description", "url", "status")
    }
    assert found == {
        "uid": ENTRY.uid,
        "summary": ENTRY.title,
        "location": ENTRY.location,
        "description": ENTRY.description,
        "url": ENTRY.url,
        "status": "CONFIRMED",
    }
    assert event["sequence"] == 2
    assert event["dtstamp"].dt == NOW


# --- Local time and the clock's changes --------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "hours", "shown"),
    [
        # From before to after the end of summer time: three hours, though the clock shows two.
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 3, ("20261025T003000", "20261025T023000")),
        (datetime(2027, 3, 28, 0, tzinfo=UTC), 3, ("20270328T000000", "20270328T040000")),
        (datetime(2026, 7, 1, 9, tzinfo=UTC), 3, ("20260701T100000", "20260701T130000")),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), 3, ("20261201T090000", "20261201T120000")),
    ],
)
def test_a_session_lasts_as_long_as_it_lasts_and_shows_the_local_clock(starts_at, hours, shown):
    length = timedelta(hours=hours)
    event = only_event(read_back(replace(ENTRY, starts_at=starts_at, ends_at=starts_at + length)))
    written = (event["dtstart"].to_ical().decode(), event["dtend"].to_ical().decode())
    assert written == shown
    assert {event[name].params["TZID"] for name in ("dtstart", "dtend")} == {"Europe/London"}
    assert event["dtstart"].dt.astimezone(UTC) == starts_at
    assert event["dtend"].dt.astimezone(UTC) - event["dtstart"].dt.astimezone(UTC) == length


def test_the_file_describes_the_zone_each_change_by_the_clock_before_it():
    (zone,) = read_back(ENTRY).timezones
    assert zone["tzid"] == "Europe/London"
    changes = {
        (part.name, part["dtstart"].to_ical().decode(), part["tzoffsetto"].to_ical())
        for part in zone.subcomponents
    }
    assert {
        ("STANDARD", "20261025T020000", "+0000"),
        ("DAYLIGHT", "20270328T010000", "+0100"),
    } <= changes


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_a_reader_who_knows_no_zone_by_name_finds_the_same_moments_from_the_file(zone):
    """The zone is renamed, so that the reader has nothing but the file's own description of its clock."""
    moments = [NOW + timedelta(days=13 * n, hours=7 * n) for n in range(50)]
    entries = [
        replace(ENTRY, uid=str(n), time_zone=zone, starts_at=moment, ends_at=moment + timedelta(hours=3))
        for n, moment in enumerate(moments)
    ]
    content = calendar_file(entries, Method.PUBLISH, now=NOW).replace(
        zone.encode(), b"Of-" + zone[-6:].encode()
    )
    events = sorted(Calendar.from_ical(content).events, key=lambda event: int(event["uid"]))
    assert [event["dtstart"].dt.astimezone(UTC) for event in events] == moments


# --- Letters -----------------------------------------------------------------------------------


def letter(entry: Entry, method: Method, name="Amina Person"):
    people = {
        "organiser": Person("Fairlead", "training@fairlead.example"),
        "attendee": Person(name, "a@example.org"),
    }
    return read_back(entry, method=method, **people)


def test_a_letter_asks_the_calendar_for_the_same_entry_again_with_a_higher_number():
    first = letter(ENTRY, Method.REQUEST)
    moved = letter(
        replace(
            ENTRY,
            sequence=3,
            starts_at=ENTRY.starts_at + timedelta(hours=1),
            ends_at=ENTRY.ends_at + timedelta(hours=1),
        ),
        Method.REQUEST,
    )
    assert [str(c["method"]) for c in (first, moved)] == ["REQUEST", "REQUEST"]
    assert only_event(first)["uid"] == only_event(moved)["uid"]
    assert only_event(first)["sequence"] < only_event(moved)["sequence"]


def test_a_cancellation_takes_the_entry_out():
    calendar = letter(replace(ENTRY, is_cancelled=True), Method.CANCEL)
    assert (calendar["method"], only_event(calendar)["status"]) == ("CANCEL", "CANCELLED")


def test_a_letter_names_sender_and_receiver_and_expects_no_answer():
    event = only_event(letter(ENTRY, Method.REQUEST))
    assert str(event["organizer"]) == "mailto:training@fairlead.example"
    assert str(event["attendee"]) == "mailto:a@example.org"
    assert event["attendee"].params["RSVP"] == "FALSE"


def test_a_feed_has_a_name_and_says_how_often_to_look():
    calendar = read_back(ENTRY, name="Fairlead sessions")
    assert (calendar["x-wr-calname"], calendar["method"]) == ("Fairlead sessions", "PUBLISH")
    assert calendar["refresh-interval"].dt == timedelta(hours=4)


def test_a_feed_of_nothing_is_a_calendar_with_no_entries():
    assert read_back(name="Fairlead sessions").events == []


# --- What people type --------------------------------------------------------------------------

TEXTS = [
    "Wing B; door 2, ring “Quay”\nthen wait\\",
    "x" * 300,
    "Zoë’s room – 3. Stock " + "ü" * 100,
    "BEGIN:VEVENT\r\nUID:other\r\nEND:VEVENT",
    "END:VCALENDAR\nDTSTART:19700101T000000Z",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_come_back_whole_and_break_out_of_nothing(text):
    event = only_event(read_back(replace(ENTRY, title=text, location=text, description=text)))
    expected = text.replace("\r\n", "\n")
    assert [str(event[name]) for name in ("summary", "location", "description")] == [expected] * 3
    assert event["uid"] == ENTRY.uid


@pytest.mark.parametrize("text", TEXTS)
def test_no_line_is_longer_than_75_bytes_and_each_ends_as_the_standard_says(text):
    content = calendar_file([replace(ENTRY, description=text)], Method.PUBLISH, now=NOW)
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)


@pytest.mark.parametrize("name", ['Ann "A" O’Neill', "Ann;Bell:C,D", "Ann\r\nUID:other", "Ann\x00\x1b"])
def test_a_name_cannot_change_the_entry(name):
    event = only_event(letter(ENTRY, Method.REQUEST, name=name))
    assert (event["uid"], str(event["attendee"])) == (ENTRY.uid, "mailto:a@example.org")
