"""Make groups: who sits at which table, in one round or several. Pure: no database, no clock.

Wishes, the stronger first: people kept apart, the cap of people of one organisation at a table, people kept
together, few people who meet twice, a mix of sectors and organisations. The same seed gives the same tables,
whatever the order in which people come in.
"""

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

from attendance.bounds import lowest_repeats
from attendance.exact import seat_exactly
from attendance.searching import exchange_places, exchange_seats, exchange_units, search
from attendance.seating import Room, Seats
from attendance.starts import UNEVEN, empty_places, regular_start
from attendance.table_words import unmet
from attendance.wishes import Groups, Person, Wishes, neighbours

TRIES, TRIES_A_PAIR = 30_000, 200  # exchanges weighed in one search: at most, and for each two people
STARTS, STARTS_PEOPLE = (
    (3, 10),
    400,
)  # when the first does not reach the fewest repeats: people × starts, within limits
#: Further starts, and how much longer each, when there are more repeats than so many times the fewest.
MORE, MORE_TRIES, NEAR = 6, 2, 1.1
STEPS = 40_000  # of the exact search, when the quick one leaves a wish broken


@dataclass(frozen=True)
class Plan:
    """rounds[round][table] are ids, in order; `unmet` says in words which wishes could not be kept.

    `repeats` counts pairings beyond the first of each pair, `fewest` is what no plan can go below.
    """

    seed: int
    rounds: tuple[tuple[tuple[str, ...], ...], ...]
    cap: int | None = None
    apart: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    unmet: tuple[str, ...] = ()
    repeats: int = 0
    fewest: int = 0


