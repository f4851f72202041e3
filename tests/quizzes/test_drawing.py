from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.drawing import Candidate, Plan, Wish, draw

POOLS = st.dictionaries(st.integers(1, 11), st.integers(1, 6), min_size=1).map(
    lambda sizes: [
        Candidate(module * 100 + n, module * 100 + n, module)
        for module, size in sizes.items()
        for n in range(size)
    ]
)


@given(POOLS, st.integers(1, 40), st.randoms(use_true_random=False))
def test_every_module_has_its_share(pool, count, random):
    drawn = draw(pool, Plan(count), {}, random)

    modules = Counter(candidate.module_id for candidate in drawn)
    sizes = Counter(candidate.module_id for candidate in pool)
    assert len(drawn) == len(set(drawn)) == min(count, len(pool))
    assert len(modules) == min(count, len(sizes))
    most = max(modules.values())
    assert all(modules[module] >= min(most - 1, size) for module, size in sizes.items())


@given(POOLS, st.integers(1, 20), st.randoms(use_true_random=False))
def test_questions_seen_before_come_last(pool, count, random):
    seen = {candidate.item_id: 1 for candidate in draw(pool, Plan(count), {}, random)}

    again = draw(pool, Plan(count), seen, random)

    unseen_of = Counter(candidate.module_id for candidate in pool if candidate.item_id not in seen)
    drawn_unseen = Counter(c.module_id for c in again if c.item_id not in seen)
    repeats = Counter(c.module_id for c in again if c.item_id in seen)
    for module, times in repeats.items():
        assert drawn_unseen[module] == unseen_of[module]
        # beyond a module's one question a repeat is drawn only when nothing new is left anywhere
        assert times <= 1 or sum(drawn_unseen.values()) == sum(unseen_of.values())


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(1, 12), st.integers(0))
def test_of_one_module_exactly_the_least_seen_are_drawn(times, count, seed):
    pool = [Candidate(n, n, 1) for n in range(len(times))]

    drawn = draw(pool, Plan(count), dict(enumerate(times)), Random(seed))

    assert sorted(times[c.item_id] for c in drawn) == sorted(times)[:count]


def candidate(n: int, **fields) -> Candidate:
    return Candidate(version_id=n + 1000, item_id=n, **({"module_id": 1} | fields))


