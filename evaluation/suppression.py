"""Small groups hidden in published tables, so that no reader can say something about few people. Pure, no database.

A count from 1 to 4 is hidden, and so is what would give it away: other cells, until for every hidden cell there is
another way to be, with the same published tables. That other way is found, not assumed: it is a person, or two
people, put into other groups so that only hidden cells change. So no subtraction, and no cleverer sum, pins a hidden
cell to one number. What is left of a total when the shown cells are taken off is 0, or 5 and more.

All tables that the same readers can see belong into one call of `publish`: tables made apart can be subtracted from
each other. A share of a group (certified, of those trained) is a key of its own, "yes" or "no", as the rest of the
group can be worked out: both are hidden when either is small. Means and percentages of a group are shown where its
count is shown (`shown_with`).

A hidden cell is never empty: zeros show. Readers may know that, and it helps them nothing. The one exception is a
key whose groups are all so small that nothing else helps: then every cell with that key is hidden, zeros as well.

Sources: Hundepool et al. 2012, “Statistical Disclosure Control”, chapter 5 (threshold rule, secondary suppression,
audit); Office for National Statistics, “Policy on protecting confidentiality in tables of birth and death statistics”
(counts below 5).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, product
from typing import Any

LEAST = 5
#: How many ways are compared when something more has to be hidden; the first ones move the fewest people.
LOOKED_AT = 300


class _All:
    """Stands for “all of them” in the place of a key's value: a total."""

    def __repr__(self):
        return "ALL"


ALL = _All()
#: Values of some keys: ((number of the key, value), …), by number. Without keys it is the grand total.
Cell = tuple[tuple[int, Hashable], ...]
#: Numbers of the keys that a cell has values of.
Shape = tuple[int, ...]
#: Cell -> by how much it changes when somebody is put into another group.
Move = Mapping[Cell, int]


def is_small(people: int) -> bool:
    """Say whether so many people are too few to be told of, and not none."""
    return 0 < people < LEAST


def shown_with(value: Any, people: int | None) -> Any:
    """Return `value`, a mean or percentage of so many people, or None where they are too few or hidden."""
    return value if people is not None and people >= LEAST else None


@dataclass(frozen=True)
class Table:
    """A table as it may be published: None where a count is hidden.

    values: for each key its groups, in the order in which they were given.  cells: one value a key, ALL for a total.
    """

    keys: tuple[str, ...]
    values: tuple[tuple[Hashable, ...], ...]
    cells: Mapping[tuple, int | None]

    def __getitem__(self, at) -> int | None:
        """table["Health"], or with two keys table["Health", "North"], table["Health", ALL]."""
        return self.cells[at if isinstance(at, tuple) and len(self.keys) > 1 else (at,)]

    @property
    def total(self) -> int | None:
        return self.cells[(ALL,) * len(self.keys)]

    @property
    def hides_something(self) -> bool:
        return None in self.cells.values()


def suppress(counts: Mapping[Hashable, int]) -> Table:
    """Return the table of one key, {group: people}, or of two, {(row, column): people}, ready to be published.

    Only for a table that stands alone; several about the same people go through `publish` together.
    """
    two = bool(counts) and all(isinstance(at, tuple) and len(at) == 2 for at in counts)
    keys = ("row", "column") if two else ("row",)
    people = counts if two else {(group,): count for group, count in counts.items()}
    return publish(people, keys, [keys])[keys]


def publish(
    people: Mapping[tuple, int], keys: Sequence[str], tables: Iterable[Sequence[str]]
) -> dict[tuple[str, ...], Table]:
    """Return the tables, by their keys, hidden so that all of them together give nobody away.

    people: values of all `keys` -> how many people have them, each person once.  tables: each one or two of the keys.
    """
    wanted = [tuple(keys.index(key) for key in table) for table in tables]
    hiding = _Hiding(people, len(keys), wanted)
    return {tuple(keys[k] for k in table): _table(hiding, keys, table) for table in wanted}


def _table(hiding: "_Hiding", keys: Sequence[str], table: Shape) -> Table:
    values = tuple(tuple(hiding.values[k]) for k in table)
    cells = {at: hiding.published(table, at) for at in product(*((*groups, ALL) for groups in values))}
    return Table(tuple(keys[k] for k in table), values, cells)


