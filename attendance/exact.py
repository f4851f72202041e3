"""One round that keeps every wish, by trying everything in a sensible order; gives up after so many steps."""

from collections import Counter
from collections.abc import Sequence


class _GivenUp(Exception):
    """So many steps and no answer."""


def seat_exactly(
    sizes: Sequence[int],
    units: Sequence[Sequence[int]],
    agencies: Sequence[int],
    caps: Sequence[int],
    enemies: Sequence[frozenset[int]],
    steps: int,
) -> list[int] | None:
    """Return a table for each person: units whole, caps kept, enemies apart; None if there is no such seating.

    None as well when `steps` placings did not settle it; with a few dozen people they do.
    """
    bound = {p for unit in units for p in unit}
    blocks = [tuple(unit) for unit in units] + [(p,) for p in range(len(agencies)) if p not in bound]
    members = Counter(agencies)

    def tightness(block: tuple[int, ...]) -> tuple[int, int, int]:
        return (-len(block), -sum(len(enemies[p]) for p in block), -max(members[agencies[p]] for p in block))

    blocks.sort(key=lambda block: (tightness(block), agencies[block[0]], block))
    at: list[list[int]] = [[] for _ in sizes]
    left = steps

    def fits(block: tuple[int, ...], table: int) -> bool:
        seated = at[table]
        if len(seated) + len(block) > sizes[table]:
            return False
        if any(enemies[p] and not enemies[p].isdisjoint(seated) for p in block):
            return False
        count = Counter(agencies[p] for p in seated)
        count.update(agencies[p] for p in block)
        return all(count[agencies[p]] <= caps[agencies[p]] for p in block)

    def place(position: int) -> bool:
        nonlocal left
        if position == len(blocks):
            return True
        block = blocks[position]
        tried = set()
        order = sorted(range(len(sizes)), key=lambda table: (len(at[table]) - sizes[table], table))
        for table in order:
            alike = (sizes[table], tuple(at[table]))
            if alike in tried or not fits(block, table):
                continue
            tried.add(alike)
            left -= 1
            if left < 0:
                raise _GivenUp
            at[table].extend(block)
            if place(position + 1):
                return True
            del at[table][-len(block) :]
        return False

    try:
        if not place(0):
            return None
    except _GivenUp:
        return None
    return [next(t for t, seated in enumerate(at) if p in seated) for p in range(len(agencies))]
