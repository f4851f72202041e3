"""Tables of mixed organisations: wishes kept, few repeats, the same for the same seed. No database."""

import random
from collections import Counter
from itertools import combinations, combinations_with_replacement, product
from math import comb

import pytest

from attendance.bounds import fewest_repeats, two_tables
from attendance.exact import seat_exactly
from attendance.grouping import Person, Plan, make_tables, review
from attendance.refitting import Move, refit
from attendance.starts import regular_start
from attendance.table_words import mix


def people_of(*agencies: str, sector: str = "") -> list[Person]:
    """A person for each letter: A1, B2, A3 … of organisations A, B, A …"""
    return [Person(f"{a}{n}", a, sector or f"sector of {a}") for n, a in enumerate(agencies, 1)]


def random_room(seed: int) -> tuple[list[Person], int, int]:
    """Between 6 and 120 people of 2 to 12 organisations, a table size and a cap that is often the tightest."""
    rng = random.Random(seed)
    count, agencies = rng.randint(6, 120), rng.randint(2, 12)
    weights = [rng.random() + 0.05 for _ in range(agencies)]
    drawn = rng.choices(range(agencies), weights, k=count)
    people = [Person(f"p{n:03}", f"agency {a}", f"sector {a % 7}") for n, a in enumerate(drawn)]
    size = rng.randint(3, 8)
    most = max(Counter(drawn).values())
    return people, size, max(1, -(-most // -(-count // size)) + rng.choice((-1, 0, 0, 1)))


def agency_of(people: list[Person]) -> dict[str, str]:
    return {person.id: person.agency for person in people}


def most_of_one_agency(plan: Plan, people: list[Person]) -> int:
    agency = agency_of(people)
    return max(
        max(Counter(agency[i] for i in table).values()) for tables in plan.rounds for table in tables if table
    )


def repeats(plan: Plan) -> int:
    met = Counter(
        pair for tables in plan.rounds for table in tables for pair in combinations(sorted(table), 2)
    )
    return sum(times - 1 for times in met.values())


@pytest.mark.parametrize("seed", range(60))
def test_a_random_room_keeps_the_cap_whenever_that_is_possible_and_has_few_repeats(seed):
    people, size, cap = random_room(seed)

    plan = make_tables(people, size=size, cap=cap, rounds=3, seed=seed)

    tables = -(-len(people) // size)
    possible = max(Counter(person.agency for person in people).values()) <= cap * tables
    sizes = [len(table) for row in plan.rounds for table in row]
    assert [sorted(i for table in row for i in table) for row in plan.rounds] == [[p.id for p in people]] * 3
    assert max(sizes) - min(sizes) <= 1
    assert (most_of_one_agency(plan, people) <= cap) == possible == (not plan.unmet)
    assert plan.repeats == repeats(plan) <= 1.1 * plan.fewest


def test_the_same_seed_gives_the_same_tables_whatever_the_order_of_people():
    people, size, cap = random_room(7)
    wishes = {"apart": [("p001", "p002")], "together": [("p003", "p004")]}
    plan = make_tables(people, size=size, cap=cap, rounds=3, seed=4711, **wishes)

    assert (
        make_tables(
            random.Random(1).sample(people, len(people)), size=size, cap=cap, rounds=3, seed=4711, **wishes
        )
        == plan
    )
    assert make_tables(people, size=size, cap=cap, rounds=3, seed=4712, **wishes).rounds != plan.rounds


# --- Against trying everything -----------------------------------------------------------------------


def seatings(people: list[Person], tables: int):
    """Every way to seat people at tables whose sizes differ by at most one; tables are not told apart."""
    few, more = divmod(len(people), tables)
    groups: list[list[Person]] = [[] for _ in range(tables)]

    def place(position: int):
        if position == len(people):
            if sorted(map(len, groups)) == sorted([few] * (tables - more) + [few + 1] * more):
                yield groups
            return
        seen_empty = False
        for group in groups:
            if len(group) < few + (more > 0) and not (not group and seen_empty):
                seen_empty = seen_empty or not group
                group.append(people[position])
                yield from place(position + 1)
                group.pop()

    yield from place(0)


def keeps(groups, cap, apart, together) -> bool:
    at = {person.id: number for number, group in enumerate(groups) for person in group}
    return (
        all(max(Counter(p.agency for p in group).values()) <= cap for group in groups if group)
        and all(at[a] != at[b] for a, b in apart)
        and all(at[a] == at[b] for a, b in together)
    )


@pytest.mark.parametrize("seed", range(60))
def test_wishes_are_all_kept_exactly_when_some_seating_keeps_them_all(seed):
    rng = random.Random(seed)
    people = people_of(*(rng.choice("ABC") for _ in range(rng.randint(5, 8))))
    tables, cap = rng.randint(2, 3), rng.randint(1, 3)
    pairs = rng.sample(list(combinations([p.id for p in people], 2)), 5)
    apart, together = pairs[: rng.randint(0, 3)], pairs[3 : 3 + rng.randint(0, 2)]
    possible = any(keeps(groups, cap, apart, together) for groups in seatings(people, tables))

    plan = make_tables(people, tables=tables, cap=cap, apart=apart, together=together, rounds=2, seed=seed)

    by_id = {person.id: person for person in people}
    kept = all(keeps([[by_id[i] for i in t] for t in row], cap, apart, together) for row in plan.rounds)
    assert kept == possible == (not plan.unmet)


@pytest.mark.parametrize("seed", range(25))
def test_the_cap_is_kept_when_only_keeping_together_stands_against_it(seed):
    """Apart first, then the cap, then together: what the stronger wishes allow is never given up for a weaker one."""
    rng = random.Random(f"order {seed}")
    people = people_of(*(rng.choice("AABC") for _ in range(7)))
    pairs = rng.sample(list(combinations([p.id for p in people], 2)), 5)
    possible = any(keeps(groups, 2, pairs[:1], ()) for groups in seatings(people, 3))

    plan = make_tables(people, tables=3, cap=2, apart=pairs[:1], together=pairs[1:], seed=seed)

    by_id = {person.id: person for person in people}
    assert keeps([[by_id[i] for i in t] for t in plan.rounds[0]], 2, pairs[:1], ()) == possible


def test_the_exact_search_agrees_with_trying_everything():
    rng = random.Random(3)
    for _ in range(60):
        people = people_of(*(rng.choice("ABC") for _ in range(7)))
        agencies = ["ABC".index(person.agency) for person in people]
        p, q, r, s = rng.sample(range(7), 4)
        enemies = [frozenset({q}) if n == p else frozenset({p}) if n == q else frozenset() for n in range(7)]
        apart, together = [(people[p].id, people[q].id)], [(people[r].id, people[s].id)]
        possible = any(keeps(groups, 2, apart, together) for groups in seatings(people, 2))
        found = seat_exactly([4, 3], [(r, s)], agencies, [2, 2, 2], enemies, steps=100_000)
        assert (found is not None) == possible


def patterns_of(people: int, cap: int) -> set[tuple[int, ...]]:
    """How many people of one organisation may have each pattern of three tables out of two, at most `cap` at one."""
    return {
        tuple(chosen.count(pattern) for pattern in range(8))
        for chosen in combinations_with_replacement(range(8), people)
        if all(people - cap <= sum(pattern >> r & 1 for pattern in chosen) <= cap for r in range(3))
    }


@pytest.mark.parametrize(
    "agencies",
    [
        [(1, 1)] * 5,
        [(1, 1)] * 9,
        [(2, 1)] * 3,
        [(2, 1), (2, 1), (1, 1), (1, 1), (1, 1)],
        [(4, 2), (2, 1), (1, 1), (2, 2)],
        [(3, 2), (3, 2), (4, 2)],
        [(4, 3), (2, 1), (2, 1)],
        [(5, 3), (3, 2)],
        [(4, 2), (4, 2)],
    ],
)
def test_the_bound_for_two_tables_is_the_fewest_of_all_seatings(agencies):
    """Every seating there is, of organisations of (people, most at a table)."""
    seatings, people = {(0,) * 8}, sum(count for count, _ in agencies)
    for count, cap in agencies:
        theirs = patterns_of(count, cap)
        seatings = {tuple(map(sum, zip(one, two, strict=True))) for one in seatings for two in theirs}
    near = [(p, q) for p in range(8) for q in range(p) if (p ^ q).bit_count() == 1]
    fewest = min(
        sum(n * (n - 1) for n in seating) + sum(seating[p] * seating[q] for p, q in near)
        for seating in seatings
        if all(abs(2 * sum(n for p, n in enumerate(seating) if p >> r & 1) - people) <= 1 for r in range(3))
    )
    assert two_tables(agencies) == fewest


def test_the_lower_bound_is_met_by_the_regular_start_of_three_rounds():
    """So the bound is no wish: with no other wishes it is the truth, but for two tables of unequal halves."""
    wrong = {}
    for people, tables in product(range(6, 121, 7), range(3, 16)):
        if tables * 2 <= people:
            seats = regular_start(people, tables, 3, random.Random(1))
            met = Counter(
                pair
                for row in seats
                for table in range(tables)
                for pair in combinations([p for p in range(people) if row[p] == table], 2)
            )
            found = sum(times - 1 for times in met.values())
            if found != fewest_repeats(people, tables, 3):
                wrong[people, tables] = found, fewest_repeats(people, tables, 3)
    assert wrong == {}


@pytest.mark.parametrize("people", [4, 5, 6, 7, 8, 10])
def test_the_lower_bound_for_two_tables_and_three_rounds_is_the_fewest_of_all(people):
    cells = list(product((0, 1), repeat=3))
    alike = {(a, b): sum(x == y for x, y in zip(a, b, strict=True)) for a in cells for b in cells}
    best = None
    for ends in combinations(range(people + 7), 7):
        counts = [b - a - 1 for a, b in zip((-1, *ends), (*ends, people + 7), strict=True)]
        firsts = [sum(c for c, cell in zip(counts, cells, strict=True) if cell[r] == 0) for r in range(3)]
        if all(first in {people // 2, people - people // 2} for first in firsts):
            same = sum(2 * comb(c, 2) for c in counts)
            other = sum(
                max(0, alike[cells[i], cells[j]] - 1) * counts[i] * counts[j]
                for i, j in combinations(range(8), 2)
            )
            best = same + other if best is None else min(best, same + other)
    assert fewest_repeats(people, 2, 3) == best


# --- Words -----------------------------------------------------------------------------------------------


def test_what_could_not_be_met_is_said_by_name():
    people = [
        Person("1", "Met Police", "Police", "Ann"),
        Person("2", "Met Police", "Police", "Ben"),
        Person("3", "Met Police", "Police", "Cy"),
        Person("4", "Kent NHS", "Health", "Di"),
    ]

    plan = make_tables(
        people, tables=2, cap=1, apart=[("1", "2"), ("1", "3"), ("2", "3")], together=[("1", "2")], seed=1
    )

    assert len(plan.unmet) == 3
    assert plan.unmet[0].endswith("are not apart: round 1, table 1.") or plan.unmet[0].endswith("table 2.")
    assert plan.unmet[1:] == (
        "Met Police has 3 people, and 2 tables of at most 1 hold 2: they are spread as evenly as possible.",
        "Ann and Ben are not all together: some of them are to be kept apart.",
    )


def test_the_mix_of_a_table_is_told_in_words():
    table = [
        Person("1", "Met Police", "Police"),
        Person("2", "Kent Police", "Police"),
        Person("3", "Kent NHS", "Health"),
        Person("4"),
    ]
    assert mix(table) == "4 people, 3 organisations, 2 sectors: Police 2, Health 1, not given 1"
    assert mix([]) == "nobody"


def test_people_without_an_organisation_do_not_count_as_one():
    people = [Person(f"p{n}") for n in range(6)]
    assert make_tables(people, tables=2, cap=1, seed=1).unmet == ()


def test_impossible_numbers_are_refused():
    for numbers in (
        {},
        {"tables": 2, "size": 3},
        {"tables": 0},
        {"size": 3, "cap": 0},
        {"size": 3, "rounds": 0},
    ):
        with pytest.raises(ValueError, match="either tables or size"):
            make_tables(people_of("A", "B"), seed=1, **numbers)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_tiny_rooms_are_seated(count):
    plan = make_tables(people_of(*"ABC"[:count]), size=4, rounds=3, seed=1)
    assert sum(len(table) for table in plan.rounds[0]) == count


def test_kept_together_is_no_repeat():
    plan = make_tables(people_of(*"ABABABAB"), tables=4, together=[("A1", "B2")], rounds=2, seed=1)
    assert plan.repeats == 0
    assert all(any({"A1", "B2"} <= set(table) for table in row) for row in plan.rounds)


# --- Late arrivals and absentees ---------------------------------------------------------------------------


def changed_room(seed: int):
    """A plan, and the room as it turned out: some have not come, some came unannounced."""
    rng = random.Random(f"refit {seed}")
    people = people_of(*(rng.choice("ABCD") for _ in range(rng.randint(8, 40))))
    plan = make_tables(people, size=rng.randint(3, 6), cap=3, rounds=2, seed=seed)
    staying = [person for person in people if rng.random() > 0.12]
    return plan, staying + [Person(f"new {n}", rng.choice("ABCD"), "new") for n in range(rng.randint(0, 5))]


def fewest_moves(plan: Plan, people: list[Person]) -> int:
    """By size alone: who sits beyond the new size of their table, rounds added up."""
    now = {person.id for person in people}
    total = 0
    for row in plan.rounds:
        counts = sorted((sum(i in now for i in table) for table in row), reverse=True)
        few, more = divmod(len(people), len(row))
        goals = [few + 1] * more + [few] * (len(row) - more)
        total += sum(max(0, count - goal) for count, goal in zip(counts, goals, strict=True))
    return total


@pytest.mark.parametrize("seed", range(30))
def test_a_refit_moves_as_few_as_sizes_allow_and_names_them(seed):
    plan, people = changed_room(seed)

    found = refit(plan, people)

    sizes = [len(table) for row in found.plan.rounds for table in row]
    where = [
        {i: number for number, table in enumerate(row, 1) for i in table}
        for row in (*plan.rounds, *found.plan.rounds)
    ]
    old, new = where[: len(plan.rounds)], where[len(plan.rounds) :]
    moves = {
        Move(i, number, old[number - 1][i], table)
        for number, row in enumerate(new, 1)
        for i, table in row.items()
        if i in old[number - 1] and old[number - 1][i] != table
    }
    assert max(sizes) - min(sizes) <= 1
    assert [set(row) for row in new] == [{person.id for person in people}] * 2
    assert set(found.moves) == moves
    assert len(moves) == fewest_moves(plan, people) or not _cap_kept_without_more(plan, people)


def _cap_kept_without_more(plan: Plan, people: list[Person]) -> bool:
    """More may move only where the cap asks for it: where somebody sits who fills it already."""
    agency = agency_of(people)
    counts = Counter(
        (number, table, agency[i])
        for number, row in enumerate(plan.rounds)
        for table, ids in enumerate(row)
        for i in ids
        if i in agency
    )
    return max(counts.values()) < 3


def test_a_refit_of_the_same_people_moves_nobody():
    people = people_of(*"AABBCCDD")
    plan = make_tables(people, tables=2, cap=1, rounds=3, seed=5)
    found = refit(plan, people)
    assert (found.moves, found.arrived, found.left, found.plan) == ((), (), (), plan)


def test_a_late_arrival_sits_where_the_cap_allows():
    people = people_of(*"AABBC")
    plan = make_tables(people, tables=3, cap=1, seed=5)
    found = refit(plan, [*people, Person("late", "C")])
    assert (found.moves, found.arrived, found.plan.unmet) == ((), ("late",), ())


def test_rounds_that_are_over_stay_as_they_are():
    people = people_of(*"AABBCCDD")
    plan = make_tables(people, tables=2, rounds=2, seed=5)
    found = refit(plan, [*people, Person("late", "E")], first_round=2)
    assert found.plan.rounds[0] == plan.rounds[0]
    assert any("late" in table for table in found.plan.rounds[1])


def test_changes_by_hand_are_reviewed():
    people = people_of(*"AABB")
    plan = make_tables(people, tables=2, cap=1, seed=5)
    by_hand = Plan(5, ((("A1", "A2", "B3"), ("B4",)),), 1)
    assert plan.unmet == ()
    assert review(by_hand, people).unmet == (
        "Round 1, table 1: 2 people of A, more than the 1 you chose.",
        "Round 1: tables have between 1 and 3 people.",
    )
