"""Several workers at the outbox at once: each letter leaves once, each reminder is written once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from bookings.models import Booking, BookingChange, BookingState, Notice
from bookings.notices import send_waiting, write_reminders
from tests.factories.bookings import BookingFactory, TrainingSessionFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
WORKERS = 8
PEOPLE = 30


@pytest.fixture(autouse=True)
def _postgres():
    if connection.vendor != "postgresql":
        pytest.skip("row locks need PostgreSQL: make test-services")


def all_workers(act) -> list:
    together = Barrier(WORKERS)

    def work(_):
        try:
            together.wait(60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


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
