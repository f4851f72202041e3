"""Who gets a place: asking, approval, waiting list, promotion."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, Notice, SectorQuota, TrainingSession
from bookings.services import BookingRefused, approve, book, cancel, decline, fill, release_quotas
from bookings.states import IllegalStep
from cohorts.services import leave_cohort, remove_member
from courses.models import Enrolment
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory
from tests.factories.cohorts import CohortMemberFactory

pytestmark = pytest.mark.django_db
Who = TrainingSession.WhoMayBook


def open_session(**kwargs) -> TrainingSession:
    return TrainingSessionFactory(who_may_book=Who.ANYONE, **kwargs)


def ask(session, learner=None, **kwargs) -> Booking:
    learner = learner or UserFactory()
    return book(session, learner, by=kwargs.pop("by", learner), **kwargs)


def steps(booking) -> list[tuple]:
    return list(booking.changes.values_list("was", "became", "actor"))


def letters(booking) -> list[str]:
    return list(booking.notices.values_list("kind", flat=True))


def states_of(session) -> list[str]:
    return list(session.bookings.order_by("pk").values_list("state", flat=True))


def test_booking_gives_a_place_a_letter_and_the_way_into_group_and_course():
    session = open_session()
    learner = UserFactory()

    booking = ask(session, learner, needs="A seat near the door")

    assert (booking.state, booking.sector, booking.needs) == (
        "booked",
        learner.sector,
        "A seat near the door",
    )
    assert steps(booking) == [("", "approved", learner.pk), ("approved", "booked", None)]
    assert letters(booking) == [Notice.Kind.BOOKED]
    assert session.cohort.members.active().get().learner == learner
    assert Enrolment.objects.active().filter(learner=learner, course=session.cohort.course).exists()


def test_asking_twice_is_asking_once():
    session = open_session()
    learner = UserFactory()

    assert ask(session, learner) == ask(session, learner)
    assert len(steps(session.bookings.get())) == 2


def test_a_full_session_puts_people_on_the_waiting_list_without_taking_them_into_the_group():
    session = open_session(capacity=1)
    ask(session)

    waiting = ask(session)

    assert waiting.state == BookingState.WAITLISTED
    assert letters(waiting) == [Notice.Kind.WAITLISTED]
    assert not session.cohort.members.filter(learner=waiting.learner).exists()


def test_a_cancelled_place_goes_to_the_next_in_order():
    session = open_session(capacity=1)
    first, second, third = ask(session), ask(session), ask(session)

    cancel(first, by=first.learner, reason="Cannot come")

    assert states_of(session) == ["cancelled", "booked", "waitlisted"]
    assert steps(first)[-1] == ("booked", "cancelled", first.learner_id)
    assert letters(first) == [Notice.Kind.BOOKED, Notice.Kind.CANCELLED]
    assert letters(second) == [Notice.Kind.WAITLISTED, Notice.Kind.BOOKED]
    assert letters(third) == [Notice.Kind.WAITLISTED]


def test_cancelling_twice_writes_one_step():
    booking = ask(open_session())

    cancel(booking, by=booking.learner)
    cancel(booking, by=booking.learner)

    assert len(steps(booking)) == 3


def test_booking_again_after_cancelling_goes_to_the_end_of_the_queue():
    session = open_session(capacity=1)
    first, second = ask(session), ask(session)
    cancel(first, by=first.learner)

    again = ask(session, first.learner)

    assert again.pk == first.pk
    assert list(session.bookings.waitlisted()) == [again]
    assert session.bookings.booked().get() == second


# --- Who may book ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"bookings_open_at": None}, "not open yet"),
        ({"bookings_close_at": timezone.now() - timedelta(hours=1)}, "closed"),
        ({"starts_at": timezone.now() - timedelta(minutes=1)}, "has begun"),
        ({"cancelled_at": timezone.now()}, "called off"),
        ({"who_may_book": Who.TRAINERS}, "The trainers book people"),
        ({"who_may_book": Who.MEMBERS}, "people of its group"),
    ],
)
def test_who_may_not_book_is_told_why(fields, words):
    session = TrainingSessionFactory(**{"who_may_book": Who.ANYONE} | fields)

    with pytest.raises(BookingRefused, match=words):
        ask(session)
    assert not session.bookings.exists()


def test_people_of_the_group_book_its_sessions():
    session = TrainingSessionFactory()
    member = CohortMemberFactory(cohort=session.cohort)

    assert ask(session, member.learner).state == BookingState.BOOKED


def test_trainers_book_people_when_bookings_are_closed_for_others():
    session = TrainingSessionFactory(
        who_may_book=Who.TRAINERS, needs_approval=True, bookings_close_at=timezone.now() - timedelta(hours=1)
    )
    trainer = session.cohort.created_by

    booking = ask(session, by=trainer, source=Booking.Source.TRAINER)

    assert (booking.state, booking.booked_by) == (BookingState.BOOKED, trainer)
    assert session.cohort.members.get().source == "trainer"


# --- Approval --------------------------------------------------------------------------------


def test_a_request_waits_for_a_trainer():
    session = open_session(needs_approval=True)
    request = ask(session)
    assert (request.state, letters(request)) == (BookingState.REQUESTED, [Notice.Kind.REQUESTED])

    approved = approve(request, by=session.cohort.created_by)

    assert approved.state == BookingState.BOOKED
    assert steps(request) == [
        ("", "requested", request.learner_id),
        ("requested", "approved", session.cohort.created_by_id),
        ("approved", "booked", None),
    ]


def test_requests_take_no_place_and_an_approved_one_keeps_its_turn():
    session = open_session(needs_approval=True, capacity=1)
    first, second = ask(session), ask(session)

    approve(second, by=session.cohort.created_by)
    approve(first, by=session.cohort.created_by)
    third = ask(session, by=session.cohort.created_by, source=Booking.Source.TRAINER)

    assert list(session.bookings.waitlisted()) == [first, third]


def test_a_declined_request_cannot_be_made_again_but_a_trainer_may_change_their_mind():
    session = open_session(needs_approval=True)
    request = ask(session)

    decline(request, by=session.cohort.created_by, reason="For midwives only")

    assert letters(request) == [Notice.Kind.REQUESTED, Notice.Kind.DECLINED]
    assert request.changes.last().reason == "For midwives only"
    with pytest.raises(BookingRefused, match="declined"):
        ask(session, request.learner)
    assert approve(request, by=session.cohort.created_by).state == BookingState.BOOKED


def test_a_place_cannot_be_declined_nor_a_withdrawn_request_approved():
    booking = ask(open_session())
    withdrawn = ask(open_session(needs_approval=True))
    cancel(withdrawn, by=withdrawn.learner)

    with pytest.raises(BookingRefused):
        decline(booking, by=booking.session.cohort.created_by, reason="")
    with pytest.raises(BookingRefused):
        approve(withdrawn, by=withdrawn.session.cohort.created_by)


def test_who_cancels_is_written_down():
    session = open_session()
    lead = UserFactory(role=Role.AGENCY_LEAD)
    bookings = [ask(session) for _ in range(4)]

    for booking, by in zip(bookings, (booking.learner for booking in bookings[:1]), strict=False):
        cancel(booking, by=by)
    cancel(bookings[1], by=session.cohort.created_by)
    cancel(bookings[2], by=lead)
    cancel(bookings[3], by=None)

    assert [b.changes.last().actor for b in bookings] == [
        bookings[0].learner, session.cohort.created_by, lead, None,
    ]  # fmt: skip


# --- Promotion -------------------------------------------------------------------------------


def test_nobody_moves_up_once_the_session_has_begun_or_is_called_off():
    begun = open_session(starts_at=timezone.now() - timedelta(minutes=1))
    off = open_session(cancelled_at=timezone.now())
    for session in (begun, off):
        BookingFactory(session=session, state=BookingState.WAITLISTED)

    assert (fill(begun), fill(off)) == ([], [])
    assert (states_of(begun), states_of(off)) == (["waitlisted"], ["waitlisted"])


def test_a_booking_of_a_session_that_has_begun_cannot_be_cancelled():
    session = open_session(starts_at=timezone.now() - timedelta(minutes=1))
    booking = BookingFactory(session=session)

    with pytest.raises(BookingRefused, match="begun"):
        cancel(booking, by=booking.learner)


def test_filling_again_changes_nothing():
    session = open_session(capacity=1)
    BookingFactory(session=session, state=BookingState.WAITLISTED)

    assert [len(fill(session)), len(fill(session))] == [1, 0]


def test_held_places_go_to_their_sector_until_they_are_released():
    police = SectorFactory(code="POL", name="Police")
    session = open_session(capacity=2)
    SectorQuota.objects.create(session=session, sector=police, minimum=1)
    health = [ask(session), ask(session)]
    assert states_of(session) == ["booked", "waitlisted"]

    assert ask(session, UserFactory(sector=police)).state == BookingState.BOOKED

    TrainingSession.objects.update(capacity=4)
    SectorQuota.objects.update(minimum=3)
    assert fill(session) == []
    assert release_quotas() == 0
    TrainingSession.objects.update(quotas_released_at=timezone.now())
    assert release_quotas() == 1
    health[1].refresh_from_db()
    assert health[1].state == BookingState.BOOKED


def test_the_database_refuses_steps_that_are_no_steps():
    from bookings.services.places import step
    from bookings.states import Actor

    booking = BookingFactory()

    with pytest.raises(IllegalStep):
        step(booking, BookingState.WAITLISTED, by=None, actor=Actor.PLATFORM)


@pytest.mark.parametrize("taken_out", [True, False])
def test_who_leaves_the_group_gives_up_coming_places_and_the_next_moves_up(taken_out):
    session = open_session(capacity=1)
    other_group = open_session()
    leaver, next_in_line = UserFactory(), UserFactory()
    place, elsewhere = ask(session, leaver), ask(other_group, leaver)
    waiting = ask(session, next_in_line)
    member = session.cohort.members.get(learner=leaver)

    if taken_out:
        remove_member(member, by=session.cohort.created_by)
    else:
        leave_cohort(member)

    for booking in (place, elsewhere, waiting):
        booking.refresh_from_db()
    assert (place.state, elsewhere.state, waiting.state) == ("cancelled", "booked", "booked")
    assert place.changes.last().reason == "Left the group"


def test_who_leaves_after_a_session_has_begun_keeps_that_it_was_booked():
    session = open_session()
    place = ask(session)
    TrainingSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(minutes=5))

    leave_cohort(session.cohort.members.get())

    place.refresh_from_db()
    assert place.state == "booked"
