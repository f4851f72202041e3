"""Make groups on a session: made, moved, re-fitted, undone; two trainers at once."""

import pytest
from django.urls import reverse

from accounts.personal_data import erase, export
from accounts.roles import Role
from attendance import tables as services
from attendance.models import Seat, Status, TablePlan
from attendance.tables import PRESENT, PlanChanged, TableWishes
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.attendance import AttendanceFactory, WalkInFactory
from tests.factories.bookings import BookingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(session):
    """Eight people with a place, of four organisations."""
    agencies = [
        AgencyFactory(name=name) for name in ("Kent NHS", "Met Police", "Hope House", "Barnet Council")
    ]
    return [
        BookingFactory(session=session, learner__name=f"Person {n}", learner__agency=agencies[n % 4]).learner
        for n in range(8)
    ]


def page(session) -> str:
    return reverse("attendance:tables", args=[session.pk])


def wishes(**given) -> dict:
    return {
        "by": "size",
        "number": "4",
        "cap": "1",
        "rounds": "2",
        "who": "all",
        "seed": "4711",
        "version": "0",
    } | given


def seats(session, number: int = 1) -> dict[str, int]:
    rows = Seat.objects.filter(plan__session=session, round=number).select_related("learner", "walk_in")
    return {str(seat.learner or seat.walk_in): seat.table for seat in rows}


def make(session, by, **given) -> TablePlan:
    return services.make(session, TableWishes(number=4, cap=1, **given), seed=4711, by=by, version=0)


def test_make_groups_mixes_organisations_and_says_how_to_repeat_it(client_for, trainer, session, people):
    client = client_for(trainer)
    assert "Make groups" in client.get(session.get_absolute_url()).content.decode()

    response = client.post(page(session), wishes(), follow=True)

    text = response.content.decode()
    assert "Tables number <strong>4711</strong>" in text
    assert "4 people, 4 organisations" in text
    assert {table: list(seats(session).values()).count(table) for table in (1, 2)} == {1: 4, 2: 4}
    assert services.tables_of(session).plan.unmet == ()


def test_the_same_number_gives_the_same_tables(trainer, session, people):
    first = seats(make(session, trainer).session)
    services.make(session, TableWishes(number=4, cap=1), seed=4712, by=trainer, version=1)
    services.make(session, TableWishes(number=4, cap=1), seed=4711, by=trainer, version=2)
    assert seats(session) == first


def test_people_are_kept_apart_and_together_as_chosen(client_for, trainer, session, people):
    a, b, c = (f"l{person.pk}" for person in people[:3])
    sent = wishes(apart_0_a=a, apart_0_b=b, together_0_a=a, together_0_b=c)

    client_for(trainer).post(page(session), sent)

    for number in (1, 2):
        at = seats(session, number)
        assert at["Person 0"] == at["Person 2"] != at["Person 1"]


def test_only_those_present_are_seated_when_asked_walk_ins_included(client_for, trainer, session, people):
    AttendanceFactory(
        session=session, learner=None, walk_in=WalkInFactory(session=session, name="Wilma Walk")
    )
    AttendanceFactory(session=session, learner__name="Late Lee", status=Status.LATE)
    AttendanceFactory(session=session, learner__name="Absent Abi", status=Status.ABSENT)

    client_for(trainer).post(page(session), wishes(who=PRESENT))

    assert set(seats(session)) == {"Wilma Walk", "Late Lee"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"number": "0"}, "Enter a whole number from 1 to 300."),
        ({"number": "x" * 400}, "Enter a whole number from 1 to 300."),
        ({"rounds": "7"}, "Enter a whole number from 1 to 6."),
        ({"who": "present"}, "Nobody is there to be seated"),
        ({"apart_0_a": "l999999"}, "Choose a person from the list."),
        ({"version": "not a number"}, "Somebody changed the tables in the meantime"),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_made(client_for, trainer, session, people, sent, words):
    response = client_for(trainer).post(page(session), wishes(**sent))
    assert (response.status_code, TablePlan.objects.count()) == (200, 0)
    assert words in response.content.decode()


def test_half_a_pair_is_told(client_for, trainer, session, people):
    response = client_for(trainer).post(page(session), wishes(apart_0_a=f"l{people[0].pk}"))
    assert "Choose the other person as well, or neither." in response.content.decode()


