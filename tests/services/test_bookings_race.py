"""Many people at one session at the same moment, each over a connection of their own."""

import random
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta
from time import monotonic

import pytest
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from bookings.models import Booking, BookingChange, SectorQuota, TrainingSession
from bookings.services import BookingRefused, approve, book, call_off, cancel, change_session, fill
from bookings.states import STEPS
from cohorts.models import CohortMember
from tests.factories.accounts import SectorFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory
from tests.services.at_once import all_at_once, deadlocks

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]

PEOPLE, SEATS = 200, 10
CROWD = 40


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr("bookings.tasks.send_notices_task.delay", lambda: None)


def crowd(number: int, sectors) -> list[User]:
    return User.objects.bulk_create(
        User(email=f"crowd{n}@example.org", name=f"Person {n}", sector=sectors[n % len(sectors)])
        for n in range(number)
    )


def test_two_hundred_people_for_the_last_ten_seats():
    session = TrainingSessionFactory(who_may_book="anyone", capacity=SEATS + 2)
    BookingFactory.create_batch(2, session=session)
    people = crowd(PEOPLE, [None])
    before = deadlocks()

    def sign_up(person):
        begun = monotonic()
        first, second = book(session, person, by=person), book(session, person, by=person)
        assert first == second
        return begun, monotonic(), first.pk

    calls = all_at_once(sign_up, people)

    queue = list(Booking.objects.filter(learner__in=people).order_by("queued_at", "pk"))
    assert [b.state for b in queue] == ["booked"] * SEATS + ["waitlisted"] * (PEOPLE - SEATS)
    assert session.bookings.booked().count() == session.capacity
    turn = {booking.pk: number for number, booking in enumerate(queue)}
    for _, done, pk in calls:  # who was done before another began stands before them
        assert all(turn[pk] < turn[other] for begun, _, other in calls if begun > done)
    assert CohortMember.objects.filter(learner__in=people).count() == SEATS
    assert BookingChange.objects.filter(booking__in=queue).count() == 2 * PEOPLE
    assert deadlocks() == before


def replay(session: TrainingSession) -> list[dict]:
    """Check every step against the rules in the order in which they happened; return the booked by sector."""
    state, booked, history = {}, Counter(), []
    rows = BookingChange.objects.filter(booking__session=session).order_by("pk").select_related("booking")
    for change in rows:
        assert change.was == state.get(change.booking_id, ""), "a step from where the booking did not stand"
        assert (change.was, change.became) in STEPS
        state[change.booking_id] = change.became
        booked[change.booking.sector_id] += (change.became == "booked") - (change.was == "booked")
        history.append(dict(booked))
    assert state == dict(session.bookings.values_list("pk", "state"))
    return history


def test_a_storm_of_cancelling_and_booking_keeps_capacity_and_quotas():
    police, health = SectorFactory(code="POL", name="Police"), SectorFactory()
    session = TrainingSessionFactory(who_may_book="anyone", capacity=10)
    SectorQuota.objects.create(session=session, sector=police, minimum=3, maximum=6)
    SectorQuota.objects.create(session=session, sector=health, maximum=7)
    people = crowd(CROWD, [police, health, None])
    before = deadlocks()

    def behave(person):
        dice = random.Random(person.pk)
        for _ in range(4):
            booking = book(session, person, by=person)
            if dice.random() < 0.7:
                cancel(booking, by=person)
            fill(session)

    all_at_once(behave, people)

    for booked in replay(session):
        assert sum(booked.values()) <= session.capacity
        assert booked.get(police.pk, 0) <= 6
        assert booked.get(health.pk, 0) <= 7
        assert sum(booked.values()) + max(0, 3 - booked.get(police.pk, 0)) <= session.capacity
    assert deadlocks() == before


def test_nobody_gets_a_place_past_the_start_or_once_it_is_called_off():
    begins, stops = (TrainingSessionFactory(who_may_book="anyone", capacity=5) for _ in range(2))
    other = TrainingSessionFactory(
        cohort=stops.cohort, starts_at=stops.starts_at + timedelta(days=7), capacity=5
    )
    people = crowd(CROWD, [None])
    last = {}

    def behave(number):
        person = people[number]
        if number == CROWD // 2:
            end_both()
        for session in (begins, stops):
            with suppress(BookingRefused):
                booking = book(session, person, by=person)
                cancel(booking, by=person)
                book(session, person, by=person)

    def end_both():
        with transaction.atomic():
            now = timezone.now()
            TrainingSession.objects.filter(pk=begins.pk).update(starts_at=now - timedelta(seconds=1))
            last[begins.pk] = BookingChange.objects.aggregate(last=Max("pk"))["last"] or 0
        call_off(stops, by=stops.cohort.created_by, reason="Flood", moved_to=other)

    all_at_once(behave, range(CROWD))

    late = BookingChange.objects.filter(booking__session=begins, pk__gt=last[begins.pk])
    assert list(late) == []
    assert not stops.bookings.standing().exists()
    replay(begins), replay(stops), replay(other)
    moved = list(other.bookings.order_by("queued_at", "pk").values_list("state", flat=True))
    assert moved == (["booked"] * 5 + ["waitlisted"] * CROWD)[: len(moved)]


def test_trainers_who_decide_and_change_the_session_at_once_promote_nobody_twice():
    session = TrainingSessionFactory(who_may_book="anyone", capacity=4, needs_approval=True)
    trainer = session.cohort.created_by
    people = crowd(CROWD, [None])
    requests = [book(session, person, by=person) for person in people]

    def decide(number):
        approve(requests[number], by=trainer)
        change_session(session, by=trainer, capacity=4 + number % 5)

    all_at_once(decide, range(CROWD))

    fill(session)
    states = list(session.bookings.order_by("queued_at", "pk").values_list("state", flat=True))
    booked = states.count("booked")
    assert 4 <= booked <= 8
    assert Counter(states) == {"booked": booked, "waitlisted": CROWD - booked}
    places = defaultdict(int)
    for change in BookingChange.objects.filter(became="booked"):
        places[change.booking_id] += 1
    assert set(places.values()) == {1}, "nobody was promoted twice"
    replay(session)