def make_tables(
    people: Collection[Person],
    *,
    tables: int | None = None,
    size: int | None = None,
    cap: int | None = None,
    apart: Groups = (),
    together: Groups = (),
    rounds: int = 1,
    seed: int,
) -> Plan:
    """Seat `people` at `tables` tables, or at as many as hold at most `size` each; sizes differ by at most one.

    cap: most people of one organisation at a table; an organisation with more people than fit is spread evenly.
    apart, together: groups of ids; ids of nobody present are passed over.
    Raises ValueError when neither or both of tables and size are given, or a number is below one.
    """
    numbers = [number for number in (tables, size, cap, rounds) if number is not None]
    if (tables is None) == (size is None) or min(numbers) < 1:
        raise ValueError("Give either tables or size; no number below one")
    people = sorted(people, key=lambda person: person.id)
    if not people:
        return Plan(seed, ((),) * rounds, cap)
    count = min(tables or -(-len(people) // size), len(people))
    wishes = Wishes(people, count, cap, apart, together)
    return plan_of(wishes, _best_room(wishes, rounds, seed).seats, seed)


def review(plan: Plan, people: Collection[Person]) -> Plan:
    """Return `plan` with what it leaves unmet and how often people meet again, after changes by hand."""
    people = sorted(people, key=lambda person: person.id)
    if not people:
        return plan
    count = max(len(tables) for tables in plan.rounds)
    wishes = Wishes(people, count, plan.cap, plan.apart, plan.together)
    return as_wished(plan, plan_of(wishes, seats_of(wishes, plan), plan.seed))


def as_wished(plan: Plan, changed: Plan) -> Plan:
    """`changed` with all wishes of `plan`, those for people who are not there included: they may come yet."""
    return replace(changed, apart=plan.apart, together=plan.together)


def seats_of(wishes: Wishes, plan: Plan) -> Seats:
    """Tables by number; -1 for people without a seat in a round."""
    seats = [[-1] * len(wishes.people) for _ in plan.rounds]
    for row, tables in zip(seats, plan.rounds, strict=True):
        for table, ids in enumerate(tables):
            for i in ids:
                if i in wishes.number:
                    row[wishes.number[i]] = table
    return seats


def plan_of(wishes: Wishes, seats: Seats, seed: int) -> Plan:
    """Describe `seats` in ids and words."""
    ids = [person.id for person in wishes.people]
    rounds = tuple(
        tuple(tuple(ids[p] for p, at in enumerate(row) if at == table) for table in range(wishes.tables))
        for row in seats
    )
    kept = [list(group) for group in wishes.together_pairs]
    return Plan(
        seed,
        rounds,
        wishes.cap,
        wishes.apart_ids,
        wishes.together_ids,
        unmet=tuple(unmet(wishes, seats)),
        repeats=_repeats(wishes, seats),
        fewest=lowest_repeats(wishes, len(seats), kept),
    )


def _repeats(wishes: Wishes, seats: Seats) -> int:
    met: Counter[tuple[int, int]] = Counter()
    for row in seats:
        for table in range(wishes.tables):
            met.update(combinations([p for p, at in enumerate(row) if at == table], 2))
    kin = set(wishes.together_pairs)
    return sum(times - 1 for pair, times in met.items() if pair not in kin)


# --- Making ----------------------------------------------------------------------------------------


def _best_room(wishes: Wishes, rounds: int, seed: int) -> Room:
    """The best of a few starts; a wish that the search leaves broken is tried exactly, then together gives way."""
    units = list(wishes.units)
    best = _try_starts(wishes, units, rounds, seed)
    if not (best.is_broken() or _parted(wishes, units, best)):
        return best
    exact = _exactly(wishes, units)
    if exact is None and _exactly(wishes, []) is not None:
        while units and exact is None:
            units.pop()
            exact = _exactly(wishes, units)
        best = _try_starts(wishes, units, rounds, seed)
        if not best.is_broken():
            return best
    if exact is None:
        return best
    return _from_exact(wishes, units, best, exact, seed)


def _exactly(wishes: Wishes, units: Sequence[Sequence[int]]) -> list[int] | None:
    return seat_exactly(wishes.sizes(), units, wishes.agencies, wishes.caps, wishes.enemies, STEPS)


def _parted(wishes: Wishes, units: Sequence[Sequence[int]], room: Room) -> bool:
    return any(
        room.seats[r][p] != room.seats[r][unit[0]] for unit in units for p in unit for r in range(room.rounds)
    )


def _try_starts(wishes: Wishes, units: Sequence[Sequence[int]], rounds: int, seed: int) -> Room:
    best: Room | None = None
    goal = lowest_repeats(wishes, rounds, units)
    few, many = STARTS
    usual = max(few, min(many, STARTS_PEOPLE // len(wishes.people)))
    for attempt in range(usual + MORE):
        if attempt == usual and (best.repeats <= NEAR * goal or units or wishes.apart_pairs):
            break  # near enough, or a bound that knows nothing of the wishes
        rng = random.Random(f"{seed}/{attempt}")  # noqa: S311 -- nothing secret hangs on who sits where
        longer = MORE_TRIES if attempt >= usual else 1
        room = _improve(_start(wishes, units, rounds, rng, attempt % 2 == 1), units, rng, goal, longer)
        if best is None or _rank(room) < _rank(best):
            best = room
        if best.repeats <= goal and not best.is_broken():
            break
    return best


def _rank(room: Room) -> tuple[int, int, int]:
    return room.broken_wishes(), room.repeats, room.sameness()


def _start(
    wishes: Wishes, units: Sequence[Sequence[int]], rounds: int, rng: random.Random, is_packed: bool
) -> Room:
    """A regular start by sector and organisation, so that their people spread; then those kept together meet."""
    everybody = len(wishes.people)
    places = _packed(wishes, rounds, rng) if is_packed else None
    if places is None:
        order = _by_sector(wishes, rng)
        regular = regular_start(everybody, wishes.tables, rounds, rng)
        places = {p: [row[place] for row in regular] for place, p in enumerate(order)}
    seats = [[places[p][number] for p in range(everybody)] for number in range(rounds)]
    pairs = [pair for unit in units for pair in combinations(unit, 2)]
    kin = neighbours(everybody, pairs)
    room = Room(
        seats, wishes.tables, wishes.agencies, wishes.sectors, caps=wishes.caps, apart=wishes.enemies, kin=kin
    )
    if units:
        _bring_together(wishes, room, units, rng)
    return room


def _by_sector(wishes: Wishes, rng: random.Random) -> list[int]:
    """People of one sector in a row, and in it those of one organisation."""
    sectors: dict[int, Counter[int]] = {}
    for agency, sector in zip(wishes.agencies, wishes.sectors, strict=True):
        sectors.setdefault(agency, Counter())[sector] += 1
    main = {agency: max(sorted(count), key=count.__getitem__) for agency, count in sectors.items()}
    everybody = range(len(wishes.people))
    sector_rank, agency_rank, rank = (rng.sample(everybody, len(everybody)) for _ in range(3))
    agencies, own = wishes.agencies, wishes.sectors
    return sorted(
        everybody, key=lambda p: (sector_rank[main[agencies[p]]], agency_rank[agencies[p]], own[p], rank[p])
    )


def _packed(wishes: Wishes, rounds: int, rng: random.Random) -> dict[int, list[int]] | None:
    """Person -> tables, from blocks of as many people as there are tables, with few organisations cut in two.

    People of one block never meet: an organisation in one block is spread as far as can be, whatever the round.
    None if no places of the blocks can stay empty so that all tables are as full as they should be.
    """
    blocks, people = _blocks(wishes, rng), len(wishes.people)
    is_whole = len(blocks) <= -(-people // wishes.tables)
    size = len(blocks) * wishes.tables if is_whole else people
    places = list(zip(*regular_start(size, wishes.tables, rounds, rng), strict=True))
    if not is_whole:  # some are cut in two
        flat = [p for block in blocks for p in block]
        return {p: list(place) for p, place in zip(flat, places, strict=True)}
    whole = [places[n : n + wishes.tables] for n in range(0, size, wishes.tables)]
    empty = empty_places(whole, [wishes.tables - len(block) for block in blocks], rng)
    if empty is None:
        return None
    found = {}
    for block, block_places, without in zip(blocks, whole, empty, strict=True):
        free = [place for place in block_places if place not in without]
        found |= {p: list(place) for p, place in zip(block, free, strict=True)}
    return found


def _blocks(wishes: Wishes, rng: random.Random) -> list[list[int]]:
    everybody = range(len(wishes.people))
    rank = rng.sample(everybody, len(everybody))
    members = [
        sorted((p for p in everybody if wishes.agencies[p] == agency), key=rank.__getitem__)
        for agency in range(len(wishes.caps))
    ]
    blocks: list[list[int]] = []
    for people in sorted(members, key=lambda people: (-len(people), rank[people[0]])):
        while len(people) >= wishes.tables:
            blocks.append([people.pop() for _ in range(wishes.tables)])
    for people in sorted(members, key=lambda people: -len(people)):
        free = [b for b in blocks if wishes.tables - len(b) >= len(people)]
        if free:
            max(free, key=len).extend(people)
        elif people:
            blocks.append(people)
    blocks.sort(key=lambda block: -len(block))
    for place in UNEVEN.get(wishes.tables, ()):
        if place < len(blocks):
            easiest = min(range(place, len(blocks)), key=lambda n: _must_part(wishes, blocks[n]))
            blocks.insert(place, blocks.pop(easiest))
    return blocks


def _must_part(wishes: Wishes, block: Sequence[int]) -> tuple[int, int]:
    """Pairs of a block who may not share a table; of two such blocks the fuller one is easier."""
    count = Counter(wishes.agencies[p] for p in block if wishes.caps[wishes.agencies[p]] == 1)
    return sum(comb(n, 2) for n in count.values()), -len(block)


def _bring_together(wishes: Wishes, room: Room, units: Sequence[Sequence[int]], rng: random.Random) -> None:
    """Give each unit a table in each round, the largest first, and let its people change with others there."""
    for number in range(room.rounds):
        settled: set[int] = set()
        for unit in sorted(units, key=lambda unit: (-len(unit), unit)):
            tables = rng.sample(range(room.tables), room.tables)
            free = {t: [p for p in sorted(room.at[number][t]) if p not in settled] for t in tables}
            fitting = [t for t in tables if len(free[t]) >= len(unit)]
            if not fitting:
                continue
            table = min(
                fitting, key=lambda t: _strain(wishes, unit, [p for p in room.at[number][t] if p in settled])
            )
            for p in unit:
                if room.seats[number][p] != table:
                    others = [q for q in free[table] if q not in unit and room.seats[number][q] == table]
                    room.swap(number, p, min(others, key=lambda q: room.mix_of_swap(number, p, q)))
            settled.update(unit)


def _strain(wishes: Wishes, unit: Sequence[int], beside: Sequence[int]) -> int:
    """How many wishes a unit would break beside those who are settled at a table."""
    count = Counter(wishes.agencies[p] for p in [*unit, *beside])
    over = sum(max(0, n - wishes.caps[agency]) for agency, n in count.items())
    return over + sum(q in wishes.enemies[p] for p in unit for q in beside)


def _improve(
    room: Room, units: Sequence[Sequence[int]], rng: random.Random, goal: int, longer: int = 1
) -> Room:
    bound = {p for unit in units for p in unit}
    single = [p for p in range(room.people) if p not in bound]
    exchange_places(room, single)
    exchange_units(room, units, single)
    if room.repeats > goal or room.is_broken():
        room = search(room, single, rng, goal, longer * min(TRIES, TRIES_A_PAIR * room.people**2))
        exchange_units(room, units, single)
    exchange_places(room, single)
    exchange_seats(room, single)
    return room


def _from_exact(
    wishes: Wishes, units: Sequence[Sequence[int]], room: Room, exact: Sequence[int], seed: int
) -> Room:
    """Take the exact seating for every round that breaks a wish, and search on from there."""
    rng = random.Random(f"{seed}/exact")  # noqa: S311 -- as above
    kin = neighbours(room.people, [pair for unit in units for pair in combinations(unit, 2)])
    seats: Seats = []
    for number in range(room.rounds):
        is_whole = all(len({room.seats[number][p] for p in unit}) == 1 for unit in units)
        if is_whole and not any(room.is_breaking(number, p) for p in range(room.people)):
            seats.append(room.seats[number])
        else:
            seats.append(list(exact))
    fresh = Room(
        seats, wishes.tables, wishes.agencies, wishes.sectors, caps=wishes.caps, apart=wishes.enemies, kin=kin
    )
    return _improve(fresh, units, rng, lowest_repeats(wishes, room.rounds, units))
