"""The letter that asks what a session was like, and the code that leads to the form."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.personal_data import erase, export
from accounts.roles import Role
from attendance.models import Status
from evaluation.invitations import email_waiting_invitations, make_invitations
from evaluation.models import FeedbackInvitation
from evaluation.services import give_feedback
from tests.factories.accounts import UserFactory
from tests.factories.attendance import AttendanceFactory, WalkInFactory
from tests.factories.bookings import BookingFactory
from tests.factories.evaluation import PastSessionFactory, SessionFeedbackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(cohort):
    return PastSessionFactory(cohort=cohort, title="Thornwell day")


def form_of(session) -> str:
    return reverse("evaluation:feedback", args=[session.pk])


def run() -> list[str]:
    mail.outbox.clear()
    make_invitations()
    email_waiting_invitations()
    return sorted(letter.to[0] for letter in mail.outbox)


def test_everybody_who_came_is_asked_once(past):
    came = [AttendanceFactory(session=past, status=s).learner for s in (Status.PRESENT, Status.LATE)]
    for status in (Status.ABSENT, Status.EXCUSED):
        AttendanceFactory(session=past, status=status)
    BookingFactory(session=past)

    assert run() == sorted(person.email for person in came)
    assert "Thornwell day" in mail.outbox[0].subject
    assert form_of(past) in mail.outbox[0].body
    assert run() == []


def test_who_has_spoken_is_not_asked_and_who_speaks_before_the_letter_leaves_neither(past):
    first, second = (AttendanceFactory(session=past).learner for _ in range(2))
    give_feedback(past, first, SessionFeedbackFactory.build(session=past))
    assert make_invitations() == 1
    give_feedback(past, second, SessionFeedbackFactory.build(session=past))
    assert email_waiting_invitations() == 0
    assert FeedbackInvitation.objects.get().dropped_at


@pytest.mark.parametrize("why", ["to come", "long ago", "called off", "account closed"])
def test_others_are_not_asked(past, why):
    mark = AttendanceFactory(session=past)
    now = timezone.now()
    if why == "to come":
        past.ends_at = now + timedelta(minutes=5)
    elif why == "long ago":
        past.starts_at, past.ends_at = now - timedelta(days=8, hours=3), now - timedelta(days=8)
    elif why == "called off":
        past.cancelled_at = now
    else:
        mark.learner.is_active = False
        mark.learner.save()
    past.save()
    assert run() == []


def test_a_walk_in_is_asked_once_the_attendance_is_claimed(past):
    walk_in = WalkInFactory(session=past)
    mark = AttendanceFactory(session=past, learner=None, walk_in=walk_in)
    assert run() == []
    mark.learner = UserFactory()
    mark.save()
    assert run() == [mark.learner.email]


@pytest.mark.parametrize("people", [1, 3])
def test_making_takes_the_same_queries(past, people, django_assert_num_queries):
    AttendanceFactory.create_batch(people, session=past)
    with django_assert_num_queries(2):  # whom, and one insert
        assert make_invitations() == people


def test_the_form_opens_for_who_had_a_place_and_is_not_on_the_register_yet(past, client_for):
    booked, absent = (
        BookingFactory(session=past).learner,
        AttendanceFactory(session=past, status=Status.ABSENT).learner,
    )
    assert "How useful was it" in client_for(booked).get(form_of(past)).text
    assert "How useful was it" not in client_for(absent).get(form_of(past)).text
    assert client_for(UserFactory()).get(form_of(past)).status_code == 404


def test_the_code_is_for_the_sessions_trainers(past, trainer, client_for):
    address = reverse("evaluation:feedback_code", args=[past.pk])
    assert "Feedback code" in client_for(trainer).get(past.get_absolute_url()).text
    assert form_of(past) in client_for(trainer).get(address).text
    for role in (Role.TRAINER, Role.PROGRAMME_MANAGER, None):
        assert client_for(UserFactory(role=role)).get(address).status_code == 404


def test_a_persons_data_names_the_letters_and_erasing_forgets_them(past):
    learner = AttendanceFactory(session=past).learner
    run()
    assert [row["session"] for row in export(learner)["evaluation"]["asked_for_feedback_on"]] == [
        "Thornwell day"
    ]
    erase(learner)
    assert not FeedbackInvitation.objects.exists()