def test_a_person_is_moved_by_hand_and_back(client_for, trainer, session, people):
    make(session, trainer)
    before = seats(session)
    table = 3 - before["Person 0"]
    client = client_for(trainer)

    sent = {"number": "1", "person": f"l{people[0].pk}", "table": str(table), "version": "1"}
    text = client.post(
        reverse("attendance:tables_move", args=[session.pk]), sent, follow=True
    ).content.decode()

    assert seats(session) == before | {"Person 0": table}
    assert f"Person 0 sits at table {table} in round 1." in text
    assert "tables have between 3 and 5 people" in text

    client.post(reverse("attendance:tables_undo", args=[session.pk]), {"version": "2"})
    assert seats(session) == before


@pytest.mark.parametrize("number", ["", "0", "9", "x", "9" * 5000])
def test_junk_moves_nobody(client_for, trainer, session, people, number):
    make(session, trainer)
    before = seats(session)
    sent = {"number": number, "person": "l1", "table": "99", "version": "1"}
    assert (
        client_for(trainer).post(reverse("attendance:tables_move", args=[session.pk]), sent).status_code
        == 302
    )
    assert seats(session) == before


def test_changes_by_hand_are_not_replaced_without_asking(client_for, trainer, session, people):
    make(session, trainer)
    table = 3 - seats(session)["Person 0"]
    services.move(session, person=f"l{people[0].pk}", number=1, table=table, by=trainer, version=1)
    by_hand = seats(session)
    client = client_for(trainer)

    asked = client.post(page(session), wishes(version="2"))
    assert "Replace the tables?" in asked.content.decode()
    assert seats(session) == by_hand

    client.post(page(session), wishes(version="2", replace="yes"))
    assert seats(session) != by_hand

    client.post(reverse("attendance:tables_undo", args=[session.pk]), {"version": "3"})
    assert seats(session) == by_hand


def test_the_second_of_two_trainers_at_once_is_told_and_changes_nothing(client_for, trainer, session, people):
    make(session, trainer)
    before = seats(session)

    response = client_for(trainer).post(page(session), wishes(seed="9", version="0"))

    assert "Somebody changed the tables in the meantime" in response.content.decode()
    assert seats(session) == before
    with pytest.raises(PlanChanged):
        services.move(session, person=f"l{people[0].pk}", number=1, table=1, by=trainer, version=7)
    with pytest.raises(PlanChanged):
        services.refit_tables(session, who="all", first_round=1, by=trainer, version=7)


def test_late_arrivals_are_fitted_in_after_showing_who_moves(client_for, trainer, session, people):
    make(session, trainer)
    before = seats(session)
    BookingFactory(session=session, learner__name="Late Lee")
    client = client_for(trainer)
    fit = reverse("attendance:tables_refit", args=[session.pk])

    text = client.get(fit, {"who": "all", "first_round": "1"}).content.decode()
    assert "Nobody who has a seat moves." in text
    assert "Late Lee" in text
    assert seats(session) == before

    client.post(fit, {"who": "all", "first_round": "1", "version": "1"})
    after = seats(session)
    assert after.pop("Late Lee") in {1, 2}
    assert after == before


def test_those_who_move_are_named(client_for, trainer, session, people):
    make(session, trainer)
    before = seats(session)
    gone = [person for person in people if before[str(person)] == 1][:3]
    session.bookings.filter(learner__in=gone).update(state="cancelled")
    client = client_for(trainer)

    text = client.get(reverse("attendance:tables_refit", args=[session.pk])).content.decode()
    sent = {"who": "all", "first_round": "1", "version": "1"}
    said = client.post(
        reverse("attendance:tables_refit", args=[session.pk]), sent, follow=True
    ).content.decode()

    moved = [name for name, table in seats(session).items() if table != before[name]]
    assert len(moved) == 1
    assert f"{moved[0]}: round 1, from table 2 to table 1" in text
    assert f"Moved: {moved[0]} to table 1 in round 1." in said


