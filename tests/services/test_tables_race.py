"""Trainers who make and move the tables of one session at the same moment."""

import pytest

from attendance.models import Seat, TablePlan
from attendance.tables import PlanChanged, TableWishes, make, move, tables_of
from tests.factories.accounts import AgencyFactory
from tests.factories.attendance import RunningSessionFactory
from tests.factories.bookings import BookingFactory
from tests.services.at_once import CONNECTIONS, all_at_once, deadlocks

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]
PEOPLE, ROUNDS = 24, 2
WISHES = TableWishes(number=6, cap=2, rounds=ROUNDS)


def outcome(act) -> str:
    try:
        act()
    except PlanChanged:
        return "changed"
    return "saved"


def test_of_twenty_who_save_tables_at_once_one_is_kept_and_the_others_are_told():
    session = RunningSessionFactory(capacity=PEOPLE)
    trainer = session.cohort.created_by
    for agency in AgencyFactory.create_batch(4):
        BookingFactory.create_batch(PEOPLE // 4, session=session, learner__agency=agency)
    one_saved = ["changed"] * (CONNECTIONS - 1) + ["saved"]
    before = deadlocks()

    made = all_at_once(
        lambda seed: outcome(lambda: make(session, WISHES, seed=seed, by=trainer, version=0)),
        range(1001, 1001 + CONNECTIONS),
    )
    assert sorted(made) == one_saved
    assert everybody_sits_once_a_round(session)

    standing = tables_of(session)
    people = sorted(standing.people)[:CONNECTIONS]
    moved = all_at_once(
        lambda person: outcome(
            lambda: move(session, person=person, number=1, table=1, by=trainer, version=standing.version)
        ),
        people,
    )
    assert sorted(moved) == one_saved
    assert TablePlan.objects.get().version == standing.version + 1
    assert everybody_sits_once_a_round(session)
    assert people[moved.index("saved")] in {p.id for p in tables_of(session).rounds[0][0].people}
    assert deadlocks() == before


def everybody_sits_once_a_round(session) -> bool:
    seats = Seat.objects.filter(plan__session=session).values_list("round", "learner")
    people = session.bookings.values_list("learner", flat=True)
    return sorted(seats) == sorted((number, person) for number in range(1, ROUNDS + 1) for person in people)
