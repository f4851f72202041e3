"""The trainers' pages for sessions."""

from datetime import UTC, date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, SectorQuota, TrainingSession
from cohorts.models import Cohort
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory, VenueFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def session(cohort):
    return TrainingSessionFactory(cohort=cohort)


@pytest.fixture
def browser(client_for, cohort):
    return client_for(cohort.created_by)


def next_month() -> date:
    """A day without a change of clocks."""
    return date(timezone.localdate().year + 1, 5, 12)


def typed(**fields) -> dict:
    return {
        "title": "Trainer day",
        "day": f"{next_month():%d/%m/%Y}",
        "starts": "10:00",
        "ends": "13:00",
        "time_zone": "Europe/London",
        "online_link": "https://meet.example.org/room",
        "capacity": "30",
        "who_may_book": "members",
    } | fields


def add(browser, cohort, **fields):
    return browser.post(reverse("bookings:session_create", args=[cohort.pk]), typed(**fields))


def errors(response) -> dict:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# --- Planning --------------------------------------------------------------------------------


def test_a_session_is_planned_with_all_that_belongs_to_it(browser, cohort):
    police = SectorFactory(code="POL", name="Police")
    venue = VenueFactory(capacity=40)

    response = add(
        browser, cohort,
        venue=venue.pk, breaks="11:15 15\n12.30pm for 10 minutes", materials="Agenda https://example.org/agenda",
        quotas_released_on=f"{next_month() - timedelta(days=7):%d/%m/%Y}",
        closes_on=f"{next_month() - timedelta(days=1):%d/%m/%Y}", closes="5pm",
        safeguarding_lead="Ruth", disclosure_procedure="Listen", quiet_room="Room 2",
        **{f"least{police.pk}": "5", f"most{police.pk}": "10"},
    )  # fmt: skip

    session = cohort.sessions.get()
    assert response.url == session.get_absolute_url()
    assert (session.local_start.hour, session.local_end.hour, session.minutes) == (10, 13, 180 - 25)
    assert session.bookings_close_at.astimezone(session.zone).hour == 17
    assert session.quotas_released_at.astimezone(session.zone).date() == next_month() - timedelta(days=7)
    assert session.quotas.values_list("sector__code", "minimum", "maximum").get() == ("POL", 5, 10)
    assert session.materials.values_list("title", "url").get() == ("Agenda", "https://example.org/agenda")
    assert session.bookings_open_at is None


def test_a_session_may_end_after_midnight_with_a_break_there(browser, cohort):
    response = add(
        browser, cohort, starts="21:00", ends="01:00", ends_next_day="on", breaks="00:15 10\n22:30 15"
    )

    session = cohort.sessions.get()
    assert session.minutes == 240 - 25
    first, second = session.breaks.all()
    assert first.starts_at < second.starts_at
    assert second.starts_at.astimezone(session.zone).date() == next_month() + timedelta(days=1)
    page = browser.get(response.url).content.decode()
    assert "12 May" in page
    assert "21:00 to" in page
    assert "13 May" in page
    form = browser.get(reverse("bookings:session_edit", args=[session.pk])).context["form"]
    assert (form["ends"].value(), form["ends_next_day"].value()) == ("01:00", True)


def test_a_session_lasts_a_day_at_most(browser, cohort):
    response = add(browser, cohort, starts="10:00", ends="10:30", ends_next_day="on")

    assert "24 hours at most" in errors(response)["ends"][0]


