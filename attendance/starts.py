"""Regular starts: seatings of several rounds in which few people meet twice, by arithmetic alone."""

import random
from collections.abc import Callable, Sequence
from itertools import combinations

Place = tuple[int, ...]  # the tables of one place in each round, from 0
#: Tables -> blocks, from 0, in which people may meet all the same (see _six_tables).
UNEVEN = {6: (4, 5)}
STEPS = 3_000  # of the search for places to leave empty


def regular_start(people: int, tables: int, rounds: int, rng: random.Random) -> list[list[int]]:
    """Seat people 0, 1, 2 … so that few meet twice: seats[round][person].

    People come in blocks of as many as there are tables. A block fills every table once in each round: those of
    one block never meet, and those of two blocks meet as seldom as the arithmetic below allows.
    """
    if rounds == 3 and tables == 10:
        square = _ten_tables()
        places = [square[p % len(square)] for p in range(people)]
    elif rounds == 3 and tables == 6 and people > 30:
        places = _six_tables(people)
    else:
        places = _shifted(people, tables, rounds, rng)
    return [list(row) for row in zip(*places, strict=True)]


def _shifted(people: int, tables: int, rounds: int, rng: random.Random) -> list[Place]:
    """Each block the one before, moved on from round to round by a step of its own."""
    shift, add = _steps(tables, rounds, -(-people // tables), rng)
    return [tuple(add(p % tables, step) for step in shift[p // tables % len(shift)]) for p in range(people)]


def _steps(
    tables: int, rounds: int, blocks: int, rng: random.Random
) -> tuple[list[list[int]], Callable[[int, int], int]]:
    """Return each block's steps over the rounds, and how a step is added to a place.

    Two blocks meet twice where the difference of their steps is the same in two rounds. With tables = 2^m × odd,
    the tables are pairs of a field of 2^m elements and the whole numbers modulo odd, and steps are multiples of the
    block's number by factors whose differences can be divided by: then no difference comes twice. This gives as
    many rounds as min(2^m, smallest prime factor of odd). Three rounds with 2 × odd tables are one block short
    of perfect (a near-orthomorphism: double the number, and one more in the second half). Otherwise steps are tried.
    """
    two = tables & -tables
    odd = tables // two
    most = min([n for n in (two, _smallest_factor(odd)) if n > 1], default=1)

    def add(place: int, step: int) -> int:
        return (place // odd ^ step // odd) * odd + (place + step) % odd

    def turn(place: int, step: int) -> int:
        return (place + step) % tables

    if tables == 1 or rounds <= most:
        factors = range(rounds) if tables > 1 else [0] * rounds
        shift = [
            [_times(factor, block // odd, two) * odd + factor * (block % odd) % odd for factor in factors]
            for block in range(tables)
        ]
        return shift, add
    if rounds == 3 and two == 2:
        return [[0, b, (2 * b + (b >= odd)) % tables] for b in range(tables)], turn
    return _tried_steps(tables, rounds, min(blocks, tables), rng), turn


def _smallest_factor(odd: int) -> int:
    return next((f for f in range(3, odd + 1, 2) if odd % f == 0), 1)


def _times(a: int, b: int, size: int) -> int:
    """Multiply in the field of `size` elements, a power of two up to 128, by its usual polynomial."""
    polynomial = {1: 2, 2: 3, 4: 7, 8: 11, 16: 19, 32: 37, 64: 67, 128: 131}[size]
    result = 0
    while b:
        if b & 1:
            result ^= a
        b >>= 1
        a <<= 1
        if a & size:
            a ^= polynomial
    return result


def _tried_steps(tables: int, rounds: int, blocks: int, rng: random.Random) -> list[list[int]]:
    """Steps by trial: for each block the best of some random ones beside those that stand."""
    found = [[0] * rounds]
    while len(found) < blocks:
        options = [[0] + [rng.randrange(tables) for _ in range(rounds - 1)] for _ in range(200)]
        found.append(min(options, key=lambda option: sum(_same(option, other, tables) for other in found)))
    return found


def _same(one: Sequence[int], other: Sequence[int], tables: int) -> int:
    return len(one) - len({(a - b) % tables for a, b in zip(one, other, strict=True)})


def empty_places(
    blocks: Sequence[Sequence[Place]], empty: Sequence[int], rng: random.Random
) -> list[set[Place]] | None:
    """Choose so many places of each block that no table is chosen twice in a round; None if none was found."""
    left = STEPS
    used: list[set[int]] = [set() for _ in blocks[0][0]]
    chosen: list[set[Place]] = [set() for _ in blocks]
    wanted = [n for n, count in enumerate(empty) for _ in range(count)]
    orders = [rng.sample(list(block), len(block)) for block in blocks]

    def choose(number: int) -> bool:
        nonlocal left
        if number == len(wanted):
            return True
        block = wanted[number]
        for place in orders[block]:
            left -= 1
            if left < 0:
                return False
            if not any(table in row for table, row in zip(place, used, strict=True)):
                chosen[block].add(place)
                for table, row in zip(place, used, strict=True):
                    row.add(table)
                if choose(number + 1):
                    return True
                chosen[block].discard(place)
                for table, row in zip(place, used, strict=True):
                    row.discard(table)
        return False

    return chosen if choose(0) else None


# --- Where steps fall short ----------------------------------------------------------------------


def _ten_tables() -> list[Place]:
    """A hundred places in ten blocks of ten: two orthogonal Latin squares of order ten.

    The construction for 3m + 1 with m = 3 of Bose, Shrikhande and Parker (1960); 7, 8 and 9 are its extra symbols.
    """
    four = [(i, i, i, i) for i in range(7)]
    for i in range(7):
        same, extra = [i] * 3, [7, 8, 9]
        up, down = [(i + k) % 7 for k in (1, 2, 3)], [(i - k) % 7 for k in (1, 2, 3)]
        rows = (
            (same, up, down, extra),
            (up, same, extra, down),
            (down, extra, same, up),
            (extra, down, up, same),
        )
        four += zip(*([x for part in row for x in part] for row in rows), strict=True)
    four += [(7 + a, 7 + b, 7 + (a + b) % 3, 7 + (a + 2 * b) % 3) for a in range(3) for b in range(3)]
    return [place[:3] for place in sorted(four, key=lambda place: place[3])]


#: A Latin square of order six, and four ways to take one place of each row, column and symbol of it.
SIX = ("152034", "423105", "301452", "245310", "510243", "034521")
SIX_BLOCKS = ("201453", "310245", "452130", "534021")


def _six_tables(people: int) -> list[Place]:
    """No two orthogonal squares of order six exist; one square with four disjoint transversals comes close.

    What is left over after whole squares and blocks are those of the twelve other places that fill tables evenly.
    Exactly six of them cannot: the last of these sit at the third round's tables that are free.
    """
    blocks = [[(row, int(column)) for row, column in enumerate(block)] for block in SIX_BLOCKS]
    used = [cell for block in blocks for cell in block]
    rest = [(row, column) for row in range(6) for column in range(6) if (row, column) not in used]
    square = [(row, column, int(SIX[row][column])) for row, column in used + rest]
    over = people % 36
    if over <= 24:
        return [square[p % 36] for p in range(people)]
    whole = square * (people // 36) + square[:24]
    if over != 30:
        choice = next(c for c in combinations(square[24:], over - 24) if _is_even(c))
        return whole + list(choice)
    five = next(c for c in combinations(square[24:], 5) if _is_even(c))
    return (
        whole + list(five) + [tuple((set(range(6)) - {place[r] for place in five}).pop() for r in range(3))]
    )


def _is_even(places: Sequence[Place]) -> bool:
    """Whether in every round the tables get as many people, or one more."""
    counts = [[column.count(table) for table in range(6)] for column in zip(*places, strict=True)]
    return all(max(row) - min(row) <= 1 for row in counts)
