"""Who is told of together: the one counting rule behind every figure on how sure people feel. Pure, no database.

A trainer reads a group's figures, a funder the programme's, both may look again next week, and they may sit at one
desk. So whatever is shown is put together from parts of at least five people, and no figure ever cuts through one:

- People join the figures in *blocks*, at the end of the day on which five are waiting. A block never changes: what
  one more person answered is never the difference between two looks.
- In a block all have rated the same outcomes, so a figure on one outcome and one on all are about the same people.
- The sectors of a block with five people and more are told apart; the others together are nobody, or five and more.
- A programme's figures are the sums of its groups' figures, so one less the other is a sum of whole parts again.
- Two comparisons share the ratings from before the course. So a block is told only if no sum and difference of
  parts of both, however weighted, leaves fewer than five people (`_gives_away`); otherwise it waits for more people.

Whoever changes an answer afterwards changes a figure: learners may correct themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from evaluation.suppression import LEAST, is_small

#: Of a person: outcome -> (before, then).
Pairs = Mapping[Hashable, tuple[int, int]]
#: Two parts, by their numbers -> how many people are in both. Nobody's part is number 0.
Ties = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody who rated twice. on: the day of the second time."""

    person: Hashable
    on: date
    sector: str
    pairs: Pairs

    @property
    def means(self) -> tuple[float, float]:
        """Their mean before and then, over the outcomes that they rated both times."""
        count = len(self.pairs)
        return sum(a for a, _ in self.pairs.values()) / count, sum(b for _, b in self.pairs.values()) / count


@dataclass(frozen=True)
class Block:
    """People told of together. sectors: those of them who are told of by sector, five and more each."""

    people: tuple[Rated, ...]
    sectors: Mapping[str, tuple[Rated, ...]]

    @property
    def outcomes(self) -> frozenset:
        return frozenset(self.people[0].pairs)

    @property
    def parts(self) -> list[frozenset]:
        """The people as far apart as any figure tells them."""
        told = [frozenset(rated.person for rated in part) for part in self.sectors.values()]
        rest = frozenset(rated.person for rated in self.people).difference(*told)
        return [*told, rest] if rest else told


def blocks_of(stages: Mapping[str, Sequence[Rated]], today: date) -> dict[str, list[Block]]:
    """Return the blocks of each later stage of one group, as they stand on the morning of `today`."""
    found: dict[str, list[Block]] = {stage: [] for stage in stages}
    waiting = defaultdict(list)
    for stage, outcomes, people in _arrivals(stages, today):
        queue = waiting[stage, outcomes]
        queue += people
        block = _next_block(queue, stage, found)
        if block:
            found[stage].append(block)
            queue.clear()
    return found


def _arrivals(stages: Mapping[str, Sequence[Rated]], today: date) -> Iterator[tuple]:
    """Yield (stage, outcomes, people) day by day; the order of people says nothing."""
    days = defaultdict(list)
    for number, (stage, rated) in enumerate(stages.items()):
        for one in rated:
            if one.on < today:
                days[one.on, number, tuple(sorted(one.pairs))].append((stage, one))
    for day in sorted(days):
        arrived = days[day]
        stage = arrived[0][0]
        yield stage, day[2], sorted((one for _, one in arrived), key=lambda one: one.person)


def _next_block(queue: Sequence[Rated], stage: str, found: Mapping[str, list[Block]]) -> Block | None:
    """Return those who wait as a block, by sector if that is safe; None while it is not."""
    if len(queue) < LEAST:
        return None
    for sectors in (told_apart(queue), {}):
        block = Block(tuple(queue), sectors)
        if not _gives_away(
            {name: [*blocks, block] if name == stage else blocks for name, blocks in found.items()}
        ):
            return block
    return None


def told_apart(people: Sequence[Rated]) -> dict[str, tuple[Rated, ...]]:
    """Return the sectors of five people and more, some of them short of a few so that the others are five as well."""
    sectors = defaultdict(list)
    for rated in people:
        sectors[rated.sector].append(rated)
    told = {name: sectors[name] for name in sorted(sectors) if len(sectors[name]) >= LEAST}
    while told and is_small(len(people) - sum(map(len, told.values()))):
        if any(len(part) > LEAST for part in told.values()):
            max(told.values(), key=len).pop()
        else:
            told.popitem()
    return {name: tuple(part) for name, part in told.items()}


# --- What sums and differences could tell --------------------------------------------------------------


def _gives_away(stages: Mapping[str, list[Block]]) -> bool:
    """Say whether some sum of figures, each taken so many times, is about one to four people.

    Each person counts in a sum as often as their part of one stage and their part of the other together. They drop
    out where the two cancel. So whom a sum is about is a cut through the parts, tied by the people they share.
    """
    if sum(bool(blocks) for blocks in stages.values()) < 2:
        return False  # the parts themselves have five people each
    outcomes = {outcome for blocks in stages.values() for block in blocks for outcome in block.outcomes}
    graphs = {
        tuple(
            part
            for blocks in stages.values()
            for block in blocks
            if outcome in block.outcomes
            for part in block.parts
        )
        for outcome in outcomes
    }
    return any(_can_be_cut(_ties(parts)) for parts in graphs)


def _ties(parts: Sequence[frozenset]) -> Ties:
    numbers = defaultdict(list)
    for number, part in enumerate(parts, 1):
        for person in part:
            numbers[person].append(number)
    return Counter((found[0], found[1]) if len(found) > 1 else (0, found[0]) for found in numbers.values())


def _can_be_cut(ties: Ties) -> bool:
    """Say whether parts can be set apart from others although one to four people tie them.

    Source: Stoer & Wagner 1997, “A simple min-cut algorithm”, Journal of the ACM 44:585–591. Parts that nobody ties
    are no cut: such sums are about nobody.
    """
    near: dict[int, Counter] = defaultdict(Counter)
    for (one, two), people in ties.items():
        near[one][two] += people
        near[two][one] += people
    while len(near) > 1:
        before, last = _last_two(near)
        if is_small(near[last].total()):
            return True
        for other, people in near.pop(last).items():
            del near[other][last]
            if other != before:
                near[before][other] += people
                near[other][before] += people
    return False


def _last_two(near: Mapping[int, Mapping[int, int]]) -> tuple[int, int]:
    """Return the last two parts when each time the one tied most to those before it comes next."""
    left = dict.fromkeys(sorted(near), 0)
    before = last = next(iter(left))
    while left:
        before, last = last, max(left, key=lambda part: left[part])
        del left[last]
        for other, people in near[last].items():
            if other in left:
                left[other] += people
    return before, last