def test_any_place_of_the_time_zone_database_can_be_chosen(browser, cohort):
    response = browser.get(reverse("bookings:session_create", args=[cohort.pk]))
    zones = [value for value, _ in response.context["form"].fields["time_zone"].choices]
    assert zones[0] == "Europe/London"
    assert len(zones) == len(set(zones))
    assert {"UTC", "America/New_York", "Asia/Kolkata", "Africa/Lagos", "Pacific/Auckland"} <= set(zones)

    add(browser, cohort, time_zone="Asia/Kolkata")

    assert cohort.sessions.get().starts_at.astimezone(UTC).time() == time(4, 30)


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"ends": "09:00"}, "ends", "tick the box"),
        ({"day": "1/3/2020"}, "day", "in the past"),
        ({"day": "1/3/2020", "breaks": "11:00 15", "closes_on": "1/2/2020"}, "day", "in the past"),
        ({"day": "31/2/2027"}, "day", "date that exists"),
        ({"day": "1/1/9999"}, "day", "next 5 years"),
        ({"ends": "09:00"}, "ends", "later than the start"),
        ({"starts": "25:00"}, "starts", "time of the day"),
        ({"day": "28/3/2027", "starts": "01:30"}, "starts", "clocks go forward"),
        ({"day": "31/10/2027", "starts": "01:30"}, "starts", "comes twice"),
        ({"breaks": "soon 15"}, "breaks", "Line 1"),
        ({"breaks": "14:00 15"}, "breaks", "outside the session"),
        ({"breaks": "11:00 30\n11:15 5"}, "breaks", "before the one before it ends"),
        ({"breaks": "10:00 180"}, "breaks", "no time"),
        ({"online_link": ""}, "venue", "Choose a venue"),
        ({"online_link": "not a link"}, "online_link", "full web address"),
        ({"capacity": "0"}, "capacity", "from 1 to"),
        ({"capacity": "9" * 30}, "capacity", "from 1 to"),
        ({"venue": "9" * 30}, "venue", "from the list"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "valid choice"),
        ({"materials": "Agenda"}, "materials", "Line 1"),
        ({"materials": "Agenda javascript:alert(1)"}, "materials", "Line 1"),
        ({"closes": "17:00"}, "closes_on", "Enter the day"),
        ({"closes_on": "1/1/2029"}, "closes_on", "after the session starts"),
        ({"closes_on": "1/3/2020"}, "closes_on", "in the past"),
        ({"quotas_released_on": "1/1/2030"}, "quotas_released_on", "before the session"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_told_beside_its_field_and_kept(browser, cohort, fields, name, words):
    response = add(browser, cohort, **fields)

    assert words in " ".join(errors(response)[name])
    assert not cohort.sessions.exists()
    for field, value in fields.items():  # what was typed stands in the boxes again
        assert response.context["form"][field].value() == str(value)


def test_a_venue_holds_only_so_many_and_held_places_fit_into_the_session(browser, cohort):
    police = SectorFactory(code="POL", name="Police")

    too_many = add(browser, cohort, venue=VenueFactory(capacity=20).pk)
    held = add(browser, cohort, **{f"least{police.pk}": "31"})
    crossed = add(browser, cohort, **{f"least{police.pk}": "3", f"most{police.pk}": "2"})

    assert "holds 20 people" in errors(too_many)["capacity"][0]
    assert "31 places are held" in errors(held)["capacity"][0]
    assert "Police" in errors(crossed)[f"most{police.pk}"][0]


def test_hostile_words_are_kept_or_refused_but_never_break_the_page(browser, cohort, hostile):
    names = ("title", "breaks", "materials", "starts", "day", "capacity", "venue", "online_link", "closes_on")

    response = add(browser, cohort, **dict.fromkeys(names, hostile))

    assert response.status_code == 200
    assert not cohort.sessions.exists()


def test_a_double_click_makes_one_session(browser, cohort):
    page = browser.get(reverse("bookings:session_create", args=[cohort.pk]))
    key = page.context["form"]["form_key"].value()

    add(browser, cohort, form_key=key)
    add(browser, cohort, form_key=key)

    assert cohort.sessions.count() == 1


def test_the_form_shows_what_there_is_and_saves_it_unchanged(browser, cohort):
    add(browser, cohort, breaks="11:15 15", materials="Agenda https://example.org/a", closes_on="11/5/2027")
    session = cohort.sessions.get()
    before = TrainingSession.objects.values().get()
    edit = reverse("bookings:session_edit", args=[session.pk])
    form = browser.get(edit).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    sent = {name: f"{v:%d/%m/%Y}" if isinstance(v, date) else v for name, v in sent.items()}

    response = browser.post(edit, sent)

    assert response.status_code == 302, errors(response)
    assert TrainingSession.objects.values().get() == before
    assert session.breaks.get().minutes == 15


def test_a_session_open_for_booking_keeps_its_safety_plan(browser, session):
    response = browser.post(reverse("bookings:session_edit", args=[session.pk]), typed())

    assert "must be complete" in errors(response)["quiet_room"][0]


# --- The session's page ----------------------------------------------------------------------


def test_bookings_open_only_with_a_safety_plan(browser, cohort):
    session = TrainingSessionFactory(cohort=cohort, bookings_open_at=None, quiet_room="")
    opening = reverse("bookings:bookings_open", args=[session.pk])

    page = browser.post(opening, follow=True).content.decode()
    assert "the safety plan lacks quiet room" in page
    TrainingSession.objects.update(quiet_room="Room 2")
    assert "Bookings are open." in browser.post(opening, follow=True).content.decode()
    assert (
        "closed"
        in browser.post(reverse("bookings:bookings_close", args=[session.pk]), follow=True).content.decode()
    )


def fill_page(session, number):
    police = SectorFactory(code="POL", name="Police")
    SectorQuota.objects.get_or_create(session=session, sector=police, defaults={"minimum": 2, "maximum": 5})
    states = (BookingState.BOOKED, BookingState.WAITLISTED, BookingState.REQUESTED, BookingState.APPROVED)
    for state in states:
        BookingFactory.create_batch(number, session=session, state=state, needs="A lift")
    for booking in BookingFactory.create_batch(number, session=session, state=BookingState.CANCELLED):
        booking.changes.create(was="booked", became="cancelled", actor=booking.learner, reason="Ill")
    session.breaks.create(starts_at=session.starts_at, minutes=10)
    session.materials.create(title="Agenda", url="https://example.org/a")


@pytest.mark.parametrize("number", [1, 3])
def test_the_session_page_takes_so_many_queries(browser, session, number, django_assert_num_queries):
    fill_page(session, number)
    browser.get(session.get_absolute_url())

    with django_assert_num_queries(11):
        page = browser.get(session.get_absolute_url())

    assert [len(page.context[name]) for name in ("booked", "requests", "closed")] == [number] * 3
    assert len(page.context["waiting"]) == 2 * number


@pytest.mark.parametrize("number", [1, 3])
def test_the_sessions_on_the_groups_page_cost_one_query(browser, cohort, number, django_assert_num_queries):
    from bookings.cohort_panel import sessions_panel

    for session in TrainingSessionFactory.create_batch(number, cohort=cohort):
        BookingFactory(session=session)

    with django_assert_num_queries(1):
        rows = sessions_panel(cohort, cohort.created_by)["rows"]
        assert [session.booked_count for session, _ in rows] == [1] * number
    assert "Add session" in browser.get(cohort.get_absolute_url()).content.decode()


def test_what_people_said_beforehand_stands_on_the_page(browser, session):
    BookingFactory(session=session, needs="Step-free <b>access</b>")

    assert "Step-free &lt;b&gt;access" in browser.get(session.get_absolute_url()).content.decode()


def test_managers_read_and_change_nothing(client_for, session):
    BookingFactory(session=session)
    page = (
        client_for(UserFactory(role=Role.PROGRAMME_MANAGER)).get(session.get_absolute_url()).content.decode()
    )

    assert "Booked" in page
    assert "Call off" not in page
    assert "Close bookings" not in page


# --- Bookings --------------------------------------------------------------------------------


def test_people_of_the_group_are_booked_and_others_cannot_be(browser, session):
    member, stranger = CohortMemberFactory(cohort=session.cohort), UserFactory()
    address = reverse("bookings:book_people", args=[session.pk])

    assert "from the list" in browser.post(address, {"people": [stranger.pk]}).content.decode()
    assert "1 booked" in browser.post(address, {"people": [member.learner_id]}, follow=True).content.decode()
    assert session.bookings.get().learner == member.learner


def test_a_clash_is_told_and_does_not_forbid(browser, session):
    member = CohortMemberFactory(cohort=session.cohort)
    other = TrainingSessionFactory(starts_at=session.starts_at + timedelta(hours=1), title="Elsewhere")
    BookingFactory(session=other, learner=member.learner)
    address = reverse("bookings:book_people", args=[session.pk])

    page = browser.post(address, {"people": [member.learner_id]})
    assert "Elsewhere" in page.content.decode()
    assert not session.bookings.exists()

    browser.post(address, {"people": [member.learner_id], "despite_clash": "on"})
    assert session.bookings.get().state == BookingState.BOOKED


def test_the_search_for_people_takes_anything(browser, session, hostile):
    assert browser.get(reverse("bookings:book_people", args=[session.pk]), {"q": hostile}).status_code == 200


def test_a_trainer_approves_declines_and_cancels(browser, session):
    requests = BookingFactory.create_batch(2, session=session, state=BookingState.REQUESTED)
    booked = BookingFactory(session=session)

    def act(name, booking, **data):
        browser.post(reverse(f"bookings:booking_{name}", args=[session.pk, booking.pk]), data)

    act("approve", requests[0])
    act("decline", requests[1], reason="For midwives only")
    act("cancel", booked)

    found = Booking.objects.order_by("pk").values_list("state", flat=True)
    assert list(found) == ["booked", "declined", "cancelled"]


def test_declining_needs_a_reason(browser, session):
    booking = BookingFactory(session=session, state=BookingState.REQUESTED)

    response = browser.post(
        reverse("bookings:booking_decline", args=[session.pk, booking.pk]), {"reason": " "}
    )

    assert errors(response) == {"reason": ["Enter a reason."]}


def test_calling_off_moves_people_to_the_alternative(browser, session):
    other = TrainingSessionFactory(cohort=session.cohort, starts_at=session.starts_at + timedelta(days=7))
    booking = BookingFactory(session=session)

    browser.post(
        reverse("bookings:call_off", args=[session.pk]),
        {"reason": "The hall is flooded", "moved_to": other.pk},
    )

    session.refresh_from_db()
    assert (session.moved_to, session.cancel_reason) == (other, "The hall is flooded")
    assert other.bookings.get().learner == booking.learner
    page = browser.get(session.get_absolute_url()).content.decode()
    assert "The hall is flooded" in page
    assert browser.get(reverse("bookings:session_edit", args=[session.pk])).status_code == 302


def test_a_session_of_somebody_elses_group_is_no_alternative(browser, session):
    foreign = TrainingSessionFactory()

    response = browser.post(
        reverse("bookings:call_off", args=[session.pk]), {"reason": "Flood", "moved_to": foreign.pk}
    )

    assert "from the list" in errors(response)["moved_to"][0]


# --- Copies ----------------------------------------------------------------------------------


def test_a_copied_group_has_its_sessions_on_other_days(browser, session):
    TrainingSessionFactory(cohort=session.cohort, starts_at=session.starts_at + timedelta(days=2))
    TrainingSessionFactory(cohort=session.cohort, cancelled_at=timezone.now())

    browser.post(
        reverse("bookings:cohort_copy", args=[session.cohort_id]),
        {"name": "Again", "first_on": f"{next_month():%d/%m/%Y}"},
    )

    copy = Cohort.objects.get(name="Again")
    starts = [s.local_start for s in copy.sessions.all()]
    assert [s.date() for s in starts] == [next_month(), next_month() + timedelta(days=2)]
    assert {s.time() for s in starts} == {session.local_start.time()}
    assert not copy.sessions.exclude(bookings_open_at=None).exists()
    assert not copy.members.exists()
    assert list(copy.trainers.all()) == [session.cohort.created_by]


@pytest.mark.parametrize("day", ["", "yesterday", "1/1/2020", "1/1/2999"])
def test_a_copy_needs_a_date_to_come(browser, session, day):
    response = browser.post(
        reverse("bookings:cohort_copy", args=[session.cohort_id]), {"name": "Again", "first_on": day}
    )

    assert "first_on" in errors(response)
    assert Cohort.objects.count() == 1
