"""Several workers at the outbox at once: each letter leaves once, each reminder is written once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from bookings.models import Booking, BookingChange, BookingState, Notice
from bookings.notices import send_waiting, write_reminders
from evaluation.models import FollowUp
from evaluation.tasks import send_follow_ups_task
from tests.factories.attendance import AttendanceFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory
from tests.factories.cohorts import CohortFactory
from tests.services.at_once import all_at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]
WORKERS = 8
PEOPLE = 30


def all_workers(act) -> list:
    return all_at_once(lambda _: act(), range(WORKERS), WORKERS)


def test_eight_workers_remind_thirty_people_once():
    session = TrainingSessionFactory(starts_at=timezone.now() + timedelta(minutes=30), capacity=PEOPLE)
    for booking in BookingFactory.create_batch(PEOPLE, session=session, member=False):
        BookingChange.objects.create(booking=booking, was="", became=BookingState.BOOKED)

    all_workers(write_reminders)
    assert Notice.objects.count() == PEOPLE

    sent = all_workers(send_waiting)
    assert sum(sent) == PEOPLE
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        Booking.objects.values_list("learner__email", flat=True)
    )
    assert not Notice.objects.filter(sent_at=None).exists()


def test_eight_workers_ask_thirty_people_once_what_became_of_it():
    cohort = CohortFactory()
    session = TrainingSessionFactory(
        cohort=cohort, starts_at=timezone.now() - timedelta(days=91), capacity=PEOPLE
    )
    AttendanceFactory.create_batch(PEOPLE, session=session)

    all_workers(send_follow_ups_task)

    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        Booking.objects.values_list("learner__email", flat=True)
    )
    assert FollowUp.objects.exclude(sent_at=None).count() == PEOPLE
