from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.drawing import Candidate, draw

POOLS = st.dictionaries(st.integers(1, 11), st.integers(1, 6), min_size=1).map(
    lambda sizes: [
        Candidate(module * 100 + n, module * 100 + n, module)
        for module, size in sizes.items()
        for n in range(size)
    ]
)


@given(POOLS, st.integers(1, 40), st.randoms(use_true_random=False))
def test_every_module_has_its_share(pool, count, random):
    drawn = draw(pool, count, {}, random)

    modules = Counter(candidate.module_id for candidate in drawn)
    sizes = Counter(candidate.module_id for candidate in pool)
    assert len(drawn) == len(set(drawn)) == min(count, len(pool))
    assert len(modules) == min(count, len(sizes))
    most = max(modules.values())
    assert all(modules[module] >= min(most - 1, size) for module, size in sizes.items())


@given(POOLS, st.integers(1, 20), st.randoms(use_true_random=False))
def test_questions_seen_before_come_last(pool, count, random):
    seen = {candidate.item_id: 1 for candidate in draw(pool, count, {}, random)}

    again = draw(pool, count, seen, random)

    unseen_of = Counter(candidate.module_id for candidate in pool if candidate.item_id not in seen)
    drawn_unseen = Counter(c.module_id for c in again if c.item_id not in seen)
    repeats = Counter(c.module_id for c in again if c.item_id in seen)
    for module, times in repeats.items():
        assert drawn_unseen[module] == unseen_of[module]
        # beyond a module's one question a repeat is drawn only when nothing new is left anywhere
        assert times <= 1 or sum(drawn_unseen.values()) == sum(unseen_of.values())


def test_the_same_seed_draws_the_same():
    pool = [Candidate(n, n, n % 3) for n in range(12)]

    assert draw(pool, 5, {}, Random(7)) == draw(list(reversed(pool)), 5, {}, Random(7))


@pytest.mark.parametrize("count", [0, 3])
def test_an_empty_pool_gives_nothing(count):
    assert draw([], count, {}, Random(1)) == []
