"""A reader who wants to know: works out from published tables what hidden cells can be."""

from collections.abc import Mapping
from itertools import product
from math import inf

from evaluation.suppression import ALL, Table

#: Cell: frozenset of (key, value); published count or None.
Published = Mapping[frozenset, int | None]


def everything_known(tables: Mapping[tuple, Table]) -> dict[frozenset, int | None]:
    """Put all tables side by side. A cell that one of them shows is known, whatever the others do."""
    known = {}
    for table in tables.values():
        for at, count in table.cells.items():
            cell = frozenset(
                (key, value) for key, value in zip(table.keys, at, strict=True) if value is not ALL
            )
            known[cell] = known.get(cell) if count is None else count
    return known


def sums(tables: Mapping[tuple, Table]) -> list[tuple[frozenset, list[frozenset]]]:
    """Return each (total, the cells that add up to it)."""
    found = {}
    for table in tables.values():
        groups = [(*values, ALL) for values in table.values]
        for at in product(*groups):
            for place, value in enumerate(at):
                if value is ALL:
                    named = [(key, v) for key, v in zip(table.keys, at, strict=True) if v is not ALL]
                    parent, key = frozenset(named), table.keys[place]
                    found[parent, key] = [frozenset([*named, (key, v)]) for v in table.values[place]]
    return [(parent, children) for (parent, _), children in found.items()]


def least_of(known: Published) -> dict[frozenset, int]:
    """A hidden cell holds somebody, as zeros show; unless every cell with one of its keys is hidden."""
    tells = {key for cell, count in known.items() if count is not None for key, _ in cell}
    return {cell: 1 if cell and {key for key, _ in cell} <= tells else 0 for cell in known}


def intervals(tables: Mapping[tuple, Table]) -> dict[frozenset, tuple[float, float]]:
    """Return the least and the most that each hidden cell can be: totals less what is sure, again and again."""
    known, lines = everything_known(tables), sums(tables)
    least = least_of(known)
    low = {cell: least[cell] if count is None else count for cell, count in known.items()}
    high = {cell: inf if count is None else count for cell, count in known.items()}
    changed = True
    while changed:
        changed = False
        for parent, children in lines:
            tightest = [(parent, sum(low[c] for c in children), sum(high[c] for c in children))]
            for child in children:
                rest = [c for c in children if c != child]
                tightest.append(
                    (
                        child,
                        low[parent] - sum(high[c] for c in rest),
                        high[parent] - sum(low[c] for c in rest),
                    )
                )
            for cell, at_least, at_most in tightest:
                if at_least > low[cell] or at_most < high[cell]:
                    low[cell], high[cell] = max(low[cell], at_least), min(high[cell], at_most)
                    changed = True
    return {cell: (low[cell], high[cell]) for cell, count in known.items() if count is None}


def rests(tables: Mapping[tuple, Table]) -> list[int]:
    """Return what is left of each published total when the published cells of any table are taken off."""
    known = everything_known(tables)
    found = []
    for parent, children in sums(tables):
        if known[parent] is not None and any(known[child] is None for child in children):
            found.append(known[parent] - sum(known[child] or 0 for child in children))
    return found


def spreads(total: int, cells: int):
    """Yield every way to put `total` people into so many cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in spreads(total - first, cells - 1):
            yield (first, *rest)


def possible_values(table: Table, total: int) -> dict[tuple, set[int]]:
    """Try every table with so many people: what can each hidden cell be, given all that is shown?"""
    rows, columns = table.values
    least = least_of(everything_known({table.keys: table}))
    found = {at: set() for at, count in table.cells.items() if count is None}
    places = list(product(rows, columns))
    for counts in spreads(total, len(places)):
        whole = dict(zip(places, counts, strict=True))
        for row in rows:
            whole[row, ALL] = sum(whole[row, column] for column in columns)
        for column in (*columns, ALL):
            whole[ALL, column] = sum(whole[row, column] for row in rows)
        if all(_fits(table, least, at, count) for at, count in whole.items()):
            for at, values in found.items():
                values.add(whole[at])
    return found


def _fits(table: Table, least: Mapping[frozenset, int], at: tuple, count: int) -> bool:
    shown = table.cells[at]
    if shown is not None:
        return shown == count
    cell = frozenset((key, v) for key, v in zip(table.keys, at, strict=True) if v is not ALL)
    return count >= least[cell]
