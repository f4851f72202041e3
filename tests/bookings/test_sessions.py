"""Planning, changing, opening, calling off and copying sessions."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bookings import queries
from bookings.models import BookingState, Notice, TrainingSession
from bookings.personal_data import erase_bookings, export_bookings
from bookings.services import (
    BookingRefused,
    SafetyPlanIncomplete,
    call_off,
    change_session,
    close_bookings,
    copy_cohort,
    create_session,
    open_bookings,
)
from bookings.times import BadLine, NoSuchTime, moment, parse_breaks, parse_clock, shifted
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory, VenueFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, ProgrammeFactory

LONDON = ZoneInfo("Europe/London")
db = pytest.mark.django_db


# --- Clocks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9", time(9)), ("09:30", time(9, 30)), ("9.30", time(9, 30)), ("2pm", time(14)), ("12 am", time(0)),
        ("12.15pm", time(12, 15)), (" 23:59 ", time(23, 59)), ("24:00", None), ("13pm", None), ("0am", None),
        ("9:60", None), ("nine", None), ("", None), ("٩:٣٠", time(9, 30)),
    ],
)  # fmt: skip
def test_times_of_the_day_are_read_as_people_write_them(text, clock):
    assert parse_clock(text) == clock


@pytest.mark.parametrize("text", ["11:15", "soon 15", "11:15 0", "11:15 fifteen", "11:15 1000"])
def test_a_break_that_cannot_be_read_is_named_by_its_line(text):
    with pytest.raises(BadLine, match="Line 2"):
        parse_breaks(f"\n{text}")


def test_breaks_are_read_with_and_without_words():
    lines = "11:15 15\n\n2 pm for 10 minutes\n16.00 5min"

    assert parse_breaks(lines) == [(time(11, 15), 15), (time(14), 10), (time(16), 5)]


def test_the_clock_change_makes_times_that_are_none_or_two():
    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)

    assert moment(spring, time(0, 59), LONDON) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert moment(spring, time(2), LONDON) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert moment(autumn, time(2), LONDON) == datetime(2027, 10, 31, 2, tzinfo=UTC)
    with pytest.raises(NoSuchTime, match="There is no 01:30 on 28 March 2027"):
        moment(spring, time(1, 30), LONDON)
    with pytest.raises(NoSuchTime, match="01:30 on 31 October 2027 comes twice"):
        moment(autumn, time(1, 30), LONDON)


def test_a_session_across_the_october_change_lasts_as_long_as_it_lasts():
    starts, ends = (moment(date(2027, 10, 31), time(hour), LONDON) for hour in (0, 4))
    session = TrainingSession(starts_at=starts, ends_at=ends)

    assert ends - starts == timedelta(hours=5)
    assert (session.local_start.hour, session.local_end.hour) == (0, 4)


def test_days_later_is_the_same_time_by_the_clock():
    at = moment(date(2027, 10, 30), time(10), LONDON)
    skipped = shifted(moment(date(2027, 3, 27), time(1, 30), LONDON), 1, LONDON)

    assert shifted(at, 1, LONDON) - at == timedelta(hours=25)
    assert skipped.astimezone(LONDON).time() == time(2, 30)


# --- Planning --------------------------------------------------------------------------------


def plan(cohort, **fields) -> TrainingSession:
    starts_at = timezone.now() + timedelta(days=9)
    details = {
        "title": "Day 1",
        "capacity": 10,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
    }
    return create_session(cohort, by=cohort.created_by, **{"form_key": uuid4()} | details | fields)


@db
def test_a_form_sent_twice_makes_one_session_with_its_parts():
    cohort, key = CohortFactory(), uuid4()
    parts = {
        "breaks": [{"starts_at": timezone.now(), "minutes": 15}],
        "quotas": [{"sector": SectorFactory(), "minimum": 1, "maximum": None}],
        "materials": [{"title": "Agenda", "url": "https://example.org/a"}],
    }

    first, second = plan(cohort, form_key=key, **parts), plan(cohort, form_key=key, **parts)

    assert first == second
    assert [first.breaks.count(), first.quotas.count(), first.materials.count()] == [1, 1, 1]
    assert first.minutes == 165


@db
def test_a_time_zone_is_one_of_the_list():
    session = plan(CohortFactory())
    session.time_zone = "Europe/Atlantis"

    with pytest.raises(ValidationError, match="time zone of the list"):
        session.clean_fields()


@db
@pytest.mark.parametrize("gap", ["safeguarding_lead", "disclosure_procedure", "quiet_room"])
def test_bookings_open_when_the_safety_plan_is_complete(gap):
    session = TrainingSessionFactory(bookings_open_at=None, **{gap: " "})
    trainer = session.cohort.created_by

    with pytest.raises(SafetyPlanIncomplete) as found:
        open_bookings(session, by=trainer)
    assert found.value.gaps == [gap.replace("_", " ")]

    TrainingSession.objects.update(**{gap: "Here"})
    open_bookings(session, by=trainer)
    session.refresh_from_db()
    assert session.is_open
    with pytest.raises(SafetyPlanIncomplete):
        change_session(session, by=trainer, **{gap: ""})


@db
def test_bookings_close_and_open_again():
    session = TrainingSessionFactory()
    trainer = session.cohort.created_by

    close_bookings(session, by=trainer)
    session.refresh_from_db()
    assert not session.is_open
    open_bookings(session, by=trainer)
    session.refresh_from_db()
    assert session.is_open
    assert session.bookings_close_at is None


@db
def test_bookings_opened_again_close_when_it_was_planned_unless_that_is_past():
    planned = timezone.now() + timedelta(days=2)
    session = TrainingSessionFactory(bookings_close_at=planned)
    trainer = session.cohort.created_by

    close_bookings(session, by=trainer)
    close_bookings(session, by=trainer)
    open_bookings(session, by=trainer)
    session.refresh_from_db()
    assert (session.is_open, session.bookings_close_at) == (True, planned)

    close_bookings(session, by=trainer)
    TrainingSession.objects.update(close_planned_at=timezone.now() - timedelta(minutes=1))
    open_bookings(session, by=trainer)
    session.refresh_from_db()
    assert (session.is_open, session.bookings_close_at) == (True, None)


@db
def test_a_closing_moment_typed_while_bookings_are_closed_counts():
    session = TrainingSessionFactory(bookings_close_at=timezone.now() + timedelta(days=2))
    trainer = session.cohort.created_by
    sooner = timezone.now() + timedelta(days=1)

    close_bookings(session, by=trainer)
    change_session(session, by=trainer, bookings_close_at=sooner)
    open_bookings(session, by=trainer)

    session.refresh_from_db()
    assert session.bookings_close_at == sooner


@db
@pytest.mark.parametrize("fields", [{"cancelled_at": timezone.now()}, {"starts_at": timezone.now()}])
def test_what_is_over_opens_no_bookings(fields):
    session = TrainingSessionFactory(bookings_open_at=None, **fields)

    with pytest.raises(BookingRefused):
        open_bookings(session, by=session.cohort.created_by)


# --- Changing --------------------------------------------------------------------------------


@db
@pytest.mark.parametrize(
    ("name", "is_told"),
    [("starts_at", True), ("ends_at", True), ("venue", True), ("online_link", True), ("title", False)],
)
def test_people_are_told_when_time_place_or_link_changes(name, is_told):
    session = TrainingSessionFactory()
    booked, waiting = BookingFactory(session=session), BookingFactory(session=session, state="waitlisted")
    BookingFactory(session=session, state=BookingState.CANCELLED)
    value = {
        "starts_at": session.starts_at + timedelta(hours=1),
        "ends_at": session.ends_at + timedelta(hours=1),
        "venue": VenueFactory() if name == "venue" else None,
        "online_link": "https://meet.example.org/new",
        "title": "Another name",
    }[name]

    change_session(session, by=session.cohort.created_by, **{name: value})
    change_session(session, by=session.cohort.created_by, **{name: value})  # nothing new

    session.refresh_from_db()
    told = Notice.objects.filter(kind=Notice.Kind.CHANGED).values_list("booking", "key")
    assert sorted(told) == (sorted([(booked.pk, "1"), (waiting.pk, "1")]) if is_told else [])
    assert session.sequence == int(is_told)


@db
def test_more_places_go_to_the_queue_and_fewer_take_none_away():
    session = TrainingSessionFactory(capacity=1)
    trainer = session.cohort.created_by
    BookingFactory.create_batch(3, session=session, state=BookingState.WAITLISTED)

    change_session(session, by=trainer, capacity=2)
    assert session.bookings.booked().count() == 2
    change_session(session, by=trainer, capacity=1)
    assert session.bookings.booked().count() == 2


@db
def test_a_session_called_off_is_not_changed():
    session = TrainingSessionFactory(cancelled_at=timezone.now())

    with pytest.raises(BookingRefused, match="called off"):
        change_session(session, by=session.cohort.created_by, title="Still on")


# --- Calling off -----------------------------------------------------------------------------


@db
def test_calling_off_tells_everybody_and_gives_nobody_a_place():
    session = TrainingSessionFactory(capacity=1)
    bookings = [
        BookingFactory(session=session, state=state)
        for state in (BookingState.BOOKED, BookingState.WAITLISTED, BookingState.REQUESTED)
    ]

    call_off(session, by=session.cohort.created_by, reason="Flood")
    call_off(session, by=session.cohort.created_by, reason="Again")

    assert list(session.bookings.values_list("state", flat=True)) == ["cancelled"] * 3
    assert Notice.objects.filter(kind=Notice.Kind.CALLED_OFF, booking__in=bookings).count() == 3
    assert Notice.objects.count() == 3
    session.refresh_from_db()
    assert (session.cancel_reason, session.sequence) == ("Flood", 1)


@db
def test_people_move_to_the_alternative_in_their_order():
    session = TrainingSessionFactory(capacity=2)
    other = TrainingSessionFactory(
        cohort=session.cohort, capacity=3, starts_at=session.starts_at + timedelta(days=1)
    )
    waited_there = BookingFactory(session=other, state=BookingState.WAITLISTED)
    both = BookingFactory(session=other)
    asked = [
        BookingFactory(session=session, state=s) for s in ("waitlisted", "booked", "booked", "requested")
    ]
    BookingFactory(session=session, learner=both.learner)
    gone = BookingFactory(session=session, state=BookingState.CANCELLED)
    before = BookingFactory(session=other, learner=asked[2].learner, state=BookingState.CANCELLED)

    call_off(session, by=session.cohort.created_by, reason="Flood", moved_to=other)

    found = {b.learner_id: b for b in other.bookings.all()}
    assert found[waited_there.learner_id].state == "booked"
    assert [found[b.learner_id].state for b in asked] == ["waitlisted", "booked", "waitlisted", "requested"]
    assert list(other.bookings.waitlisted().values_list("learner", flat=True)) == [
        asked[2].learner_id, asked[0].learner_id,
    ]  # fmt: skip
    assert found[asked[1].learner_id].source == "moved"
    assert found[asked[2].learner_id].pk == before.pk
    assert gone.learner_id not in found
    assert found[both.learner_id].changes.count() == 0


@db
def test_people_move_only_to_a_session_of_the_same_course_that_takes_bookings():
    session = TrainingSessionFactory()
    make = {"cohort": session.cohort, "starts_at": session.starts_at + timedelta(days=1)}
    unfit = [
        session,
        TrainingSessionFactory(),
        TrainingSessionFactory(**make, bookings_open_at=None),
        TrainingSessionFactory(**make, cancelled_at=timezone.now()),
        TrainingSessionFactory(cohort=session.cohort, starts_at=timezone.now()),
    ]

    for other in unfit:
        with pytest.raises(BookingRefused):
            call_off(session, by=session.cohort.created_by, reason="Flood", moved_to=other)
    session.refresh_from_db()
    assert session.cancelled_at is None
    fit = TrainingSessionFactory(**make)
    assert list(queries.alternatives(session, session.cohort.created_by)) == [fit]


# --- Copying ---------------------------------------------------------------------------------


@db
def test_a_copy_keeps_times_by_the_clock_breaks_quotas_and_safety_plan():
    cohort = CohortFactory(
        programme=ProgrammeFactory(), delivery="face", starts_on=date(2027, 5, 1), ends_on=date(2027, 6, 1)
    )
    summer, later = date(2027, 5, 10), date(2027, 5, 17)
    for day in (summer, later):
        session = plan(
            cohort,
            starts_at=moment(day, time(10), LONDON),
            ends_at=moment(day, time(13), LONDON),
            bookings_close_at=moment(day, time(9), LONDON),
            quiet_room="Room 2",
            breaks=[{"starts_at": moment(day, time(11), LONDON), "minutes": 15}],
            quotas=[{"sector": SectorFactory(), "minimum": 2, "maximum": 5}],
            materials=[{"title": "Agenda", "url": "https://example.org/a"}],
        )
    CohortMemberFactory(cohort=cohort)
    winter = date(2027, 11, 8)

    copies = {
        copy_cohort(cohort, by=cohort.created_by, form_key=key, name="Again", first_on=winter)
        for key in [uuid4()] * 2
    }

    (copy,) = copies
    sessions = list(copy.sessions.all())
    assert [s.local_start for s in sessions] == [
        datetime(2027, 11, 8, 10, tzinfo=LONDON), datetime(2027, 11, 15, 10, tzinfo=LONDON),
    ]  # fmt: skip
    assert [s.minutes for s in sessions] == [165, 165]
    first = sessions[0]
    assert first.breaks.get().starts_at == moment(winter, time(11), LONDON)
    assert first.bookings_close_at == moment(winter, time(9), LONDON)
    assert (first.quotas.get().minimum, first.materials.get().title) == (2, "Agenda")
    assert (first.quiet_room, first.bookings_open_at, first.capacity) == ("Room 2", None, session.capacity)
    assert (copy.programme, copy.delivery, copy.course) == (cohort.programme, "face", cohort.course)
    assert (copy.starts_on, copy.ends_on) == (date(2027, 10, 30), date(2027, 11, 30))
    assert list(copy.trainers.all()) == list(cohort.trainers.all())
    assert not copy.members.exists()


# --- Reading ---------------------------------------------------------------------------------


@db
def test_clashes_are_other_bookings_at_that_time():
    session = TrainingSessionFactory()
    learner = UserFactory()
    hour = timedelta(hours=1)
    overlapping = TrainingSessionFactory(starts_at=session.ends_at - hour)
    for other, state in (
        (overlapping, "booked"),
        (TrainingSessionFactory(starts_at=session.ends_at), "booked"),
        (TrainingSessionFactory(starts_at=session.starts_at, cancelled_at=timezone.now()), "booked"),
        (TrainingSessionFactory(starts_at=session.starts_at), "cancelled"),
        (session, "booked"),
    ):
        BookingFactory(session=other, learner=learner, state=state)
    BookingFactory(session=TrainingSessionFactory(starts_at=session.starts_at))

    assert list(queries.clashes(learner, session)) == [overlapping]
    assert [b.session for b in queries.clashes_of([learner], session)] == [overlapping]


@db
def test_the_mix_names_every_sector_with_a_quota(django_assert_num_queries):
    police = SectorFactory(code="POL", name="Police", order=1)
    session = TrainingSessionFactory(capacity=10)
    session.quotas.create(sector=police, minimum=2, maximum=2)
    BookingFactory(session=session)
    BookingFactory(session=session, learner=UserFactory(sector=None, agency=None))
    BookingFactory(session=session, state=BookingState.WAITLISTED)

    with django_assert_num_queries(2):
        mix = queries.sector_mix(session)

    assert [(row.name, row.booked, row.waiting, row.missing) for row in mix] == [
        ("Health", 1, 1, 0), ("Police", 0, 0, 2), ("No sector given", 1, 0, 0),
    ]  # fmt: skip
    assert queries.places_left(session) == 6


# --- Personal data ---------------------------------------------------------------------------


@db
def test_bookings_are_given_back():
    booking = BookingFactory(needs="A lift")
    booking.changes.create(became="booked", actor=booking.learner, reason="Mine")

    (found,) = export_bookings(booking.learner)["bookings"]

    assert (found["session"], found["needs"], found["state"]) == (booking.session.title, "A lift", "Booked")
    assert [step["reason"] for step in found["steps"]] == ["Mine"]


@db
def test_erasing_gives_up_places_to_come_and_words_about_the_person():
    past = BookingFactory(
        session=TrainingSessionFactory(starts_at=timezone.now() - timedelta(days=2)), needs="A lift"
    )
    past.changes.create(became="booked", reason="Back pain")
    coming = BookingFactory(learner=past.learner, needs="A lift", session__capacity=1)
    waiting = BookingFactory(session=coming.session, state=BookingState.WAITLISTED)
    others = BookingFactory(needs="Interpreter")

    erase_bookings(past.learner)

    for booking in (past, coming, waiting, others):
        booking.refresh_from_db()
    assert [past.state, coming.state, waiting.state] == ["booked", "cancelled", "booked"]
    assert [past.needs, coming.needs, others.needs] == ["", "", "Interpreter"]
    assert past.changes.get().reason == ""
