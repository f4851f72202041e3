"""A life of two sessions, step by step at random: whatever people do, the rules about places hold."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings.capacity import Quota, places
from bookings.models import STANDING, Booking, BookingChange, BookingState, SectorQuota, TrainingSession
from bookings.services import (
    BookingRefused,
    approve,
    book,
    call_off,
    cancel,
    change_session,
    decline,
    release_quotas,
)
from bookings.states import STEPS
from cohorts.models import CohortMember
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.bookings import TrainingSessionFactory
from tests.factories.cohorts import CohortFactory

pytestmark = pytest.mark.django_db
PEOPLE = 7
LATE = 12  # steps before the session begins or is called off, so that something can happen first
who = st.integers(0, PEOPLE - 1)


class World:
    """Made once: a group, its trainer, people of two sectors and of none."""

    def __init__(self):
        self.cohort = CohortFactory()
        self.trainer = self.cohort.created_by
        self.sectors = [SectorFactory(code="HLT"), SectorFactory(code="POL", name="Police")]
        of = [*self.sectors, None]
        self.people = [
            UserFactory(sector=of[n % 3], agency=None, password="x", verified=True) for n in range(PEOPLE)
        ]


class Sessions(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        later = timezone.now() + timedelta(days=9)
        make = {"cohort": self.world.cohort, "who_may_book": "anyone", "venue": None}
        self.session = TrainingSessionFactory(capacity=3, **make)
        self.other = TrainingSessionFactory(capacity=2, starts_at=later, **make)
        self.before = self.look()
        self.steps = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def look(self) -> dict[int, str]:
        return dict(Booking.objects.filter(session=self.session).values_list("pk", "state"))

    def now(self) -> TrainingSession:
        return TrainingSession.objects.get(pk=self.session.pk)

    def booking_of(self, person: int) -> Booking | None:
        return Booking.objects.filter(session=self.session, learner=self.world.people[person]).first()

    def try_to(self, act) -> None:
        """Do it, or be refused and change nothing."""
        self.steps += 1
        states = self.look()
        try:
            act()
        except BookingRefused:
            assert self.look() == states

    # --- What happens ------------------------------------------------------------------------

    @initialize(people=st.lists(who, min_size=4, unique=True), held=st.integers(0, 1), most=st.integers(1, 2))
    def sign_up(self, people, held, most):
        health, police = self.world.sectors
        self.session.quotas.create(sector=health, maximum=most)
        self.session.quotas.create(sector=police, minimum=held)
        for person in people:
            self.book(person, "self")

    @rule(person=who, source=st.sampled_from(["self", "self", "self", "trainer", "agency"]))
    def book(self, person, source):
        learner = self.world.people[person]
        by = self.world.trainer if source == "trainer" else learner
        self.try_to(lambda: book(self.session, learner, by=by, source=source))

    @rule(person=who)
    def approve(self, person):
        booking = self.booking_of(person)
        if booking:
            self.try_to(lambda: approve(booking, by=self.world.trainer))

    @rule(person=who)
    def decline(self, person):
        booking = self.booking_of(person)
        if booking:
            self.try_to(lambda: decline(booking, by=self.world.trainer, reason="No"))

    @rule(person=who, by=st.sampled_from(["learner", "trainer", "platform"]))
    def cancel(self, person, by):
        booking = self.booking_of(person)
        actor = {"learner": self.world.people[person], "trainer": self.world.trainer, "platform": None}[by]
        if booking and (by != "platform" or booking.state in {BookingState.BOOKED, BookingState.WAITLISTED}):
            self.try_to(lambda: cancel(booking, by=actor))

    @rule(capacity=st.integers(1, 6), needs_approval=st.booleans())
    def change(self, capacity, needs_approval):
        fields = {"capacity": capacity, "needs_approval": needs_approval}
        self.try_to(lambda: change_session(self.session, by=self.world.trainer, **fields))

    @rule(sector=st.integers(0, 1), minimum=st.integers(0, 3), room=st.none() | st.integers(0, 2))
    def quota(self, sector, minimum, room):
        maximum = None if room is None else minimum + room
        rows = [{"sector": self.world.sectors[sector], "minimum": minimum, "maximum": maximum}]
        self.try_to(lambda: change_session(self.session, by=self.world.trainer, quotas=rows))

    @rule()
    def release(self):
        TrainingSession.objects.filter(pk=self.session.pk).update(quotas_released_at=timezone.now())
        release_quotas()

    @precondition(lambda self: self.steps > LATE)
    @rule()
    def begin(self):
        TrainingSession.objects.filter(pk=self.session.pk).update(
            starts_at=timezone.now() - timedelta(minutes=1)
        )

    @precondition(lambda self: self.steps > LATE)
    @rule(moves=st.booleans())
    def call_off(self, moves):
        other = self.other if moves else None
        was_off, states = self.now().cancelled_at, self.look()
        self.try_to(lambda: call_off(self.session, by=self.world.trainer, reason="Flood", moved_to=other))
        stood = sum(state in STANDING for state in states.values())
        if moves and stood and not was_off and self.now().cancelled_at:
            assert Booking.objects.filter(session=self.other).standing().count() == stood

    # --- What always holds -------------------------------------------------------------------

    @invariant()
    def rules_hold(self):
        session, states = self.now(), self.look()
        bookings = list(Booking.objects.filter(session=session).order_by("queued_at", "pk"))
        new = [b for b in bookings if b.state == "booked" and self.before.get(b.pk) != "booked"]
        if session.starts_at <= timezone.now() or session.cancelled_at:
            assert new == []
        quotas = {
            q.sector_id: Quota(q.minimum, q.maximum) for q in SectorQuota.objects.filter(session=session)
        }
        booked = Counter(b.sector_id for b in bookings if b.state == "booked")
        waiting = [b for b in bookings if b.state == "waitlisted"]
        if new:
            assert sum(booked.values()) <= session.capacity
        for booking in new:
            maximum = quotas.get(booking.sector_id, Quota()).maximum
            assert maximum is None or booked[booking.sector_id] <= maximum
            turn = (booking.queued_at, booking.pk)
            assert not [w for w in waiting if w.sector_id == booking.sector_id and (w.queued_at, w.pk) < turn]
        if session.cancelled_at:
            assert not set(states.values()) & set(STANDING)
        elif session.starts_at > timezone.now():
            is_released = bool(session.quotas_released_at and session.quotas_released_at <= timezone.now())
            queue = [(b.pk, b.sector_id) for b in waiting]
            left = places(
                queue, capacity=session.capacity, booked=booked, quotas=quotas, is_released=is_released
            )
            assert left == []  # nobody waits who could have a place
        self.before = states

    @invariant()
    def every_step_is_a_step(self):
        state = {}
        for change in BookingChange.objects.select_related("booking").order_by("pk"):
            assert change.was == state.get(change.booking_id, "")
            assert (change.was, change.became) in STEPS
            state[change.booking_id] = change.became
        assert state == dict(Booking.objects.values_list("pk", "state"))
        assert BookingState.APPROVED not in state.values()  # who is accepted has a place or waits for one

    @invariant()
    def whoever_is_booked_is_in_the_group(self):
        booked = set(Booking.objects.booked().values_list("learner", flat=True))
        assert booked <= set(CohortMember.objects.active().values_list("learner", flat=True))


def test_whatever_people_do_the_rules_about_places_hold():
    Sessions.world = World()
    run_state_machine_as_test(
        Sessions,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
