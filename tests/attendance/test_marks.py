import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from attendance.models import Attendance, AttendanceChange, Status
from attendance.queries import history
from attendance.services import MarkRefused, Outcome, mark, mark_everyone_present
from bookings.models import BookingState
from tests.factories.accounts import UserFactory
from tests.factories.attendance import (
    AttendanceFactory,
    CheckInFactory,
    RunningSessionFactory,
    WalkInFactory,
)
from tests.factories.bookings import BookingFactory

pytestmark = pytest.mark.django_db


def ago(**kwargs):
    return timezone.now() - timedelta(**kwargs)


def touches(attendance):
    return [(c.was, c.became, c.actor, c.lost) for c in reversed(history(attendance))]


def test_a_mark_is_kept_with_who_and_when_and_announced(session, learner, trainer, heard):
    marked = mark(session, learner=learner, status=Status.PRESENT, by=trainer)

    standing = Attendance.objects.get()
    assert (marked.outcome, standing.status, standing.marked_by) == (Outcome.SAVED, Status.PRESENT, trainer)
    assert touches(standing) == [("", "present", trainer, False)]
    assert [e.learner for e in heard] == [learner]


def test_a_mark_sent_twice_counts_once(session, learner, trainer, heard):
    key = uuid.uuid4()
    first = mark(session, learner=learner, status=Status.PRESENT, by=trainer, mark_id=key)
    mark(session, learner=learner, status=Status.ABSENT, by=trainer)

    again = mark(session, learner=learner, status=Status.PRESENT, by=trainer, mark_id=key)

    assert (again.outcome, again.attendance.status) == (Outcome.ALREADY, Status.ABSENT)
    assert touches(first.attendance) == [
        ("", "present", trainer, False),
        ("present", "absent", trainer, False),
    ]
    assert len(heard) == 2


def test_a_mark_of_another_register_is_refused(session, learner, trainer):
    other = AttendanceFactory()
    key = uuid.uuid4()
    mark(other.session, learner=other.learner, status=Status.PRESENT, by=trainer, mark_id=key)

    with pytest.raises(MarkRefused, match="another register"):
        mark(session, learner=learner, status=Status.PRESENT, by=trainer, mark_id=key)


def test_a_correction_keeps_what_was(session, learner, trainer):
    colleague = UserFactory(role=Role.TRAINER)
    mark(session, learner=learner, status=Status.ABSENT, by=trainer)

    marked = mark(session, learner=learner, status=Status.LATE, minutes_missed=10, by=colleague)

    standing = marked.attendance
    assert (standing.status, standing.minutes_missed, standing.version) == (Status.LATE, 10, 2)
    assert touches(standing) == [("", "absent", trainer, False), ("absent", "late", colleague, False)]
    assert (marked.other.status, marked.other.by) == ("Absent", str(trainer))


def test_a_late_mark_from_offline_loses_against_a_later_touch_and_is_kept(session, learner, trainer, heard):
    colleague = UserFactory(role=Role.TRAINER)
    mark(session, learner=learner, status=Status.LATE, by=colleague, touched_at=ago(minutes=1))

    late = mark(session, learner=learner, status=Status.ABSENT, by=trainer, touched_at=ago(minutes=3))

    assert late.outcome is Outcome.LOST
    assert (late.other.status, late.other.by) == ("Late", str(colleague))
    standing = Attendance.objects.get()
    assert (standing.status, standing.version) == (Status.LATE, 1)
    assert touches(standing) == [("", "late", colleague, False), ("late", "absent", trainer, True)]
    assert len(heard) == 1


def test_an_offline_mark_touched_after_the_one_that_stands_is_applied(session, learner, trainer):
    mark(session, learner=learner, status=Status.LATE, by=trainer, touched_at=ago(minutes=3))

    mark(session, learner=learner, status=Status.ABSENT, by=trainer, touched_at=ago(minutes=1))

    assert Attendance.objects.get().status == Status.ABSENT


def test_a_phone_whose_clock_is_ahead_cannot_win_for_ever(session, learner, trainer):
    mark(session, learner=learner, status=Status.ABSENT, by=trainer, touched_at=ago(hours=-5))

    mark(session, learner=learner, status=Status.PRESENT, by=trainer)

    assert Attendance.objects.get().status == Status.PRESENT