#: Item ids 0 to 11: two modules, three shelves, two outcomes, three difficulties, two types.
BANK = [
    candidate(
        n,
        module_id=1 + n % 2,
        category_id=(None, 7, 8)[n % 3],
        outcomes=frozenset({"LO1"} if n < 6 else {"LO2"} if n < 10 else {"LO1", "LO2"}),
        difficulty=("easy", "medium", "hard")[n // 4],
        type="single" if n % 4 else "multiple",
    )
    for n in range(12)
]
WISHES = {
    "anything": (Wish(3), set(range(12))),
    "module": (Wish(3, module_id=2), {1, 3, 5, 7, 9, 11}),
    "category": (Wish(3, categories={7}), {1, 4, 7, 10}),
    "category with its parts": (Wish(5, categories={7, 8}), {1, 2, 4, 5, 7, 8, 10, 11}),
    "outcome": (Wish(3, outcome="LO2"), {6, 7, 8, 9, 10, 11}),
    "difficulty": (Wish(3, difficulty="hard"), {8, 9, 10, 11}),
    "type": (Wish(2, type="multiple"), {0, 4, 8}),
    "everything at once": (
        Wish(2, module_id=1, categories={8}, outcome="LO2", difficulty="hard", type="multiple"),
        {8},
    ),
    "nothing fits": (Wish(2, outcome="LO9"), set()),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("wish", "fitting"), WISHES.values(), ids=WISHES.keys())
def test_a_wish_gets_what_fits_and_nothing_else(wish, fitting, seed):
    drawn = draw(BANK, Plan(12, wishes=[wish], only_chosen=True), {}, Random(seed))

    assert {c.item_id for c in drawn} <= fitting
    assert len(drawn) == min(wish.count, len(fitting))


def test_chosen_questions_come_first_in_their_order():
    plan = Plan(6, fixed=[9, 2, 5], wishes=[Wish(1, difficulty="easy")], shuffle=False)

    drawn = draw(BANK, plan, {}, Random(1))

    assert [c.item_id for c in drawn[:3]] == [9, 2, 5]
    assert drawn[3].difficulty == "easy"
    assert len({c.item_id for c in drawn}) == 6


def test_a_chosen_question_that_is_retired_is_left_out_and_its_place_filled():
    drawn = draw(BANK, Plan(3, fixed=[99, 2], shuffle=False), {}, Random(1))

    assert drawn[0].item_id == 2
    assert len(drawn) == 3


def test_more_chosen_questions_than_asked_for_are_cut():
    drawn = draw(BANK, Plan(2, fixed=[4, 3, 2], shuffle=False), {}, Random(1))

    assert [c.item_id for c in drawn] == [4, 3]


def test_only_what_was_chosen():
    plan = Plan(10, fixed=[0], wishes=[Wish(2, outcome="LO2")], only_chosen=True)

    drawn = draw(BANK, plan, {}, Random(1))

    assert len(drawn) == 3
    assert sum("LO2" in c.outcomes for c in drawn) == 2


@pytest.mark.parametrize("seed", range(10))
def test_every_outcome_gets_its_least_number_as_far_as_the_bank_has_it(seed):
    pool = [candidate(n, outcomes=frozenset({"LO1"})) for n in range(50)]
    pool += [candidate(n, outcomes=frozenset({"LO2"})) for n in range(50, 53)]
    pool += [candidate(53, outcomes=frozenset({"LO3"}))]
    plan = Plan(6, outcomes=["LO1", "LO2", "LO3", "LO4"], at_least=2)

    drawn = draw(pool, plan, {}, Random(seed))

    outcomes = Counter(code for c in drawn for code in c.outcomes)
    assert len(drawn) == 6
    assert (outcomes["LO1"] >= 2, outcomes["LO2"] >= 2, outcomes["LO3"], outcomes["LO4"]) == (
        True,
        True,
        1,
        0,
    )


def test_what_chosen_questions_serve_is_counted_for_their_outcome():
    pool = [candidate(n, outcomes=frozenset({"LO1"} if n < 4 else {"LO2"})) for n in range(8)]

    drawn = draw(pool, Plan(4, fixed=[0, 1], outcomes=["LO1", "LO2"], at_least=2), {}, Random(3))

    assert Counter(code for c in drawn for code in c.outcomes) == {"LO1": 2, "LO2": 2}


def test_what_may_not_fill_comes_only_when_asked_for():
    def may_fill(c):
        return c.module_id == 1

    for seed in range(5):
        filled = draw(BANK, Plan(12, outcomes=["LO1", "LO2"], at_least=6), {}, Random(seed), may_fill)
        assert {c.module_id for c in filled} == {1}
        asked = draw(BANK, Plan(12, fixed=[1], wishes=[Wish(1, module_id=2)]), {}, Random(seed), may_fill)
        assert Counter(c.module_id for c in asked) == {1: 6, 2: 2}


CANDIDATES = st.builds(
    Candidate,
    version_id=st.integers(1, 60),
    item_id=st.just(0),
    module_id=st.integers(1, 4),
    category_id=st.none() | st.integers(1, 3),
    outcomes=st.frozensets(st.sampled_from(["LO1", "LO2", "LO3"])),
    difficulty=st.sampled_from(["easy", "hard"]),
    type=st.sampled_from(["single", "multiple"]),
)
BANKS = st.lists(CANDIDATES, max_size=30, unique_by=lambda c: c.version_id).map(
    lambda pool: [replace(c, item_id=c.version_id) for c in pool]
)
WISH = st.builds(
    Wish,
    count=st.integers(1, 5),
    module_id=st.none() | st.integers(1, 4),
    categories=st.frozensets(st.integers(1, 3)),
    outcome=st.sampled_from(["", "LO1", "LO2"]),
    difficulty=st.sampled_from(["", "easy"]),
    type=st.sampled_from(["", "single"]),
)
PLANS = st.builds(
    Plan,
    count=st.integers(0, 20),
    fixed=st.lists(st.integers(1, 60), max_size=4, unique=True),
    wishes=st.lists(WISH, max_size=3),
    outcomes=st.lists(st.sampled_from(["LO1", "LO2", "LO3"]), unique=True),
    at_least=st.integers(0, 4),
    only_chosen=st.booleans(),
    shuffle=st.booleans(),
)
SEEN = st.dictionaries(st.integers(1, 60), st.integers(0, 3))


@given(BANKS, PLANS, SEEN, st.integers(0))
def test_whatever_the_plan(pool, plan, seen, seed):
    drawn = draw(pool, plan, seen, Random(seed))

    there = {c.item_id for c in pool}
    fixed = [item for item in plan.fixed if item in there][: plan.count]
    assert set(drawn) <= set(pool)
    assert len({c.item_id for c in drawn}) == len(drawn) <= plan.count
    assert set(fixed) <= {c.item_id for c in drawn}
    if not plan.shuffle:
        assert [c.item_id for c in drawn[: len(fixed)]] == fixed
    if not plan.only_chosen:
        assert len(drawn) == min(plan.count, len(pool))
    assert drawn == draw(list(reversed(pool)), plan, seen, Random(seed)), "the same seed draws the same"


@given(BANKS, st.lists(WISH, max_size=3), st.integers(0))
def test_wishes_that_the_bank_can_meet_are_met(pool, wishes, seed):
    """One after another: each gets its number from what is left."""
    drawn = draw(pool, Plan(100, wishes=wishes, only_chosen=True, shuffle=False), {}, Random(seed))

    left = list(drawn)
    for wish in wishes:
        fitting = [c for c in left[: wish.count] if wish.fits(c)]
        remaining = [c for c in pool if wish.fits(c) and c not in drawn[: len(drawn) - len(left)]]
        got = min(wish.count, len(remaining))
        assert fitting[:got] == left[:got]
        left = left[got:]
    assert left == []


def test_shuffled_or_in_the_order_drawn():
    plan = Plan(10, fixed=list(range(10)))
    pool = [candidate(n) for n in range(10)]

    orders = {tuple(c.item_id for c in draw(pool, plan, {}, Random(seed))) for seed in range(20)}
    kept = {
        tuple(c.item_id for c in draw(pool, replace(plan, shuffle=False), {}, Random(seed)))
        for seed in range(20)
    }

    assert len(orders) > 10
    assert kept == {tuple(range(10))}


@pytest.mark.parametrize("count", [0, 3])
def test_an_empty_pool_gives_nothing(count):
    assert (
        draw([], Plan(count, fixed=[1], wishes=[Wish(2)], outcomes=["LO1"], at_least=1), {}, Random(1)) == []
    )
