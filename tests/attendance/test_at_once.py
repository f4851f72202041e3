"""Two phones, two trainers, two clicks at the same moment. On PostgreSQL, `make test-services` runs the same."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from attendance import services
from attendance.models import Attendance, AttendanceChange, Status, WalkIn
from attendance.services import Outcome, WalkInClosed
from bookings.models import Booking
from tests.factories.accounts import UserFactory
from tests.factories.attendance import RunningSessionFactory, WalkInFactory
from tests.factories.bookings import BookingFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(times, call):
    """Call `call(n)` from so many threads; return what each returned or raised."""

    def run(number):
        try:
            return call(number)
        except WalkInClosed as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_one_mark_that_a_phone_sends_eight_times_counts_once():
    place = BookingFactory(session=RunningSessionFactory())
    trainer, key = place.session.created_by, uuid.uuid4()

    found = at_once(
        8,
        lambda n: (
            services.mark(
                place.session, learner=place.learner, status=Status.PRESENT, by=trainer, mark_id=key
            ).outcome
        ),
    )

    assert sorted(o.value for o in found) == ["already"] * 7 + ["saved"]
    assert AttendanceChange.objects.count() == 1


def test_first_marks_of_many_trainers_make_one_mark_with_every_touch_kept():
    place = BookingFactory(session=RunningSessionFactory())
    trainer = place.session.created_by

    found = at_once(
        8, lambda n: services.mark(place.session, learner=place.learner, status=Status.PRESENT, by=trainer)
    )

    assert {m.outcome for m in found} <= {Outcome.SAVED, Outcome.LOST}
    standing = Attendance.objects.get()
    assert standing.changes.count() == 8
    assert standing.version == standing.changes.filter(lost=False).count()


def test_everyone_present_pressed_by_two_marks_each_once():
    session = RunningSessionFactory()
    BookingFactory.create_batch(3, session=session)

    counts = at_once(4, lambda n: services.mark_everyone_present(session, session.created_by))

    assert sum(counts) == AttendanceChange.objects.count() == 3


def test_a_link_opened_by_four_people_is_claimed_by_one():
    walk_in = WalkInFactory()
    services.mark(walk_in.session, walk_in=walk_in, status=Status.PRESENT, by=walk_in.made_by)
    people = [UserFactory() for _ in range(4)]

    found = at_once(4, lambda n: services.claim_walk_in(walk_in, people[n]))

    assert sum(isinstance(answer, WalkInClosed) for answer in found) == 3
    winner = WalkIn.objects.get().claimed_by
    assert (Booking.objects.get().learner, Attendance.objects.get().learner) == (winner, winner)