def test_the_register_opens_a_quarter_of_an_hour_before_the_start(trainer):
    early = BookingFactory(session__starts_at=timezone.now() + timedelta(minutes=16))
    with pytest.raises(MarkRefused, match="The register opens on"):
        mark(early.session, learner=early.learner, status=Status.PRESENT, by=trainer)
    in_time = BookingFactory(session__starts_at=timezone.now() + timedelta(minutes=14))

    mark(in_time.session, learner=in_time.learner, status=Status.PRESENT, by=trainer)

    assert [a.session for a in Attendance.objects.all()] == [in_time.session]


def test_the_register_opens_with_the_door(trainer):
    place = BookingFactory(session__starts_at=timezone.now() + timedelta(minutes=25))
    CheckInFactory(session=place.session)

    assert mark(place.session, learner=place.learner, status=Status.PRESENT, by=trainer)


def test_a_session_called_off_has_no_register(session, learner, trainer):
    session.cancelled_at = timezone.now()
    session.save()

    with pytest.raises(MarkRefused, match="called off"):
        mark(session, learner=learner, status=Status.PRESENT, by=trainer)
    with pytest.raises(MarkRefused, match="called off"):
        mark_everyone_present(session, trainer)


def test_people_who_are_not_on_the_register_are_refused(session, trainer):
    gone = BookingFactory(session=session, state=BookingState.CANCELLED)
    elsewhere = WalkInFactory()
    removed = WalkInFactory(session=session, removed_at=timezone.now())

    for person in ({"learner": gone.learner}, {"walk_in": elsewhere}, {"walk_in": removed}):
        with pytest.raises(MarkRefused):
            mark(session, status=Status.PRESENT, by=trainer, **person)
    assert not AttendanceChange.objects.exists()


@pytest.mark.parametrize(("status", "missed"), [("sleeping", 0), ("late", -1), ("left", 181)])
def test_nonsense_is_refused(session, learner, trainer, status, missed):
    with pytest.raises(MarkRefused):
        mark(session, learner=learner, status=status, minutes_missed=missed, by=trainer)


def test_minutes_count_only_for_late_and_left_early(session, learner, trainer):
    mark(session, learner=learner, status=Status.PRESENT, minutes_missed=30, by=trainer)

    assert Attendance.objects.get().minutes_missed == 0


def test_without_minutes_the_clock_says_what_was_missed(trainer):
    place = BookingFactory(session=RunningSessionFactory(starts_at=ago(minutes=60)))
    place.session.breaks.create(starts_at=ago(minutes=40), minutes=15)

    late = mark(place.session, learner=place.learner, status=Status.LATE, minutes_missed=None, by=trainer)
    assert late.attendance.minutes_missed == 45
    left = mark(
        place.session, learner=place.learner, status=Status.LEFT_EARLY, minutes_missed=None, by=trainer
    )
    assert left.attendance.minutes_missed in (119, 120)


def test_everyone_present_leaves_marks_that_stand(session, learner, trainer, heard):
    mark(session, learner=learner, status=Status.EXCUSED, by=trainer)
    others = {BookingFactory(session=session).learner for _ in range(2)}
    walk_in = WalkInFactory(session=session)
    BookingFactory(session=session, state=BookingState.WAITLISTED)
    heard.clear()

    assert mark_everyone_present(session, trainer) == 3
    assert mark_everyone_present(session, trainer) == 0

    present = Attendance.objects.filter(status=Status.PRESENT)
    assert {a.learner or a.walk_in for a in present} == others | {walk_in}
    assert {c.actor for a in present for c in a.changes.all()} == {trainer}
    assert Attendance.objects.get(learner=learner).status == Status.EXCUSED
    assert {e.learner for e in heard} == others


@pytest.mark.parametrize("people", [1, 3])
def test_everyone_present_costs_the_same_for_any_number(session, trainer, people, django_assert_num_queries):
    BookingFactory.create_batch(people, session=session)

    with django_assert_num_queries(9):
        mark_everyone_present(session, trainer)
