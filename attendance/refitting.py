"""People come late or stay away: new tables in which as few as possible of those already seated move. Pure."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from attendance.grouping import Plan, as_wished, plan_of, seats_of
from attendance.searching import exchange_seats, search
from attendance.seating import Room
from attendance.wishes import Person, Wishes, neighbours

TRIES = 60_000  # exchanges weighed when a wish is broken


@dataclass(frozen=True)
class Move:
    """One person who stays changes tables in one round; rounds and tables from 1."""

    id: str
    round: int
    was: int
    becomes: int


@dataclass(frozen=True)
class Refit:
    plan: Plan
    moves: tuple[Move, ...]
    arrived: tuple[str, ...]
    left: tuple[str, ...]


def refit(plan: Plan, people: Collection[Person], *, first_round: int = 1) -> Refit:
    """Seat exactly `people`, at the same number of tables, from `first_round` on.

    Whoever must change tables does so because sizes would differ by more than one otherwise, or because a wish that
    can be kept would be broken; then it is the one whose change brings the fewest repeats and the best mix.
    Rounds before `first_round` are over: they stay as they are, less those who have left, and count for repeats.
    """
    people = sorted(people, key=lambda person: person.id)
    tables = max((len(row) for row in plan.rounds), default=0)
    before = {i for row in plan.rounds for table in row for i in table}
    now = {person.id for person in people}
    if not people or not tables:
        raise ValueError("There is nobody to seat, or no table.")
    wishes = Wishes(people, tables, plan.cap, plan.apart, plan.together)
    home = seats_of(wishes, plan)
    rng = random.Random(f"{plan.seed}/refit")  # noqa: S311 -- nothing secret hangs on who sits where
    seats = [
        list(row) if number < first_round - 1 else _fill(row, tables, rng) for number, row in enumerate(home)
    ]
    room = _settle(wishes, seats, home, first_round - 1, rng)
    moves = [
        Move(people[p].id, number + 1, home[number][p] + 1, row[p] + 1)
        for number, row in enumerate(room.seats)
        for p in range(len(people))
        if 0 <= home[number][p] != row[p]
    ]
    fresh = as_wished(plan, plan_of(wishes, room.seats, plan.seed))
    return Refit(fresh, tuple(moves), tuple(sorted(now - before)), tuple(sorted(before - now)))


def _fill(row: Sequence[int], tables: int, rng: random.Random) -> list[int]:
    """Give a table to those who have none, and take from tables that are too large: the fewest changes for size.

    Tables that are largest already get the one person more, where the number does not divide.
    """
    seated = [[p for p, at in enumerate(row) if at == table] for table in range(tables)]
    few, more = divmod(len(row), tables)
    largest = sorted(range(tables), key=lambda table: (-len(seated[table]), table))
    goal = dict.fromkeys(range(tables), few) | dict.fromkeys(largest[:more], few + 1)
    waiting = [p for p, at in enumerate(row) if at < 0]
    for table in range(tables):
        while len(seated[table]) > goal[table]:
            waiting.append(seated[table].pop(rng.randrange(len(seated[table]))))
    for table in range(tables):
        while len(seated[table]) < goal[table]:
            seated[table].append(waiting.pop())
    found = [0] * len(row)
    for table, members in enumerate(seated):
        for p in members:
            found[p] = table
    return found


def _settle(
    wishes: Wishes, seats: list[list[int]], home: list[list[int]], first: int, rng: random.Random
) -> Room:
    """Choose by exchanges who moves; broken wishes are searched for."""
    whole = [
        unit for unit in wishes.units if all(row[p] == row[unit[0]] for row in seats[first:] for p in unit)
    ]
    kin = neighbours(len(wishes.people), [(unit[0], p) for unit in whole for p in unit[1:]])
    bound = {p for unit in whole for p in unit}
    single = [p for p in range(len(wishes.people)) if p not in bound]
    room = Room(
        seats,
        wishes.tables,
        wishes.agencies,
        wishes.sectors,
        caps=wishes.caps,
        apart=wishes.enemies,
        kin=kin,
        home=home,
        first=first,
    )
    if first >= len(seats):
        return room
    exchange_seats(room, single)
    if room.is_broken():
        room = search(room, single, rng, 0, TRIES)
        exchange_seats(room, single)
    return room
