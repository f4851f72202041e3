from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.suppression import ALL, Table, is_small, publish, shown_with, suppress
from tests.evaluation.attack import everything_known, intervals, possible_values, rests

KEYS = ("cohort", "sector", "area", "month")
TABLES = [("cohort",), ("sector",), ("area",), ("month",), ("cohort", "sector"), ("sector", "area")]
PERSON = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from(["Health", "Police", "Social care", "Faith"]),
    st.sampled_from(["North", "South", "West"]),
    st.sampled_from(["May", "June"]),
)
PROGRAMME = st.lists(PERSON, max_size=70)


def only_small_ones_hidden(table):
    return replace(table, cells={at: None if is_small(n) else n for at, n in table.cells.items()})


# --- One table --------------------------------------------------------------------------------


def test_nothing_is_hidden_where_no_group_is_small():
    table = suppress({"Health": 12, "Police": 5, "Faith": 0})
    assert (table["Health"], table["Police"], table["Faith"], table.total) == (12, 5, 0, 17)
    assert not table.hides_something


def test_a_small_group_takes_a_second_one_with_it():
    table = suppress({"Health": 12, "Police": 3, "Social care": 8})
    assert (table["Health"], table["Police"], table["Social care"], table.total) == (12, None, None, 23)


def test_hidden_groups_are_five_people_together():
    """Two and two are no cover for each other: the rest of the total would be a group of four."""
    table = suppress({"Health": 12, "Police": 2, "Faith": 2})
    assert (table["Health"], table["Police"], table["Faith"]) == (None, None, None)


def test_where_two_of_one_would_be_sure_a_third_is_hidden():
    table = suppress({"Health": 9, "Police": 1, "Faith": 1})
    assert set(table.cells.values()) == {None, 11}


def test_fewer_than_five_people_in_all_are_not_told_of():
    assert set(suppress({"Health": 3, "Police": 0}).cells.values()) == {None}


def test_nobody_is_no_secret():
    assert set(suppress({"Health": 0, "Police": 0}).cells.values()) == {0}


def test_an_empty_table_has_a_total_of_none():
    assert suppress({}).total == 0


def test_only_groups_of_one_hide_their_zeros_too():
    table = suppress({"Health": 1, "Police": 1, "Faith": 1, "Council": 1, "School": 1, "Prison": 0})
    assert (table.total, table["Prison"], table["Health"]) == (5, None, None)


def test_in_two_directions_totals_show_and_four_cells_are_hidden():
    table = suppress(
        {
            ("Health", "North"): 3, ("Health", "South"): 20, ("Police", "North"): 9, ("Police", "South"): 12,
            ("Faith", "North"): 30, ("Faith", "South"): 31,
        }
    )  # fmt: skip
    hidden = {at for at, count in table.cells.items() if count is None}
    assert hidden == {("Health", "North"), ("Health", "South"), ("Police", "North"), ("Police", "South")}
    assert (table["Health", ALL], table[ALL, "North"], table.total) == (23, 42, 105)


def test_a_share_takes_the_rest_of_its_group_with_it():
    """Ten trained and eight of them certified would say that two were not."""
    people = {("Health", "yes"): 8, ("Health", "no"): 2, ("Police", "yes"): 9, ("Police", "no"): 9}
    table = publish(people, ("sector", "certified"), [("sector", "certified")])["sector", "certified"]
    assert (table["Health", "yes"], table["Health", "no"], table["Health", ALL]) == (None, None, 10)


@pytest.mark.parametrize(("people", "shown"), [(5, 3.2), (4, None), (0, None), (None, None)])
def test_a_mean_shows_where_its_group_does(people, shown):
    assert shown_with(3.2, people) == shown


# --- The attack -------------------------------------------------------------------------------


def test_the_attack_finds_what_hiding_small_cells_alone_leaves_open():
    """Else its silence would prove nothing."""
    cells = {("Health",): 12, ("Police",): 3, (ALL,): 15}
    naive = only_small_ones_hidden(Table(("row",), (("Health", "Police"),), cells))
    assert intervals({("row",): naive}) == {frozenset([("row", "Police")]): (3, 3)}
    assert rests({("row",): naive}) == [3]


@settings(max_examples=60, deadline=None)
@given(PROGRAMME)
def test_no_hidden_cell_is_pinned_by_all_tables_of_a_programme_together(programme):
    tables = publish(Counter(programme), KEYS, TABLES)
    pinned = {cell for cell, (low, high) in intervals(tables).items() if low == high}
    assert pinned == set()


@settings(max_examples=60, deadline=None)
@given(PROGRAMME)
def test_no_subtraction_of_published_tables_leaves_a_small_group(programme):
    tables = publish(Counter(programme), KEYS, TABLES)
    assert [rest for rest in rests(tables) if is_small(rest)] == []


@settings(max_examples=40, deadline=None)
@given(PROGRAMME)
def test_small_cells_are_hidden_and_the_others_are_true(programme):
    tables = publish(Counter(programme), KEYS, TABLES)
    for cell, shown in everything_known(tables).items():
        true = sum(cell <= set(zip(KEYS, person, strict=True)) for person in programme)
        assert shown is None if is_small(true) else shown in (true, None)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=5, max_size=11))
def test_trying_every_table_there_could_be_pins_no_hidden_cell(people):
    """Exact, for tables small enough: what is sure is what all tables with the same publication share."""
    counts = {(row, column): 0 for row in "ab" for column in "xyz"} | Counter(people)
    table = suppress(counts)
    assert {at for at, values in possible_values(table, len(people)).items() if len(values) < 2} == set()


def test_the_same_people_give_the_same_tables():
    people = {("Health", "North"): 2, ("Police", "North"): 7, ("Health", "South"): 7, ("Police", "South"): 7}
    first = suppress(people)
    assert first.cells == suppress(dict(reversed(people.items()))).cells