def test_a_walk_in_who_claims_keeps_the_seat(trainer, session, people):
    walk_in = WalkInFactory(session=session, name="Wilma Walk")
    make(session, trainer)
    learner = UserFactory(name="Wilma Walker")
    walk_in.claimed_by = learner
    walk_in.save()
    BookingFactory(session=session, learner=learner)

    tables = services.tables_of(session)

    assert tables.people[f"l{learner.pk}"].name == "Wilma Walker"
    assert services.changes_since(tables, services.people_for_tables(session)) == ([], [])


def test_managers_read_and_others_find_nothing(client_for, session, people, trainer):
    make(session, trainer)
    manager = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))
    text = manager.get(page(session)).content.decode()
    assert "Who sits where" in text
    assert "Make new tables" not in text
    assert "Move a person" not in text
    assert manager.post(page(session), wishes()).status_code == 404
    assert client_for(UserFactory(role=Role.TRAINER)).get(page(session)).status_code == 404


def own_page(session) -> str:
    return reverse("bookings:public_session", args=[session.pk])


def test_people_see_their_own_tables_once_the_trainers_show_them_and_nobody_elses(
    client_for, trainer, session, people
):
    make(session, trainer, rounds=2)
    client, learner = client_for(trainer), client_for(people[0])
    assert "You sit at" not in learner.get(own_page(session)).text

    answer = client.post(f"{page(session)}show/", {"show": "yes"}, follow=True).text

    assert "Stop showing people their tables" in answer
    text = learner.get(own_page(session)).text
    first, second = seats(session)["Person 0"], seats(session, 2)["Person 0"]
    assert f"You sit at table {first} in round 1, table {second} in round 2." in text
    assert not any(f"Person {n}" in text for n in range(1, 8))
    client.post(f"{page(session)}show/", {"show": "no"})
    assert "You sit at" not in learner.get(own_page(session)).text


def test_tables_made_anew_show_as_they_are_now(client_for, trainer, session, people):
    make(session, trainer)
    services.show(session, is_shown=True)
    services.make(session, TableWishes(number=4, cap=1), seed=99, by=trainer, version=1)
    assert (
        f"You sit at table {seats(session)['Person 3']}." in client_for(people[3]).get(own_page(session)).text
    )


def test_who_gave_the_place_back_or_never_had_one_sees_no_table(client_for, trainer, session, people):
    make(session, trainer)
    services.show(session, is_shown=True)
    session.bookings.filter(learner=people[0]).update(state="cancelled")
    late = BookingFactory(session=session).learner
    for person in (people[0], late):
        assert "You sit at" not in client_for(person).get(own_page(session)).text


def test_a_walk_in_who_claimed_sees_the_table_they_were_given(trainer, session):
    walk_in = WalkInFactory(session=session)
    make(session, trainer)
    services.show(session, is_shown=True)
    walk_in.claimed_by = UserFactory()
    walk_in.save()
    assert services.own_tables_words(session, walk_in.claimed_by) == "You sit at table 1."


@pytest.mark.parametrize("by", [Role.TRAINER, Role.PROGRAMME_MANAGER, None])
def test_only_the_sessions_trainers_show_tables(client_for, trainer, session, people, by):
    make(session, trainer)
    other = UserFactory(role=by)
    assert client_for(other).post(f"{page(session)}show/", {"show": "yes"}).status_code == 404
    assert TablePlan.objects.get().shown_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_as_for_three(
    client_for, trainer, session, count, django_assert_num_queries
):
    for _ in range(count):
        BookingFactory(session=session, learner__agency=AgencyFactory())
    make(session, trainer)
    client = client_for(trainer)
    client.get(page(session))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(page(session))


def test_a_persons_data_holds_their_seats_and_erasing_takes_them_away(trainer, session, people):
    make(session, trainer, apart=((f"l{people[0].pk}", f"l{people[1].pk}"),))
    services.make(
        session,
        TableWishes(number=4, apart=((f"l{people[0].pk}", f"l{people[1].pk}"),)),
        seed=1,
        by=trainer,
        version=1,
    )
    assert [seat["round"] for seat in export(people[0])["tables"]["seats"]] == [1]

    erase(people[0])

    stored = TablePlan.objects.get(session=session).wishes
    assert f"l{people[0].pk}" not in str(stored).replace(f"l{people[0].pk}0", "")
    assert len(seats(session)) == 7
    assert services.tables_of(session).plan.unmet == ()


PAGE_QUERIES = 11
