"""Which questions an attempt gets: pure, no database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Candidate:
    """A version that may be drawn."""

    version_id: int
    item_id: int
    module_id: int


def draw(
    pool: Iterable[Candidate], count: int, times_seen: Mapping[int, int], rng: Random
) -> list[Candidate]:
    """Return at most `count` candidates of `pool`, in random order.

    Every module gets one question before any gets two, as far as `count` allows; then questions that the learner
    has seen less often (`times_seen` by item id) come first, from the modules that have fewest so far.
    """
    waiting = defaultdict(list)
    for candidate in sorted(pool, key=lambda c: c.version_id):
        waiting[candidate.module_id].append(candidate)
    for candidates in waiting.values():
        rng.shuffle(candidates)
        candidates.sort(key=lambda c: -times_seen.get(c.item_id, 0))  # the last is taken first
    taken = Counter()

    def turn(module_id: int):
        seen = times_seen.get(waiting[module_id][-1].item_id, 0)
        return (taken[module_id] > 0, seen, taken[module_id], rng.random())

    drawn = []
    while len(drawn) < count and waiting:
        module_id = min(waiting, key=turn)
        drawn.append(waiting[module_id].pop())
        taken[module_id] += 1
        if not waiting[module_id]:
            del waiting[module_id]
    rng.shuffle(drawn)
    return drawn
