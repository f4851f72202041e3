"""The tree against a plain count over sets, and what a page shows of it."""

import random
import time
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from cascade.tree import Logged, Place, boxes, grow, lines

HEALTH, POLICE = Place("Health", "Trust", "Thornwell"), Place("Police", "Force", "Carrow")


def people_of(count):
    return (count.people, dict(count.sectors), dict(count.agencies), dict(count.areas))


def test_each_person_counts_once_for_everybody_above():
    edges = [("ben", "ann"), ("cem", "ann"), ("dot", "ben")]
    places = {"p1": HEALTH, "p2": POLICE, "ben": HEALTH, "cem": HEALTH, "dot": POLICE}

    found = grow(edges, {"ben": ["p1"], "cem": ["p1", "p2"], "dot": ["p1"]}, {}, places)

    assert {
        name: (n.generation, n.own.people, n.total.people, n.trainers_below)
        for name, n in found.nodes.items()
    } == {
        "ann": (1, 2, 5, 3),  # ben, cem, dot, p1, p2
        "ben": (2, 2, 2, 1),  # dot, p1
        "cem": (2, 2, 2, 0),
        "dot": (3, 1, 1, 0),
    }
    assert people_of(found.nodes["ann"].total) == (
        5,
        {"Health": 3, "Police": 2},
        {"Trust": 3, "Force": 2},
        {"Thornwell": 3, "Carrow": 2},
    )
    assert (found.total.people, found.generations) == (5, 3)


def test_people_known_only_as_numbers_are_added():
    logged = {"ann": [Logged(4, HEALTH)], "ben": [Logged(3, HEALTH), Logged(2, Place())]}

    found = grow([("ben", "ann")], {"ben": ["p1"]}, logged, {"p1": POLICE})

    assert people_of(found.nodes["ann"].own)[:2] == (5, {"Health": 4, "Not given": 1})
    assert people_of(found.nodes["ann"].total)[:2] == (11, {"Health": 7, "Not given": 3, "Police": 1})
    assert found.total.people == 11


def test_nobody_reaches_themselves():
    found = grow([("ben", "ann")], {"ann": ["ann"], "ben": ["ann", "ben"]}, {}, {"ann": HEALTH})

    assert (found.nodes["ann"].own.people, found.nodes["ann"].total.people) == (1, 1)
    assert found.nodes["ann"].total.sectors == Counter({"Not given": 1})
    assert found.nodes["ben"].own.people == 1


def test_an_edge_that_closes_a_circle_is_left_out():
    found = grow([("b", "a"), ("c", "b"), ("a", "c"), ("d", "d")], {}, {}, {})

    assert found.left_out == [("a", "c"), ("d", "d")]
    assert [n.person for n in found.walk()] == ["a", "b", "c", "d"]


def test_the_first_trainer_of_a_person_stands():
    found = grow([("c", None), ("c", "a"), ("c", "b")], {}, {}, {})

    assert found.nodes["c"].parent.person == "a"
    assert {n.person for n in found.roots} == {"a", "b"}


people = st.integers(0, 12)


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(st.tuples(people, st.none() | people), max_size=20),
    reached=st.dictionaries(people, st.sets(st.integers(0, 30)), max_size=8),
    numbers=st.dictionaries(people, st.integers(1, 9), max_size=5),
)
def test_totals_are_those_of_a_plain_count(edges, reached, numbers):
    places = {p: (HEALTH, POLICE, Place())[p % 3] for p in range(31)}
    logged = {p: [Logged(n, HEALTH)] for p, n in numbers.items()}

    found = grow(edges, reached, logged, places)

    assert {n.person for n in found.walk()} == set(found.nodes)
    for node in found.nodes.values():
        branch = list(found.walk(node))
        whole = {p for n in branch for p in reached.get(n.person, ())}
        whole |= {child.person for n in branch for child in n.children}
        whole.discard(node.person)
        sectors = Counter(places[p].sector for p in whole)
        sectors["Health"] += sum(numbers.get(n.person, 0) for n in branch)
        assert node.total.sectors == +sectors
        assert node.total.people == sum(sectors.values())
        assert node.trainers_below == len(branch) - 1
        assert all(child.generation == node.generation + 1 for child in node.children)


def big_forest(deep: bool):
    """2,000 trainers, 20,000 people, each at two sessions: in one line, or spread at random."""
    rng = random.Random(7)
    edges = [(-n, -(n - 1 if deep else rng.randrange(1, n))) for n in range(2, 2001)]
    reached = {-n: [rng.randrange(20_000) for _ in range(20)] for n in range(1, 2001)}
    places = {p: Place(f"s{p % 12}", f"a{p % 300}", f"r{p % 30}") for p in range(20_000)}
    return edges, reached, places


def test_twenty_thousand_people_in_any_shape_of_tree():
    for deep in (True, False):
        edges, reached, places = big_forest(deep)
        began = time.process_time()
        found = grow(edges, reached, {}, places)
        assert time.process_time() - began < 2
        root = found.nodes[-1]
        everybody = {p for people in reached.values() for p in people} | {-n for n in range(2, 2001)}
        assert (root.total.people, found.total.people) == (len(everybody), len(everybody))


# --- What fits on a page ---------------------------------------------------------------------


def shown(found, **limits):
    rows, left_out = lines(found, **limits)
    return [(row.node.person, row.depth, row.hidden, row.closes) for row in rows], left_out


def test_whole_generations_are_shown_as_far_as_the_page_holds_them():
    found = grow([("b", "a"), ("c", "a"), ("d", "b"), ("e", "d")], {}, {}, {})

    assert shown(found, at_most=9) == (
        [("a", 1, 0, 0), ("b", 2, 0, 0), ("d", 3, 0, 0), ("e", 4, 0, 2), ("c", 2, 0, 1)],
        0,
    )
    assert shown(found, at_most=3) == ([("a", 1, 0, 0), ("b", 2, 2, 0), ("c", 2, 0, 1)], 0)
    assert shown(found, at_most=9, start=found.nodes["b"])[0] == [
        ("b", 1, 0, 0),
        ("d", 2, 0, 0),
        ("e", 3, 0, 2),
    ]


def test_of_too_many_roots_those_who_reached_most_are_shown():
    found = grow([], {"a": ["p1"], "b": ["p1", "p2"], "c": []}, {}, {})

    assert shown(found, at_most=2) == ([("b", 1, 0, 0), ("a", 1, 0, 0)], 1)


def drawn(found, **limits):
    return [(box.node and box.node.person, box.depth, box.more, box.hidden) for box in boxes(found, **limits)]


def test_a_picture_shows_those_who_reached_most_and_counts_the_others():
    edges = [(n, "a") for n in "bcdef"] + [("g", "c"), ("h", "c")]
    found = grow(edges, {"e": ["p1", "p2", "p3"], "g": ["p1"]}, {}, {})

    assert drawn(found, each=2, at_most=9) == [
        ("a", 1, 0, 0),
        ("c", 2, 0, 0),
        ("g", 3, 0, 0),
        ("h", 3, 0, 0),
        ("e", 2, 0, 0),
        (None, 2, 3, 0),
    ]
    assert drawn(found, each=2, at_most=3) == [
        ("a", 1, 0, 0),
        ("c", 2, 0, 2),
        ("e", 2, 0, 0),
        (None, 2, 3, 0),
    ]
    assert [row[0] for row in drawn(found, each=4, at_most=9, start=found.nodes["c"])] == ["c", "g", "h"]
    assert boxes(grow([], {}, {}, {}), each=2, at_most=3) == []