class _Hiding:
    """Which cells of some tables are hidden. `hidden` only ever grows, so what was made safe stays safe."""

    def __init__(self, people: Mapping[tuple, int], key_count: int, tables: Sequence[Shape]):
        self.people = {at: count for at, count in people.items() if count}
        self.values = [dict.fromkeys(at[k] for at in people) for k in range(key_count)]
        self.shapes: list[Shape] = sorted(
            {shape for table in tables for size in range(len(table) + 1) for shape in _parts(table, size)}
        )
        self.counts: Counter[Cell] = Counter()
        for at, count in self.people.items():
            for shape in self.shapes:
                self.counts[_cell(at, shape)] += count
        self.hidden = {cell for cell, count in self.counts.items() if is_small(count)}
        self.safe: set[Cell] = set()
        self.blank: set[Shape] = set()
        if is_small(sum(self.people.values())):
            self.blank = set(self.shapes)
        else:
            self._protect()

    def published(self, table: Shape, at: Sequence) -> int | None:
        cell = tuple(sorted((k, value) for k, value in zip(table, at, strict=True) if value is not ALL))
        if cell in self.hidden or (_shape(cell) in self.blank and not self._is_plainly_empty(cell)):
            return None
        return self.counts[cell]

    def _is_plainly_empty(self, cell: Cell) -> bool:
        """Say whether a total that shows is 0, so that hiding its cells would hide nothing."""
        parts = (part for size in range(len(cell)) for part in combinations(cell, size))
        return any(not self.counts[part] and _shape(part) not in self.blank for part in parts)

    def _protect(self) -> None:
        while True:
            for cell in sorted(self.hidden - self.safe, key=self._order):
                if cell not in self.safe:
                    self._make_safe(cell)
            too_small = self._small_rests()
            if not too_small:
                return
            self.hidden |= too_small

    def _order(self, cell: Cell):
        return self.counts[cell], repr(cell)

    # --- Another way to be --------------------------------------------------------------------

    def _make_safe(self, cell: Cell) -> None:
        """Find how `cell` could have another count: among what is hidden, else by hiding as few people as possible."""
        best = next(self._moves(cell, among_hidden=True), None)
        if best is None:
            found = islice(self._moves(cell, among_hidden=False), LOOKED_AT)
            best = min(found, key=self._price, default=None)
        if best is None:
            self._blank(cell)
        else:
            self.hidden |= best.keys()
            self.safe |= best.keys()

    def _price(self, move: Move) -> int:
        return sum(self.counts[cell] for cell in move if cell not in self.hidden)

    def _blank(self, cell: Cell) -> None:
        """Hide whatever is told of a key of `cell`: all its groups are too small to be hidden in each other."""
        k = next(k for k, _ in cell if len(self.values[k]) > 1)
        self.blank |= {shape for shape in self.shapes if k in shape}
        gone = {other for other in self.counts if any(key == k for key, _ in other)}
        self.hidden |= gone
        self.safe |= gone

    def _moves(self, cell: Cell, *, among_hidden: bool) -> Iterator[Move]:
        """Yield what changes `cell` and leaves no cell empty that was not. among_hidden: and no cell that shows."""
        for k, value in cell:
            others = [(key, wanted) for key, wanted in cell if key != k]
            for person in self._people_by[k]:
                if any(person[key] != wanted for key, wanted in others):
                    continue
                targets = self.values[k] if person[k] == value else (value,)
                for target in targets:
                    if target != person[k]:
                        for move in self._ways(person, k, target, among_hidden=among_hidden):
                            if cell in move and self._is_possible(move):
                                yield move

    def _ways(self, person: tuple, k: int, target: Hashable, *, among_hidden: bool) -> Iterator[Move]:
        """Yield the person going to another group of key `k`: in exchange for somebody of that group, and alone."""
        moved = _with(person, k, target)
        for key in self._beside[k]:
            if among_hidden and not self._hides(person, moved, k, key):
                continue
            for other in self._alike[k][target, key, _without(person, k, key)]:
                if person[key] != other[key]:
                    exchange = _exchange(person, other, k, key)
                    if not among_hidden or self._are_hidden(exchange):
                        yield exchange
        if not among_hidden or self._hides(person, moved, k, k):
            alone = self._going(person, k, target)
            if not among_hidden or self._are_hidden(alone):
                yield alone

    def _hides(self, person: tuple, moved: tuple, k: int, key: int) -> bool:
        """Say whether the cells of these two keys, or of the one, are hidden for the person before and after."""
        shape = tuple(sorted({k, key}))
        return _cell(person, shape) in self.hidden and _cell(moved, shape) in self.hidden

    def _are_hidden(self, cells: Iterable[Cell]) -> bool:
        return all(cell in self.hidden for cell in cells)

    def _is_possible(self, move: Move) -> bool:
        return all(self.counts[cell] and self.counts[cell] + by > 0 for cell, by in move.items())

    def _going(self, person: tuple, k: int, target: Hashable) -> dict[Cell, int]:
        moved = _with(person, k, target)
        move = {}
        for shape in self._shapes_with[k]:
            move[_cell(person, shape)] = -1
            move[_cell(moved, shape)] = 1
        return move

    @cached_property
    def _shapes_with(self) -> list[list[Shape]]:
        return [[shape for shape in self.shapes if k in shape] for k in range(len(self.values))]

    @cached_property
    def _beside(self) -> list[list[int]]:
        """For each key the keys that stand in one table with it."""
        return [
            sorted({key for shape in shapes for key in shape} - {k})
            for k, shapes in enumerate(self._shapes_with)
        ]

    @cached_property
    def _people_by(self) -> list[list[tuple]]:
        """For each key the people, rare ones first, as far as a move of that key has to know them: None for the rest."""
        found = []
        for k, beside in enumerate(self._beside):
            by_keys = Counter()
            for at, count in self.people.items():
                by_keys[tuple(v if key == k or key in beside else None for key, v in enumerate(at))] += count
            found.append([person for _, _, person in sorted((n, repr(at), at) for at, n in by_keys.items())])
        return found

    @cached_property
    def _alike(self) -> list[dict[tuple, list[tuple]]]:
        """For each key: (its value, another key, the rest) -> people who differ in that other key at most."""
        found = []
        for k, beside in enumerate(self._beside):
            by_rest = defaultdict(list)
            for person in self._people_by[k]:
                for key in beside:
                    by_rest[person[k], key, _without(person, k, key)].append(person)
            found.append(by_rest)
        return found

    # --- What is left when the shown cells are taken off ----------------------------------------

    def _small_rests(self) -> set[Cell]:
        """Return shown cells to hide, because the hidden ones beside them are fewer than five people together."""
        found = set()
        for parent, children in self._lines:
            if parent in self.hidden:
                continue
            shown = [child for child in children if child not in self.hidden]
            rest = self.counts[parent] - sum(self.counts[child] for child in shown)
            if is_small(rest) and shown:
                found.add(min(shown, key=self._order))
        return found

    @cached_property
    def _lines(self) -> list[tuple[Cell, list[Cell]]]:
        """Each total and the cells, none of them empty, that add up to it by one key."""
        lines = defaultdict(list)
        for cell in self.counts:
            for k, value in cell:
                rest = tuple(pair for pair in cell if pair != (k, value))
                lines[rest, k].append(cell)
        return [(parent, children) for (parent, _), children in lines.items()]


def _shape(cell: Cell) -> Shape:
    return tuple(k for k, _ in cell)


def _parts(table: Shape, size: int) -> Iterator[Shape]:
    return combinations(sorted(table), size)


def _cell(at: Sequence, shape: Shape) -> Cell:
    return tuple([(k, at[k]) for k in shape])


def _with(person: tuple, k: int, value: Hashable) -> tuple:
    return (*person[:k], value, *person[k + 1 :])


def _without(person: tuple, *keys: int) -> tuple:
    return tuple(None if key in keys else value for key, value in enumerate(person))


def _exchange(person: tuple, other: tuple, k: int, key: int) -> dict[Cell, int]:
    """Two people who differ in `k` and in `key` alone change groups of `k`: only cells of both keys notice."""
    move = {}
    for who, groups in ((person, (person[k], other[k])), (other, (other[k], person[k]))):
        for group, by in zip(groups, (-1, 1), strict=True):
            one, two = (k, group), (key, who[key])
            move[(one, two) if k < key else (two, one)] = by
    return move
