"""The letters about bookings: each once, only while it is true, with an entry for the calendar."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from icalendar import Calendar

from bookings import notices, services
from bookings.models import Booking, BookingChange, BookingState, Notice
from bookings.tasks import release_quotas_task, remind_task, send_notices_task
from tests.factories.accounts import UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory, VenueFactory

pytestmark = pytest.mark.django_db
Kind = Notice.Kind


@pytest.fixture
def session():
    """Three hours that go over the end of summer time, a long way ahead."""
    start = datetime(timezone.now().year + 1, 5, 12, 9, tzinfo=UTC)
    return TrainingSessionFactory(
        starts_at=start,
        who_may_book="anyone",
        joining_notes="Ring the bell twice.",
        venue=VenueFactory(name="Harbour House", access_notes="Lift beside the stairs."),
    )


@pytest.fixture
def learner():
    return UserFactory(name="Amina Khan")


def ask(session, learner):
    return services.book(session, learner, by=learner)


def send() -> list:
    """Send what waits; return the letters of this run."""
    mail.outbox.clear()
    send_notices_task()
    return list(mail.outbox)


def subjects() -> list[str]:
    return [letter.subject for letter in send()]


def calendar_of(letter) -> Calendar | None:
    for part in letter.message().walk():
        if part.get_content_type() == "text/calendar":
            assert part.get_param("method")
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            assert calendar["method"] == part.get_param("method")
            return calendar
    return None


def entry_of(letter):
    (event,) = calendar_of(letter).events
    return event


def fill_up(session):
    session.capacity = 1
    session.save()
    return BookingFactory(session=session)


# --- What each letter says --------------------------------------------------------------------


def test_a_place_is_confirmed_with_when_where_and_the_calendar_entry(session, learner):
    ask(session, learner)
    (letter,) = send()
    assert letter.to == [learner.email]
    assert letter.subject == f"Your place: {session.cohort.course.title}, 12 May"
    assert "Hello Amina," in letter.body
    assert "10:00 to 13:00" in letter.body
    assert "Harbour House" in letter.body
    assert "Lift beside the stairs." in letter.body
    assert "Ring the bell twice." not in letter.body  # the joining notes come the day before
    assert f"/sessions/{session.pk}/" in letter.body
    event = entry_of(letter)
    assert event["dtstart"].dt.astimezone(UTC) == session.starts_at
    assert event["dtstart"].to_ical().endswith(b"T100000")
    assert str(event["summary"]) == session.cohort.course.title
    assert str(event["attendee"]) == f"mailto:{learner.email}"


def test_the_html_of_a_letter_escapes_what_people_typed(session, learner):
    session.title = "<script>alert(1)</script>"
    session.save()
    ask(session, learner)
    (letter,) = send()
    (html, _) = letter.alternatives[0]
    assert "<script>" not in html
    assert "<script>alert(1)</script>" in letter.body  # plain text stays plain


def test_subject_lines_hold_the_course_and_the_day_and_nothing_of_the_session(session, learner):
    session.title = "Working with survivors"
    session.save()
    booking = ask(session, learner)
    found = subjects()
    services.cancel(booking, by=learner)
    found += subjects()
    assert found == [
        f"Your place: {session.cohort.course.title}, 12 May",
        f"Cancelled: {session.cohort.course.title}, 12 May",
    ]


def test_a_colleague_who_was_booked_reads_by_whom_and_which_group_it_is(session, learner):
    lead = UserFactory(name="Lena Lead")
    services.book(session, learner, by=lead, source=Booking.Source.AGENCY)
    (letter,) = send()
    assert "Lena Lead has booked a place for you" in letter.body
    assert f"“{session.cohort.name}”" in letter.body


def test_who_waits_gets_no_calendar_entry_until_a_place_is_theirs(session, learner):
    holder = fill_up(session)
    ask(session, learner)
    (letter,) = send()
    assert letter.subject.startswith("Waiting list: ")
    assert calendar_of(letter) is None

    services.cancel(holder, by=holder.learner)
    letters = {letter.to[0]: letter for letter in send()}
    assert letters[learner.email].subject.startswith("Your place: ")
    assert entry_of(letters[learner.email])["status"] == "CONFIRMED"


def test_a_request_is_acknowledged_and_a_refusal_gives_its_reason(session, learner):
    session.needs_approval = True
    session.save()
    booking = ask(session, learner)
    assert subjects() == [f"Your request for a place: {session.cohort.course.title}, 12 May"]
    services.decline(booking, by=session.cohort.created_by, reason="It is for one borough.")
    (letter,) = send()
    assert "It is for one borough." in letter.body


def test_a_cancelled_place_takes_its_entry_out_of_the_calendar(session, learner):
    booking = ask(session, learner)
    (confirmation,) = send()
    services.cancel(booking, by=learner, reason="I am ill")
    (letter,) = send()
    assert calendar_of(letter)["method"] == "CANCEL"
    assert entry_of(letter)["uid"] == entry_of(confirmation)["uid"]
    assert entry_of(letter)["sequence"] > entry_of(confirmation)["sequence"]
    assert "as you asked" in letter.body
    assert "I am ill" not in letter.body


def test_who_only_waited_has_no_entry_to_take_out(session, learner):
    fill_up(session)
    booking = ask(session, learner)
    services.cancel(booking, by=learner)
    (letter,) = send()
    assert (letter.subject.partition(":")[0], calendar_of(letter)) == ("Cancelled", None)


def test_a_change_brings_the_same_entry_up_to_date(session, learner):
    ask(session, learner)
    (confirmation,) = send()
    later = session.starts_at + timedelta(hours=2)
    services.change_session(
        session, by=session.created_by, starts_at=later, ends_at=later + timedelta(hours=3)
    )
    (letter,) = send()
    assert letter.subject.startswith("Changed: ")
    assert "12:00 to 15:00" in letter.body
    assert entry_of(letter)["uid"] == entry_of(confirmation)["uid"]
    assert entry_of(letter)["sequence"] > entry_of(confirmation)["sequence"]
    assert entry_of(letter)["dtstart"].dt.astimezone(UTC) == later


def test_two_changes_before_the_mail_goes_make_one_letter(session, learner):
    ask(session, learner)
    send()
    for link in ("https://meet.example.org/1", "https://meet.example.org/2"):
        services.change_session(session, by=session.created_by, online_link=link)
    assert len(send()) == 1


def test_a_session_called_off_tells_why_and_where_people_were_moved(session, learner):
    other = TrainingSessionFactory(cohort=session.cohort, starts_at=session.starts_at + timedelta(days=7))
    ask(session, learner)
    send()
    services.call_off(session, by=session.created_by, reason="The trainer is ill.", moved_to=other)
    letters = {letter.subject.partition(":")[0]: letter for letter in send()}
    assert letters.keys() == {"Called off", "Your place"}
    off = letters["Called off"]
    assert "The trainer is ill." in off.body
    assert "19 May" in off.body
    assert calendar_of(off)["method"] == "CANCEL"
    assert "moved" in letters["Your place"].body
    assert entry_of(letters["Your place"])["uid"] != entry_of(off)["uid"]


def test_a_place_taken_again_wins_over_its_own_cancellation(session, learner):
    services.cancel(ask(session, learner), by=learner)
    (cancelled,) = send()
    ask(session, learner)
    (again,) = send()
    assert entry_of(again)["uid"] == entry_of(cancelled)["uid"]
    assert entry_of(again)["sequence"] > entry_of(cancelled)["sequence"]


# --- Once, and only what is true ----------------------------------------------------------------


def test_a_letter_goes_once_and_bears_an_id_of_its_own(session, learner):
    ask(session, learner)
    (letter,) = send()
    notice = Notice.objects.get()
    assert letter.extra_headers["Message-ID"].startswith(f"<notice-{notice.pk}@")
    assert notice.sent_at
    assert send() == []


def test_the_letter_follows_the_commit(session, learner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(session, learner)
        assert mail.outbox == []
    assert len(mail.outbox) == 1


def test_a_promotion_overtaken_by_a_cancellation_is_dropped(session, learner):
    holder = fill_up(session)
    booking = ask(session, learner)
    services.cancel(holder, by=holder.learner)
    booking.refresh_from_db()
    assert booking.state == BookingState.BOOKED
    services.cancel(booking, by=learner)
    to_learner = [letter.subject.partition(":")[0] for letter in send() if letter.to == [learner.email]]
    assert to_learner == ["Cancelled"]
    assert set(booking.notices.filter(dropped_at__isnull=False).values_list("kind", flat=True)) == {
        Kind.BOOKED,
        Kind.WAITLISTED,
    }
    assert not booking.notices.filter(sent_at=None, dropped_at=None).exists()


def test_a_place_cancelled_and_taken_again_sends_only_how_it_stands(session, learner):
    services.cancel(ask(session, learner), by=learner)
    ask(session, learner)
    assert subjects() == [f"Your place: {session.cohort.course.title}, 12 May"]


def test_nobody_is_told_of_a_place_in_a_session_that_was_called_off(session, learner):
    ask(session, learner)
    services.call_off(session, by=session.created_by, reason="No room.")
    assert [subject.partition(":")[0] for subject in subjects()] == ["Called off"]


def test_nobody_is_written_to_after_the_session_or_after_closing_their_account(session, learner):
    ask(session, learner)
    gone = ask(session, UserFactory())
    gone.learner.is_active = False
    gone.learner.save()
    type(session).objects.filter(pk=session.pk).update(
        starts_at=timezone.now() - timedelta(hours=4), ends_at=timezone.now() - timedelta(hours=1)
    )
    assert send() == []
    assert not Notice.objects.filter(dropped_at=None).exists()


# --- The mail server ----------------------------------------------------------------------------


def refuse(monkeypatch, error, *, only: str = ""):
    """Let the mail server refuse, everybody or one address; return the addresses it was asked to write to."""
    asked = []
    deliver = EmailBackend.send_messages

    def send_messages(self, messages):
        asked.extend(message.to[0] for message in messages)
        if not only or messages[0].to == [only]:
            raise error
        return deliver(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return asked


def test_a_mail_server_that_is_down_is_asked_three_times_and_the_next_run_sends_all(session, monkeypatch):
    for learner in UserFactory.create_batch(5):
        ask(session, learner)
    with monkeypatch.context() as patch:
        asked = refuse(patch, SMTPServerDisconnected("down"))
        assert send() == []
        assert len(asked) == 3
    assert Notice.objects.filter(sent_at=None, dropped_at=None).count() == 5
    assert len(send()) == 5


def test_one_refused_address_holds_up_nobody_else(session, monkeypatch):
    people = UserFactory.create_batch(3)
    for learner in people:
        ask(session, learner)
    refuse(monkeypatch, SMTPRecipientsRefused({}), only=people[0].email)
    assert [letter.to[0] for letter in send()] == [p.email for p in people[1:]]
    assert Notice.objects.get(booking__learner=people[0]).dropped_at


# --- Reminders ------------------------------------------------------------------------------------


def booked(starts_in: timedelta, *, confirmed: timedelta = timedelta(days=30), **fields) -> Booking:
    """A place in a session so far ahead, confirmed so long ago."""
    booking = BookingFactory(session=TrainingSessionFactory(starts_at=timezone.now() + starts_in, **fields))
    BookingChange.objects.create(
        booking=booking, was="", became=BookingState.BOOKED, at=timezone.now() - confirmed
    )
    return booking


def kinds(booking: Booking) -> list[str]:
    return list(booking.notices.values_list("kind", flat=True))


WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.mark.parametrize(
    ("starts_in", "expected"),
    [
        (timedelta(days=9), []),
        (timedelta(days=5), [Kind.REMINDER_7]),
        (timedelta(days=2, hours=1), [Kind.REMINDER_7]),
        (timedelta(minutes=30), [Kind.REMINDER_1]),
        (timedelta(hours=-1), []),
    ],
)
def test_reminders_come_a_week_and_a_day_before(starts_in, expected):
    booking = booked(starts_in)
    remind_task()
    assert kinds(booking) == expected


def test_reminders_are_due_at_nine_in_the_morning_by_the_sessions_clock(session):
    day_before = notices.wording.before(session, days=1)
    assert day_before.isoformat() == f"{session.starts_at.year}-05-11T09:00:00+01:00"


def test_a_reminder_is_written_once_however_often_the_task_runs(django_assert_num_queries):
    booking = booked(timedelta(days=5))
    remind_task()
    remind_task()
    assert kinds(booking) == [Kind.REMINDER_7]
    assert len(mail.outbox) == 1
    for _ in range(2):
        booked(timedelta(days=5))
    with django_assert_num_queries(3):
        notices.write_reminders()


def test_who_got_their_place_within_the_week_needs_no_reminder_of_it():
    booking = booked(timedelta(days=3), confirmed=timedelta(hours=1))
    remind_task()
    assert kinds(booking) == []


@pytest.mark.parametrize("state", [BookingState.WAITLISTED, BookingState.REQUESTED, BookingState.CANCELLED])
def test_only_people_with_a_place_are_reminded(state):
    booking = booked(timedelta(minutes=30))
    Booking.objects.filter(pk=booking.pk).update(state=state)
    remind_task()
    assert kinds(booking) == []


def test_a_session_called_off_reminds_nobody():
    booking = booked(timedelta(minutes=30), cancelled_at=timezone.now())
    remind_task()
    assert kinds(booking) == []


def test_the_letter_of_the_day_before_holds_joining_notes_and_link():
    booking = booked(
        timedelta(minutes=30), joining_notes="Bring a pen.", online_link="https://meet.example.org/room"
    )
    remind_task()
    (letter,) = mail.outbox
    assert letter.subject.startswith("How to join: ")
    assert "Bring a pen." in letter.body
    assert "https://meet.example.org/room" in letter.body
    assert "You can step out, or leave, at any time" in letter.body
    assert booking.session.quiet_room in letter.body
    assert "https://meet.example.org/room" in str(entry_of(letter)["description"])


def test_the_letter_of_the_week_before_keeps_the_link_back():
    booked(timedelta(days=5), joining_notes="Bring a pen.", online_link="https://meet.example.org/room")
    remind_task()
    (letter,) = mail.outbox
    assert letter.subject.startswith("Coming up: ")
    for kept_back in ("Bring a pen.", "https://meet.example.org/room"):
        assert kept_back not in letter.body + str(entry_of(letter)["description"])


def test_a_reminder_for_a_cancelled_booking_is_dropped():
    booking = booked(timedelta(minutes=30))
    notices.write_reminders()
    services.cancel(booking, by=booking.learner)
    assert [subject.partition(":")[0] for subject in subjects()] == ["Cancelled"]


def test_a_session_that_moves_is_reminded_of_again_on_its_new_date():
    booking = booked(timedelta(days=5))
    remind_task()
    session = booking.session
    later = session.starts_at + DAY
    services.change_session(
        session, by=session.created_by, starts_at=later, ends_at=later + timedelta(hours=3)
    )
    remind_task()
    assert kinds(booking).count(Kind.REMINDER_7) == 2


# --- Places held for a sector -----------------------------------------------------------------------


def test_places_held_go_to_whoever_waits_once_they_are_released():
    waiting = BookingFactory(state=BookingState.WAITLISTED)
    waiting.session.quotas_released_at = timezone.now() - timedelta(minutes=1)
    waiting.session.save()
    release_quotas_task()
    waiting.refresh_from_db()
    assert waiting.state == BookingState.BOOKED
