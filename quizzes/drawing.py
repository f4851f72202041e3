"""Which questions an attempt gets: pure, no database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Candidate:
    """A version that may be drawn."""

    version_id: int
    item_id: int
    module_id: int
    category_id: int | None = None
    outcomes: frozenset[str] = frozenset()
    difficulty: str = ""
    type: str = ""


@dataclass(frozen=True)
class Wish:
    """So many questions of one kind; an empty field sets no condition."""

    count: int
    module_id: int | None = None
    categories: Collection[int] = frozenset()
    outcome: str = ""
    difficulty: str = ""
    type: str = ""

    def fits(self, candidate: Candidate) -> bool:
        return (
            (self.module_id is None or candidate.module_id == self.module_id)
            and (not self.categories or candidate.category_id in self.categories)
            and (not self.outcome or self.outcome in candidate.outcomes)
            and (not self.difficulty or candidate.difficulty == self.difficulty)
            and (not self.type or candidate.type == self.type)
        )


@dataclass(frozen=True)
class Plan:
    """What a quiz asks for. count: questions in all.  fixed: item ids in their order.  wishes: drawn first.

    outcomes, at_least: every outcome gets so many questions, as far as the bank has them.
    """

    count: int
    fixed: Sequence[int] = ()
    wishes: Sequence[Wish] = ()
    outcomes: Collection[str] = ()
    at_least: int = 0
    only_chosen: bool = False
    shuffle: bool = True


@dataclass
class _Drawing:
    plan: Plan
    rng: Random
    times_seen: Mapping[int, int]
    drawn: list[Candidate] = field(default_factory=list)

    @property
    def room(self) -> int:
        return self.plan.count - len(self.drawn)

    def take(self, pool: Iterable[Candidate], count: int) -> None:
        """Add at most `count` of `pool`, those that `draw` prefers."""
        had = {candidate.item_id for candidate in self.drawn}
        waiting = defaultdict(list)
        for candidate in sorted(pool, key=lambda c: c.version_id):
            if candidate.item_id not in had:
                waiting[candidate.module_id].append(candidate)
        for candidates in waiting.values():
            self.rng.shuffle(candidates)
            candidates.sort(key=lambda c: -self.times_seen.get(c.item_id, 0))  # the last is taken first
        taken = Counter(candidate.module_id for candidate in self.drawn)

        def turn(module_id: int):
            seen = self.times_seen.get(waiting[module_id][-1].item_id, 0)
            return (taken[module_id] > 0, seen, taken[module_id], self.rng.random())

        for _ in range(min(count, self.room)):
            if not waiting:
                return
            module_id = min(waiting, key=turn)
            self.drawn.append(waiting[module_id].pop())
            taken[module_id] += 1
            if not waiting[module_id]:
                del waiting[module_id]


def draw(
    pool: Iterable[Candidate],
    plan: Plan,
    times_seen: Mapping[int, int],
    rng: Random,
    may_fill: Callable[[Candidate], bool] = lambda candidate: True,
) -> list[Candidate]:
    """Return at most `plan.count` candidates of `pool`, none twice.

    Chosen questions come first, then the wishes, then what the outcomes still lack, then the rest, of which
    every module gets one question before any gets two; questions that the learner has seen less often
    (`times_seen` by item id) come first. may_fill: whether a candidate may come without a wish.
    """
    pool = list(pool)
    by_item = {candidate.item_id: candidate for candidate in pool}
    drawing = _Drawing(plan, rng, times_seen)
    drawing.drawn = [by_item[item] for item in plan.fixed if item in by_item][: plan.count]
    for wish in plan.wishes:
        drawing.take(filter(wish.fits, pool), wish.count)
    if not plan.only_chosen:
        free = [candidate for candidate in pool if may_fill(candidate)]
        for outcome in sorted(plan.outcomes):
            has = sum(outcome in candidate.outcomes for candidate in drawing.drawn)
            drawing.take((c for c in free if outcome in c.outcomes), plan.at_least - has)
        drawing.take(free, drawing.room)
    if plan.shuffle:
        rng.shuffle(drawing.drawn)
    return drawing.drawn
