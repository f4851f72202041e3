"""How a seating gets better: people exchange places or tables.

Everything is counted in exchanges tried, never in seconds: the same input gives the same tables on any machine.
"""

import random
from collections.abc import Collection, Sequence
from itertools import combinations

from attendance.seating import REPEAT, Room

TRIES = 150_000  # exchanges weighed in a search for fewer repeats
SWEEPS = 6  # times that everybody is compared with everybody


def exchange_places(room: Room, people: Sequence[int], sweeps: int = SWEEPS) -> None:
    """Let two people change their places in all rounds wherever that mixes better; repeats stay as they are."""
    rounds = range(room.first, room.rounds)
    kind = list(zip(room.agencies, room.sectors, (bool(x) for x in room.apart), strict=True))
    for _ in range(sweeps):
        better = False
        for p, q in combinations(people, 2):
            if kind[p] == kind[q] and not kind[p][2] and room.home is None:
                continue
            differ = [r for r in rounds if room.seats[r][p] != room.seats[r][q]]
            if differ and sum(room.mix_of_swap(r, p, q) for r in differ) < 0:
                for number in differ:
                    room.swap(number, p, q)
                better = True
        if not better:
            return


def exchange_seats(room: Room, people: Sequence[int], sweeps: int = SWEEPS) -> None:
    """Let two people change tables in one round wherever that is better on the whole."""
    for _ in range(sweeps):
        better = False
        for number in range(room.first, room.rounds):
            row = room.seats[number]
            for p, q in combinations(people, 2):
                if row[p] != row[q]:
                    cost = room.mix_of_swap(number, p, q)
                    if cost + REPEAT * room.repeats_of_swap(number, p, q) < 0:
                        room.swap(number, p, q)
                        better = True
        if not better:
            return


def search(room: Room, people: Sequence[int], rng: random.Random, goal: int, tries: int = TRIES) -> Room:
    """Tabu search for fewer repeats and no broken wishes; stops at `goal` repeats. Returns the best room seen.

    Each step takes somebody who meets people again, or whose table breaks a wish, and makes their best exchange,
    even one for the worse; who has just left a table does not come back at once.
    """
    best, best_cost, cost = room.seats, 0, 0
    best = [list(row) for row in room.seats]
    until: dict[tuple[int, int, int], int] = {}
    step = 0
    rounds = range(room.first, room.rounds)
    troubled: list[tuple[int, int]] = []
    while tries > 0:
        step += 1
        number = rng.choice(rounds)
        row, known = room.seats[number], room.acquainted[number]
        troubled = [p for p in people if known[p][row[p]] or room.is_breaking(number, p)]
        if not troubled:
            if not any(
                room.acquainted[n][p][room.seats[n][p]] or room.is_breaking(n, p)
                for n in rounds
                for p in people
            ):
                break
            tries -= len(people)
            continue
        p = rng.choice(troubled)
        t = row[p]
        chosen, lowest = None, None
        for q in people:
            u = row[q]
            if u == t:
                continue
            change = room.mix_of_swap(number, p, q) + REPEAT * room.repeats_of_swap(number, p, q)
            if lowest is not None and change >= lowest:
                continue
            is_tabu = until.get((number, p, u), 0) > step or until.get((number, q, t), 0) > step
            if is_tabu and cost + change >= best_cost:
                continue
            chosen, lowest = q, change
        tries -= len(people)
        if chosen is None:
            continue
        u = row[chosen]
        room.swap(number, p, chosen)
        cost += lowest
        until[number, p, t] = step + 4 + rng.randrange(8)
        until[number, chosen, u] = step + 4 + rng.randrange(8)
        if cost < best_cost:
            best_cost, best = cost, [list(r) for r in room.seats]
            if room.repeats <= goal and not room.is_broken():
                break
    return room.reseated(best)


def exchange_units(room: Room, units: Sequence[Sequence[int]], single: Collection[int]) -> None:
    """Let people kept together change tables with as many others wherever that is better on the whole."""
    for number in range(room.first, room.rounds):
        for unit in units:
            if len({room.seats[number][p] for p in unit}) == 1:
                for table in range(room.tables):
                    _try_unit(room, number, unit, table, single)


def _try_unit(room: Room, number: int, unit: Sequence[int], table: int, single: Collection[int]) -> None:
    row = room.seats[number]
    others = [q for q in sorted(room.at[number][table]) if q in single]
    if row[unit[0]] == table or len(others) < len(unit):
        return
    total, done = 0, []
    for p in unit:
        costs = [
            (room.mix_of_swap(number, p, q) + REPEAT * room.repeats_of_swap(number, p, q), q) for q in others
        ]
        cost, chosen = min(costs)
        room.swap(number, p, chosen)
        others.remove(chosen)
        done.append((p, chosen))
        total += cost
    if total >= 0:
        for p, q in reversed(done):
            room.swap(number, p, q)
