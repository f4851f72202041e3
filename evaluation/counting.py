"""Whose quiz answers a trainer's page on a room counts, while the room still fills. Pure, no database.

A trainer knows everybody in the group and sees who completed what on which day. So answers are counted in the order
in which they came and in steps of five: what one more person answered is never the difference between two looks.
Where the sectors together are almost everybody, subtracting them would tell of the few who are left: then fewer are
counted, until those are none, or five and more. What people say of themselves is told by evaluation.blocks.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from evaluation.suppression import LEAST, is_small

Person = Hashable


def in_fives(people: Sequence[Person]) -> list[Person]:
    """Return as many of the first as are a multiple of five."""
    return list(people[: len(people) // LEAST * LEAST])


def by_group(
    others: Collection[Person], people: Sequence[Person], groups: Mapping[Person, str]
) -> dict[str, list[Person]]:
    """Return the people counted for each group that can be told of; `others` are those of the figure on all.

    groups: the group of each person. Groups too small to show have no entry.
    """
    found = defaultdict(list)
    for person in people:
        found[groups[person]].append(person)
    counted = {group: members for group in sorted(found) if (members := in_fives(found[group]))}
    while counted and is_small(len(set(others) ^ _everybody(counted.values()))):
        smallest = min(counted, key=lambda group: (len(counted[group]), group))
        counted[smallest] = counted[smallest][:-LEAST]
        if not counted[smallest]:
            del counted[smallest]
    return counted


def _everybody(groups: Iterable[Collection[Person]]) -> set[Person]:
    return {person for members in groups for person in members}
