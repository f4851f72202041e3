"""The public calendar, a session's own page, booking, calendar addresses, and booking for colleagues."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.roles import Role
from bookings import services
from bookings.models import Booking, BookingState, CalendarFeed, Notice, SectorQuota, TrainingSession
from cohorts.models import CohortMember, Invitation
from courses.services import enrol
from tests.factories.accounts import AgencyFactory, SectorFactory, UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory, VenueFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db
State = BookingState
CALENDAR = "/sessions/"


def at(name, *args) -> str:
    return reverse(f"bookings:{name}", args=args)


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def session():
    return TrainingSessionFactory(who_may_book="anyone")


@pytest.fixture
def learner():
    return UserFactory()


@pytest.fixture
def browser(client_for, learner):
    return client_for(learner)


def state_of(learner, session) -> str | None:
    return Booking.objects.of(learner).filter(session=session).values_list("state", flat=True).first()


def next_may(day=12, hour=9) -> datetime:
    return datetime(timezone.now().year + 1, 5, day, hour, tzinfo=UTC)


# --- The calendar ----------------------------------------------------------------------------


def listed(client, **filters) -> list[str]:
    response = client.get(CALENDAR, filters)
    assert response.status_code == 200
    return [row.session.title for row in response.context["rows"]]


def test_the_calendar_shows_what_anyone_may_book_by_date(client):
    later = TrainingSessionFactory(title="Later", who_may_book="anyone", starts_at=next_may())
    TrainingSessionFactory(title="Sooner", who_may_book="anyone", cohort=later.cohort)
    for title, fields in {
        "members": {"who_may_book": "members"},
        "trainers": {"who_may_book": "trainers"},
        "not open": {"bookings_open_at": None},
        "opens later": {"bookings_open_at": timezone.now() + timedelta(days=1)},
        "closed": {"bookings_close_at": timezone.now() - timedelta(hours=1)},
        "begun": {"starts_at": timezone.now() - timedelta(hours=1)},
        "called off": {"cancelled_at": timezone.now()},
    }.items():
        TrainingSessionFactory(title=title, cohort=later.cohort, **{"who_may_book": "anyone"} | fields)
    assert listed(client) == ["Sooner", "Later"]


def test_the_calendar_is_filtered_by_area_month_sector_course_and_way(client):
    health, police = SectorFactory(code="HLT", name="Health"), SectorFactory(code="POL", name="Police")
    room = TrainingSessionFactory(
        title="room", who_may_book="anyone", starts_at=next_may(), venue=VenueFactory(area="Hullbridge")
    )
    online = TrainingSessionFactory(
        title="online",
        who_may_book="anyone",
        starts_at=next_may() + timedelta(days=40),
        venue=VenueFactory(area="", is_online=True),
    )
    room.cohort.course.sectors.set([health])
    online.cohort.course.sectors.set([police])
    for course in (room.cohort.course, online.cohort.course):
        course.save()
    cache.clear()
    year = next_may().year
    assert listed(client, area="Hullbridge") == ["room"]
    assert listed(client, month=f"{year}-06") == ["online"]
    assert listed(client, sector="HLT") == ["room"]
    assert listed(client, sector="POL") == ["online"]
    assert listed(client, course=online.cohort.course.slug) == ["online"]
    assert listed(client, way="online") == ["online"]
    assert listed(client, way="room") == ["room"]
    assert listed(client, way="online", area="Hullbridge") == []


def test_a_course_without_sectors_is_for_every_sector(client, session):
    SectorFactory(code="POL", name="Police")
    assert listed(client, sector="POL") == [session.title]


def test_a_link_without_a_venue_is_online(client):
    TrainingSessionFactory(
        title="link", who_may_book="anyone", venue=None, online_link="https://meet.example.org/1"
    )
    TrainingSessionFactory(title="nowhere yet", who_may_book="anyone", venue=None)
    assert listed(client, way="online") == ["link"]
    assert listed(client, way="room") == ["nowhere yet"]


def test_no_filter_chokes_on_what_is_typed_into_the_address(client, session):
    names = ("area", "month", "sector", "course", "way", "page")
    for text in HOSTILE.values():
        for name in names:
            assert client.get(CALENDAR, {name: text}).status_code == 200, (name, text)


def test_the_search_for_colleagues_chokes_on_nothing(desk, session):
    for text in HOSTILE.values():
        assert desk.get(at("colleagues", session.pk), {"q": text}).status_code == 200, text
        assert desk.post(at("colleagues", session.pk), {"people": text, "addresses": text}).status_code == 200


def test_a_filter_that_is_not_on_the_list_says_so_and_narrows_nothing(client, session):
    shown = page(client.get(CALENDAR, {"month": "2020-13"}))
    assert "Choose a month from the list." in shown
    assert session.title in shown


def test_an_empty_calendar_says_what_else_there_is(client, session):
    TrainingSession.objects.update(who_may_book="members")
    assert "No session can be booked at the moment." in page(client.get(CALENDAR))


def test_filters_without_a_match_lead_back_to_all(client, session):
    shown = page(client.get(CALENDAR, {"way": "online"}))
    assert "No session matches all of that." in shown
    assert "Show all sessions" in shown


@pytest.mark.parametrize(("booked", "words"), [(0, "Places available"), (18, "2 places left"), (20, "Full")])
def test_places_left_are_told_in_words(client, session, booked, words):
    BookingFactory.create_batch(booked, session=session, member=False)
    assert words in page(client.get(CALENDAR))
    assert words in page(client.get(at("public_session", session.pk)))


def test_places_held_for_a_sector_are_not_offered_to_others(client_for, session):
    session.capacity = 2
    session.save()
    police = SectorFactory(code="POL", name="Police")
    SectorQuota.objects.create(session=session, sector=police, minimum=2)
    theirs, others = UserFactory(sector=police), UserFactory()
    url = at("public_session", session.pk)
    assert "Full" in page(client_for().get(CALENDAR))
    assert client_for(theirs).get(url).context["action"] == "Book"
    shown = client_for(others).get(url)
    assert shown.context["action"] == "Join waiting list"


def test_the_reader_finds_their_own_booking_in_the_calendar(browser, learner, session):
    BookingFactory(session=session, learner=learner, state=State.WAITLISTED)
    assert "You are on the waiting list" in page(browser.get(CALENDAR))


def test_what_people_typed_is_escaped(client):
    script = "<script>alert(1)</script>"
    session = TrainingSessionFactory(
        title=script,
        who_may_book="anyone",
        quiet_room=script,
        venue=VenueFactory(name=script, area=script, access_notes=script),
    )
    for url in (CALENDAR, at("public_session", session.pk)):
        assert script not in page(client.get(url))


# --- A session's page ------------------------------------------------------------------------


def test_the_page_tells_what_when_where_and_who(client, session):
    session.venue.access_notes = "Step-free from the yard"
    session.venue.save()
    session.starts_at, session.ends_at = next_may(), next_may() + timedelta(hours=3)
    session.save()
    shown = page(client.get(at("public_session", session.pk)))
    for words in (
        session.title,
        "10:00 to 13:00",
        session.venue.name,
        "Step-free from the yard",
        session.cohort.created_by.name,
        session.quiet_room,
        "leave, at any time without saying why",
    ):
        assert words in shown


def test_a_session_elsewhere_is_told_by_its_own_clock(client, session):
    session.starts_at, session.ends_at = next_may(), next_may() + timedelta(hours=3)
    session.time_zone = "America/New_York"
    session.save()
    assert "05:00 to 08:00 (New York time)" in page(client.get(at("public_session", session.pk)))


SECRETS = ("Ring twice.", "https://meet.example.org/room", "Ruth Adeyemi")


def secrets_shown(client, session) -> set[str]:
    shown = page(client.get(at("public_session", session.pk)))
    return {secret for secret in SECRETS if secret in shown}


def test_link_and_notes_are_for_people_with_a_place_from_the_day_before(client_for, session):
    session.joining_notes, session.online_link = SECRETS[:2]
    session.save()
    holder = BookingFactory(session=session).learner
    waiting = BookingFactory(session=session, state=State.WAITLISTED).learner
    assert secrets_shown(client_for(), session) == set()
    assert secrets_shown(client_for(holder), session) == {"Ruth Adeyemi"}
    TrainingSession.objects.update(starts_at=timezone.now() + timedelta(minutes=30))
    assert secrets_shown(client_for(), session) == set()
    assert secrets_shown(client_for(waiting), session) == set()
    assert secrets_shown(client_for(holder), session) == set(SECRETS)


def test_a_session_for_members_has_a_page_for_members_alone(client_for, learner):
    session = TrainingSessionFactory()
    url = at("public_session", session.pk)
    member = CohortMemberFactory(cohort=session.cohort).learner
    assert [client_for(user).get(url).status_code for user in (None, learner, member)] == [404, 404, 200]
    assert [client_for(user).post(at("book", session.pk)).status_code for user in (learner, member)] == [
        404,
        302,
    ]
    assert state_of(member, session) == State.BOOKED


def test_a_session_that_is_not_open_has_no_page(client_for, session):
    session.bookings_open_at = None
    session.save()
    member = CohortMemberFactory(cohort=session.cohort).learner
    url = at("public_session", session.pk)
    trainer = session.cohort.created_by
    assert [client_for(user).get(url).status_code for user in (None, member, trainer)] == [404, 404, 200]


def test_a_session_called_off_tells_those_who_were_booked(client_for, session):
    other = TrainingSessionFactory(cohort=session.cohort, who_may_book="anyone")
    holder = BookingFactory(session=session).learner
    services.call_off(session, by=session.created_by, reason="The trainer is ill.", moved_to=other)
    url = at("public_session", session.pk)
    shown = page(client_for(holder).get(url))
    assert "This session will not take place." in shown
    assert "The trainer is ill." in shown
    assert at("public_session", other.pk) in shown
    assert client_for().get(url).status_code == 404


def test_a_session_whose_bookings_are_closed_keeps_its_page_without_a_form(browser, session):
    services.close_bookings(session, by=session.created_by)
    response = browser.get(at("public_session", session.pk))
    assert "Bookings are closed" in page(response)
    assert response.context["form"] is None


# --- Booking ---------------------------------------------------------------------------------


def test_a_person_books_and_is_in_the_group(browser, learner, session):
    response = browser.post(at("book", session.pk), {"needs": "A seat near the door"}, follow=True)
    assert "You have a place." in page(response)
    booking = Booking.objects.get(learner=learner)
    assert (booking.state, booking.needs, booking.source) == (State.BOOKED, "A seat near the door", "self")
    assert CohortMember.objects.active().get(learner=learner).source == CohortMember.Source.BOOKING


def test_a_double_click_is_one_booking_and_one_letter(browser, learner, session):
    for _ in range(2):
        assert browser.post(at("book", session.pk)).status_code == 302
    assert Booking.objects.get(learner=learner).state == State.BOOKED
    assert Notice.objects.count() == 1


def test_a_full_session_has_a_waiting_list_and_says_how_many_were_first(client_for, session):
    session.capacity = 1
    session.save()
    BookingFactory(session=session)
    first, second = UserFactory(), UserFactory()
    for person in (first, second):
        client_for(person).post(at("book", session.pk))
    url = at("public_session", session.pk)
    assert "next in turn" in page(client_for(first).get(url))
    assert "1 person asked before you" in page(client_for(second).get(url))


def test_a_session_with_approval_is_asked_for(browser, learner, session):
    session.needs_approval = True
    session.save()
    assert browser.get(at("public_session", session.pk)).context["action"] == "Request a place"
    browser.post(at("book", session.pk))
    assert state_of(learner, session) == State.REQUESTED
    assert not CohortMember.objects.filter(learner=learner).exists()


def test_a_visitor_logs_in_and_comes_back(client, session):
    url = at("public_session", session.pk)
    assert f"/accounts/login/?next=%2Fsessions%2F{session.pk}%2F" in page(client.get(url))
    response = client.post(at("book", session.pk))
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={url}")
    assert not Booking.objects.exists()


def test_too_long_a_wish_keeps_what_was_typed_and_says_so_beside_the_field(browser, session):
    text = "x" * 256
    shown = page(browser.post(at("book", session.pk), {"needs": text}))
    assert "Use 255 characters or fewer." in shown
    assert text in shown
    assert "<title>Error: " in shown
    assert not Booking.objects.exists()


def test_a_clash_is_told_and_has_to_be_confirmed(browser, learner, session):
    other = BookingFactory(
        learner=learner,
        session__starts_at=session.starts_at + timedelta(hours=1),
        session__title="The other one",
    ).session
    assert other.title in page(browser.get(at("public_session", session.pk)))
    shown = page(browser.post(at("book", session.pk), {"needs": "An interpreter"}))
    assert "Tick the box if you want both, or go back." in shown
    assert "An interpreter" in shown
    assert state_of(learner, session) is None
    browser.post(at("book", session.pk), {"needs": "An interpreter", "clash": "on"})
    assert state_of(learner, session) == State.BOOKED


def test_a_session_that_follows_at_once_is_no_clash(browser, learner, session):
    BookingFactory(learner=learner, session__starts_at=session.ends_at)
    browser.post(at("book", session.pk))
    assert state_of(learner, session) == State.BOOKED


def test_bookings_that_closed_while_the_page_was_open_are_refused_in_words(browser, learner, session):
    services.close_bookings(session, by=session.created_by)
    shown = page(browser.post(at("book", session.pk), follow=True))
    assert "Bookings for this session are closed." in shown
    assert state_of(learner, session) is None


def test_a_declined_request_shows_its_reason_and_no_form(browser, learner, session):
    session.needs_approval = True
    session.save()
    booking = services.book(session, learner, by=learner)
    services.decline(booking, by=session.created_by, reason="It is for one borough.")
    response = browser.get(at("public_session", session.pk))
    assert "It is for one borough." in page(response)
    assert response.context["form"] is None


def test_needs_can_be_said_later_by_the_person_alone(client_for, browser, learner, session):
    booking = BookingFactory(session=session, learner=learner)
    assert browser.post(at("needs", session.pk), {"needs": "Step-free access"}).status_code == 302
    assert client_for(UserFactory()).post(at("needs", session.pk), {"needs": "x"}).status_code == 404
    booking.refresh_from_db()
    assert booking.needs == "Step-free access"
    shown = page(browser.post(at("needs", session.pk), {"needs": "x" * 256}))
    assert "Use 255 characters or fewer." in shown


# --- Cancelling ------------------------------------------------------------------------------


def test_a_person_cancels_without_a_reason_and_twice_is_once(browser, learner, session):
    booking = BookingFactory(session=session, learner=learner)
    url = at("cancel", session.pk)
    assert "Cancel booking?" in page(browser.get(url))
    assert Booking.objects.get().state == State.BOOKED
    for _ in range(2):
        assert browser.post(url).status_code == 302
    assert booking.changes.filter(became=State.CANCELLED).count() == 1
    assert "You can ask for a place again." in page(browser.get(at("public_session", session.pk)))


@pytest.mark.parametrize(
    ("state", "words"), [(State.WAITLISTED, "Leave waiting list"), (State.REQUESTED, "Withdraw request")]
)
def test_the_button_says_what_is_given_up(browser, learner, session, state, words):
    BookingFactory(session=session, learner=learner, state=state)
    assert f"{words}?" in page(browser.get(at("cancel", session.pk)))
    browser.post(at("cancel", session.pk), {"reason": "On leave"})
    assert state_of(learner, session) == State.CANCELLED
    assert Booking.objects.get(learner=learner).changes.last().reason == "On leave"


def test_nobody_cancels_for_somebody_else(client_for, session):
    booking = BookingFactory(session=session)
    for method in ("get", "post"):
        assert getattr(client_for(UserFactory()), method)(at("cancel", session.pk)).status_code == 404
    booking.refresh_from_db()
    assert booking.state == State.BOOKED


def test_a_session_that_has_begun_cannot_be_cancelled(browser, learner, session):
    BookingFactory(session=session, learner=learner)
    TrainingSession.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    assert "This session has begun." in page(browser.post(at("cancel", session.pk), follow=True))
    assert state_of(learner, session) == State.BOOKED


# --- Calendars of one's own ------------------------------------------------------------------


def events(response) -> dict[str, Calendar]:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in Calendar.from_ical(response.content).events}


def feed_of(user) -> str:
    feed, _ = CalendarFeed.objects.get_or_create(user=user)
    return at("feed", feed.token)


def test_the_entry_of_ones_place_can_be_downloaded(client_for, learner, session):
    BookingFactory(session=session, learner=learner)
    url = at("session_file", session.pk)
    assert list(events(client_for(learner).get(url))) == [session.cohort.course.title]
    assert client_for(UserFactory()).get(url).status_code == 404


def test_a_feed_holds_places_and_not_wishes(client, learner, session):
    BookingFactory(session=session, learner=learner)
    for state in (State.WAITLISTED, State.REQUESTED, State.CANCELLED, State.DECLINED):
        BookingFactory(learner=learner, state=state)
    found = events(client.get(feed_of(learner)))
    assert list(found) == [session.cohort.course.title]
    assert found[session.cohort.course.title]["status"] == "CONFIRMED"


def test_a_feed_strikes_out_what_was_called_off(client, learner, session):
    BookingFactory(session=session, learner=learner)
    services.call_off(session, by=session.created_by, reason="No room.")
    (event,) = events(client.get(feed_of(learner))).values()
    assert event["status"] == "CANCELLED"


def test_a_trainers_feed_holds_the_sessions_they_run(client, session):
    TrainingSessionFactory()  # of somebody else
    found = events(client.get(feed_of(session.cohort.created_by)))
    assert list(found) == [f"{session.cohort.name}: {session.title}"]


def test_a_feed_keeps_the_link_back_until_the_day_before(client, learner, session):
    session.online_link = "https://meet.example.org/room"
    session.save()
    BookingFactory(session=session, learner=learner)
    assert session.online_link.encode() not in client.get(feed_of(learner)).content
    TrainingSession.objects.update(starts_at=timezone.now() + timedelta(minutes=30))
    assert session.online_link.encode() in client.get(feed_of(learner)).content.replace(b"\r\n ", b"")


def test_a_feed_says_what_the_letter_said(
    client, learner, session, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.book(session, learner, by=learner)
    (letter,) = mailoutbox
    (attached,) = Calendar.from_ical(letter.attachments[0].content).events
    (event,) = events(client.get(feed_of(learner))).values()
    names = ("uid", "sequence", "summary", "dtstart", "location", "description")
    assert [str(event[name]) for name in names] == [str(attached[name]) for name in names]


def test_looking_at_the_page_makes_no_address_and_renewing_ends_the_old(browser, client, learner):
    url = at("my_calendar")
    assert "Make my calendar address" in page(browser.get(url))
    assert not CalendarFeed.objects.exists()
    browser.post(url)
    old = feed_of(learner)
    assert old in page(browser.get(url))
    assert client.get(old).status_code == 200
    browser.post(url)
    new = feed_of(learner)
    assert (client.get(old).status_code, client.get(new).status_code, new == old) == (404, 200, False)


def test_a_closed_account_has_no_feed(client, learner):
    url = feed_of(learner)
    learner.is_active = False
    learner.save()
    assert client.get(url).status_code == 404


def test_my_learning_shows_what_comes_next(browser, learner, session):
    BookingFactory(session=session, learner=learner, state=State.WAITLISTED)
    shown = page(browser.get("/my/"))
    assert "Your sessions" in shown
    assert "You are on the waiting list" in shown
    assert at("public_session", session.pk) in shown


def test_my_learning_links_to_the_room_online_on_the_day(browser, learner, session):
    session.online_link = "https://meet.example.org/room"
    session.save()
    BookingFactory(session=session, learner=learner)
    assert session.online_link not in page(browser.get("/my/"))
    TrainingSession.objects.update(starts_at=timezone.now() + timedelta(minutes=30))
    assert session.online_link in page(browser.get("/my/"))


def test_a_course_names_its_coming_sessions(client, session):
    course = session.cohort.course
    for _ in range(3):
        TrainingSessionFactory(cohort=session.cohort, who_may_book="anyone", starts_at=next_may())
    shown = page(client.get(course.get_absolute_url()))
    assert at("public_session", session.pk) in shown
    assert shown.count("/sessions/") == 5  # the menu, three sessions, and the way to all of them
    assert f"/sessions/?course={course.slug}" in shown
    assert listed(client, course=course.slug)[0] == session.title


def test_the_offers_of_a_course_are_read_once_a_minute(client, session, django_assert_num_queries):
    from bookings.public_queries import offers_of

    cache.clear()
    with django_assert_num_queries(1):
        for _ in range(3):
            offers_of(session.cohort.course)


# --- Colleagues ------------------------------------------------------------------------------


@pytest.fixture
def lead():
    return UserFactory(role=Role.AGENCY_LEAD, name="Lena Lead")


@pytest.fixture
def desk(client_for, lead):
    return client_for(lead)


@pytest.fixture
def colleague(lead):
    return UserFactory(agency=lead.agency, name="Cora Colleague", email="cora@example.org")


def ask_for(desk, session, *people, addresses="", follow=True):
    return desk.post(
        at("colleagues", session.pk),
        {"people": [p.pk for p in people], "addresses": addresses},
        follow=follow,
    )


def test_a_lead_books_people_of_their_own_organisation(desk, lead, colleague, session):
    shown = page(ask_for(desk, session, colleague))
    assert "1 colleague has a booking now." in shown
    booking = Booking.objects.get()
    assert (booking.learner, booking.booked_by, booking.source, booking.state) == (
        colleague, lead, Booking.Source.AGENCY, State.BOOKED,
    )  # fmt: skip
    assert CohortMember.objects.get(learner=colleague).source == CohortMember.Source.AGENCY


def test_a_lead_finds_and_books_nobody_elses_people(desk, colleague, session):
    stranger = UserFactory(name="Sam Stranger")
    shown = page(desk.get(at("colleagues", session.pk)))
    assert colleague.name in shown
    assert stranger.name not in shown
    assert "Nobody of your organisation matches" in page(
        desk.get(at("colleagues", session.pk), {"q": "Stranger"})
    )
    assert "Choose people from the list." in page(ask_for(desk, session, stranger))
    assert not Booking.objects.exists()


def test_a_colleague_is_booked_by_address_whatever_its_letter_case(desk, colleague, session):
    ask_for(desk, session, addresses=" CORA@Example.org ,\n\ncora@example.org")
    assert Booking.objects.get().learner == colleague
    assert not Invitation.objects.exists()


def test_the_answer_never_tells_whether_an_address_has_an_account(desk, session):
    """Unknown, of another organisation, in the group already, said no before: all read the same."""
    other = UserFactory(email="other@example.org")
    member = CohortMemberFactory(cohort=session.cohort, learner__email="member@example.org").learner
    answers = set()
    for address in ("unknown@example.org", other.email, member.email):
        shown = page(ask_for(desk, session, addresses=address))
        assert "Invitations to the group go to 1 address" in shown
        answers.add(shown.split('id="main-content"')[1].split("<h1")[0].replace(address, ""))
        assert address not in shown
    assert len(answers) == 1
    assert not Booking.objects.exists()
    assert set(Invitation.objects.values_list("email", flat=True)) == {"unknown@example.org", other.email}


def test_a_lead_who_types_their_own_address_books_and_invites_nobody(desk, lead, session):
    ask_for(desk, session, addresses=lead.email)
    assert (Booking.objects.count(), Invitation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        ("", "Choose at least one person, or enter an e-mail address."),
        ("a@example.org\nnot an address", "Line 2 is not an e-mail address."),
        ("\n".join(f"p{n}@example.org" for n in range(51)), "Enter 50 addresses or fewer at a time."),
    ],
)
def test_mistakes_in_the_list_are_named_and_nothing_is_done(desk, colleague, session, addresses, words):
    shown = page(ask_for(desk, session, addresses=addresses))
    assert words in shown
    assert not Invitation.objects.exists()


def test_a_lead_cannot_write_to_the_whole_world(desk, session, monkeypatch):
    from bookings import colleagues

    monkeypatch.setattr(colleagues, "INVITATIONS_A_DAY", 2)
    ask_for(desk, session, addresses="a@example.org\nb@example.org")
    assert "You have invited many people today." in page(ask_for(desk, session, addresses="c@example.org"))
    assert Invitation.objects.count() == 2


def test_one_refusal_holds_up_nobody_else(desk, lead, colleague, session):
    declined = UserFactory(agency=lead.agency, name="Dan Declined")
    BookingFactory(session=session, learner=declined, state=State.DECLINED)
    shown = page(ask_for(desk, session, declined, colleague))
    assert "Dan Declined: This request was declined." in shown
    assert state_of(colleague, session) == State.BOOKED


def test_a_lead_sees_and_cancels_what_they_booked_and_nothing_else(desk, lead, colleague, session):
    ask_for(desk, session, colleague)
    own = BookingFactory(learner=colleague, session__title="Her own choice")
    url = at("colleague_bookings")
    shown = page(desk.get(url))
    assert session.title in shown
    assert own.session.title not in shown
    made = Booking.objects.get(session=session)
    assert f"{colleague.name} gets an e-mail." in page(desk.get(at("colleague_cancel", made.pk)))
    for _ in range(2):
        assert desk.post(at("colleague_cancel", made.pk)).status_code == 302
    assert state_of(colleague, session) == State.CANCELLED
    assert desk.post(at("colleague_cancel", own.pk)).status_code == 404


def test_a_colleague_who_changed_employer_is_the_leads_no_more(desk, colleague, session):
    ask_for(desk, session, colleague)
    booking = Booking.objects.get()
    colleague.agency = AgencyFactory()
    colleague.save()
    assert colleague.name not in page(desk.get(at("colleague_bookings")))
    assert desk.post(at("colleague_cancel", booking.pk)).status_code == 404


def test_only_what_anyone_may_book_is_booked_for_colleagues(desk, colleague, session):
    session.who_may_book = "members"
    session.save()
    assert ask_for(desk, session, colleague).status_code == 404


@pytest.mark.parametrize("name", ["colleagues", "colleague_bookings"])
def test_a_lead_without_an_organisation_has_no_colleagues(client_for, session, name):
    homeless = UserFactory(role=Role.AGENCY_LEAD, agency=None)
    args = [session.pk] if name == "colleagues" else []
    assert client_for(homeless).get(at(name, *args)).status_code == 404
    assert "Book colleagues" not in page(client_for(homeless).get(at("public_session", session.pk)))


def test_what_the_lead_typed_is_kept_beside_a_mistake(desk, colleague, session):
    shown = page(ask_for(desk, session, colleague, addresses="nonsense"))
    assert "nonsense</textarea>" in shown
    assert "checked" in shown


# --- Costs and caches ------------------------------------------------------------------------


def queries_of(client, url) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(url)  # what is kept in the cache is there
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_page_costs_the_same_at_one_and_at_three(client_for, lead, session):
    """`lead` is a learner, a trainer and an agency lead in one."""
    lead.groups.add(*UserFactory(role=Role.TRAINER).groups.all())
    session.cohort.trainers.add(lead)
    enrol(lead, session.cohort.course)
    client = client_for(lead)
    addresses = {
        "calendar": CALENDAR,
        "session": at("public_session", session.pk),
        "feed": feed_of(lead),
        "my": "/my/",
        "colleagues": at("colleagues", session.pk),
        "colleague bookings": at("colleague_bookings"),
    }

    def more(number: int):
        for _ in range(number):
            colleague = UserFactory(agency=lead.agency)
            cohort = CohortFactory(course=session.cohort.course, trainers=[lead])
            other = TrainingSessionFactory(cohort=cohort, who_may_book="anyone", starts_at=next_may())
            BookingFactory(session=other, learner=lead)
            BookingFactory(session=other, learner=colleague, booked_by=lead, source=Booking.Source.AGENCY)
            BookingFactory(session=session, state=State.WAITLISTED)

    more(1)
    at_one = {name: queries_of(client, url) for name, url in addresses.items()}
    more(2)
    at_three = {name: queries_of(client, url) for name, url in addresses.items()}
    expected = {
        "calendar": 10,
        "session": 14,
        "feed": 6,
        "my": 14,
        "colleagues": 8,
        "colleague bookings": 6,
    }
    assert (at_one, at_three) == (expected, expected)


def test_pages_that_show_a_persons_state_are_kept_by_nobody(client_for, lead, session):
    BookingFactory(session=session, learner=lead)
    client = client_for(lead)
    for url in (
        CALENDAR,
        at("public_session", session.pk),
        at("cancel", session.pk),
        at("session_file", session.pk),
        at("my_calendar"),
        at("colleagues", session.pk),
        at("colleague_bookings"),
        feed_of(lead),
        "/my/",
    ):
        response = client.get(url)
        assert response.status_code == 200, url
        assert "no-store" in response["Cache-Control"], url
