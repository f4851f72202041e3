from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from attendance import codes, services
from attendance.models import Attendance, CheckIn, Status, WalkIn
from attendance.services import CheckedIn, DoorClosed
from bookings.models import Booking, TrainingSession
from cohorts.models import CohortMember
from tests.factories.accounts import UserFactory
from tests.factories.attendance import CheckInFactory, RunningSessionFactory
from tests.factories.bookings import BookingFactory
from tests.factories.cohorts import CohortMemberFactory

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def later(seconds):
    return TEN + timedelta(seconds=seconds)


# --- Codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "works"), [(0, True), (29, True), (30, True), (59, True), (60, False)])
def test_a_code_works_while_it_is_shown_and_for_one_turn_more(seconds, works):
    assert codes.is_current("secret", codes.code_at("secret", TEN), later(seconds)) is works


def test_a_code_is_of_its_own_door_and_moment():
    shown = {codes.code_at(secret, later(30 * n)) for secret in ("a", "b") for n in range(50)}
    assert len(shown) == 100
    assert not codes.is_current("b", codes.code_at("a", TEN), TEN)


def test_a_code_of_the_future_is_worth_nothing():
    assert not codes.is_current("secret", codes.code_at("secret", later(30)), TEN)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"])
def test_a_code_may_be_typed_carelessly(typed):
    code = codes.code_at("secret", TEN)
    assert codes.is_current("secret", typed.format(f"{code[:3]}-{code[3:].lower()}"), TEN)


def test_junk_is_no_code(hostile):
    assert not codes.is_current("secret", hostile, TEN)


# --- Coming through ----------------------------------------------------------------------------

db = pytest.mark.django_db


@pytest.fixture
def door(session):
    return CheckInFactory(session=session)


def door_since(minutes):
    starts_at = timezone.now() - timedelta(minutes=minutes)
    return CheckInFactory(session=RunningSessionFactory(starts_at=starts_at))


@db
def test_a_person_marks_themselves_present_once(door, learner):
    first = services.check_in(door, learner, scanned_at=timezone.now())
    second = services.check_in(door, learner, scanned_at=timezone.now())

    assert (first.outcome, second.outcome) == (CheckedIn.PRESENT, CheckedIn.ALREADY)
    standing = Attendance.objects.get()
    assert (standing.status, standing.source, standing.marked_by) == (
        Status.PRESENT, Attendance.Source.CHECK_IN, learner,
    )  # fmt: skip
    assert standing.changes.count() == 1


@db
def test_after_ten_minutes_they_are_late_by_what_they_missed():
    door = door_since(minutes=20)
    learner = BookingFactory(session=door.session).learner

    assert services.check_in(door, learner, scanned_at=timezone.now()).outcome is CheckedIn.LATE
    assert Attendance.objects.get().minutes_missed == 20


@db
def test_the_moment_of_scanning_counts_not_that_of_logging_in():
    door = door_since(minutes=12)
    learner = BookingFactory(session=door.session).learner
    scanned_at = timezone.now() - timedelta(minutes=4)

    assert services.check_in(door, learner, scanned_at=scanned_at).outcome is CheckedIn.PRESENT


@db
def test_a_trainers_mark_that_they_came_is_left_alone(door, learner, trainer):
    services.mark(door.session, learner=learner, status=Status.LATE, minutes_missed=5, by=trainer)

    assert services.check_in(door, learner, scanned_at=timezone.now()).outcome is CheckedIn.ALREADY
    assert Attendance.objects.get().status == Status.LATE


@db
def test_who_was_marked_absent_and_comes_is_there(door, learner, trainer):
    services.mark(door.session, learner=learner, status=Status.ABSENT, by=trainer)

    services.check_in(door, learner, scanned_at=timezone.now())

    assert Attendance.objects.get().status == Status.PRESENT


@db
@pytest.mark.parametrize("minutes", [-31, 31])
def test_outside_the_window_the_door_is_shut(door, learner, minutes):
    with pytest.raises(DoorClosed):
        services.check_in(door, learner, scanned_at=door.session.starts_at + timedelta(minutes=minutes))


@db
def test_a_closed_door_opens_again_with_the_same_secret(door, trainer):
    services.close_door(door.session)
    door.refresh_from_db()
    assert door.closes_at <= timezone.now()

    now = timezone.now()
    again = services.open_door(door.session, by=trainer, opens_at=now, closes_at=now + timedelta(minutes=10))
    assert (again.pk, again.secret) == (door.pk, door.secret)


@db
def test_a_door_that_has_not_opened_is_taken_back(session, trainer):
    soon = timezone.now() + timedelta(minutes=5)
    services.open_door(session, by=trainer, opens_at=soon, closes_at=soon + timedelta(minutes=5))

    services.close_door(session)

    assert not CheckIn.objects.exists()


@db
def test_where_anyone_may_book_anyone_may_come_even_if_it_is_full(door):
    TrainingSession.objects.update(who_may_book=TrainingSession.WhoMayBook.ANYONE, capacity=1)
    BookingFactory(session=door.session)
    door.session.refresh_from_db()
    learner = UserFactory()

    assert services.check_in(door, learner, scanned_at=timezone.now()).outcome is CheckedIn.PRESENT
    assert Booking.objects.get(learner=learner).source == Booking.Source.WALK_IN
    assert CohortMember.objects.get(learner=learner).source == CohortMember.Source.WALK_IN


@db
def test_a_member_without_a_place_gets_one(door):
    member = CohortMemberFactory(cohort=door.session.cohort)

    services.check_in(door, member.learner, scanned_at=timezone.now())

    assert Attendance.objects.get().learner == member.learner


@db
def test_others_are_written_down_for_the_trainer_to_see_once(door):
    stranger = UserFactory(name="Sasha Stranger")

    entries = [services.check_in(door, stranger, scanned_at=timezone.now()) for _ in range(2)]

    walk_in = WalkIn.objects.get()
    assert {e.walk_in for e in entries} == {walk_in}
    assert (walk_in.name, walk_in.made_by, walk_in.email) == ("Sasha Stranger", None, stranger.email)
    assert not Booking.objects.filter(learner=stranger).exists()
