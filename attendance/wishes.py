"""What a trainer wishes of the tables, by number, for the search. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

Groups = Iterable[Iterable[str]]


@dataclass(frozen=True)
class Person:
    """`id` tells people apart; an empty agency or sector is not known and counts as nobody else's."""

    id: str
    agency: str = ""
    sector: str = ""
    name: str = ""

    def __str__(self):
        return self.name or self.id


class Wishes:
    """The input by number: people in order of id, organisations and sectors counted from 0."""

    def __init__(
        self, people: Sequence[Person], tables: int, cap: int | None, apart: Groups, together: Groups
    ):
        self.people, self.tables, self.cap = people, tables, cap
        self.number = {person.id: n for n, person in enumerate(people)}
        self.agencies = _numbers([p.agency or f"\0{p.id}" for p in people])
        self.sectors = _numbers([p.sector or f"\0{p.id}" for p in people])
        self.size = -(-len(people) // tables)
        per_agency = Counter(self.agencies)
        self.caps = [
            max(cap, -(-per_agency[a] // tables)) if cap else len(people) for a in range(len(per_agency))
        ]
        self.apart_ids = _groups(apart, self.number)
        self.together_ids = _groups(together, self.number)
        self.apart_pairs = self._pairs(self.apart_ids)
        self.together_pairs = self._pairs(self.together_ids)
        self.enemies: list[frozenset[int]] = neighbours(len(people), self.apart_pairs)
        self.units = self._merge()

    def _pairs(self, groups: Groups) -> list[tuple[int, int]]:
        return sorted(
            {pair for group in groups for pair in combinations(sorted(self.number[i] for i in group), 2)}
        )

    def _merge(self) -> list[list[int]]:
        """People to be kept together, merged as far as table size, cap and keeping apart allow."""
        unit_of = {p: [p] for p in range(len(self.people))}
        for p, q in self.together_pairs:
            one, other = unit_of[p], unit_of[q]
            if one is not other and self._can_sit([*one, *other]):
                one.extend(other)
                unit_of.update(dict.fromkeys(other, one))
        return sorted({id(unit): sorted(unit) for unit in unit_of.values() if len(unit) > 1}.values())

    def _can_sit(self, unit: list[int]) -> bool:
        if len(unit) > self.size or any(q in self.enemies[p] for p, q in combinations(unit, 2)):
            return False
        count = Counter(self.agencies[p] for p in unit)
        return all(n <= self.caps[agency] for agency, n in count.items())

    def sizes(self) -> list[int]:
        few, more = divmod(len(self.people), self.tables)
        return [few + (table < more) for table in range(self.tables)]


def _numbers(names: Sequence[str]) -> list[int]:
    order = {name: n for n, name in enumerate(sorted(set(names)))}
    return [order[name] for name in names]


def _groups(groups: Groups, known: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Only people who are there, in order; groups of one say nothing."""
    found = {tuple(sorted({i for i in group if i in known})) for group in groups}
    return tuple(sorted(group for group in found if len(group) > 1))


def neighbours(people: int, pairs: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    found: list[set[int]] = [set() for _ in range(people)]
    for p, q in pairs:
        found[p].add(q)
        found[q].add(p)
    return [frozenset(row) for row in found]
