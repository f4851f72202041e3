"""Tables in words: the mix of each, and which wishes could not be kept. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from attendance.wishes import Person, Wishes

NOT_KNOWN = "not given"


def mix(people: Sequence[Person]) -> str:
    """Say who sits at a table: “5 people, 4 organisations, 3 sectors: Health 2, Police 2, Charities 1”."""
    if not people:
        return "nobody"
    sectors = Counter(person.sector or NOT_KNOWN for person in people)
    parts = sorted(sectors.items(), key=lambda item: (item[0] == NOT_KNOWN, -item[1], item[0]))
    known = len(sectors) - (NOT_KNOWN in sectors)
    counts = [
        _count(len(people), "person", "people"),
        _count(len({person.agency for person in people if person.agency}), "organisation", "organisations"),
        _count(known, "sector", "sectors"),
    ]
    named = ", ".join(f"{name} {count}" for name, count in parts)
    return f"{', '.join(counts)}: {named}"


def unmet(wishes: Wishes, seats: Sequence[Sequence[int]]) -> list[str]:
    """Say which wishes `seats` leave broken, the gravest first; seats[round][person], -1 for nobody's."""
    return [
        *_not_apart(wishes, seats),
        *_over_the_cap(wishes, seats),
        *_not_together(wishes, seats),
        *_uneven(wishes, seats),
    ]


def _not_apart(wishes: Wishes, seats) -> Iterable[str]:
    for p, q in wishes.apart_pairs:
        where = [(number, row[p]) for number, row in enumerate(seats, 1) if row[p] == row[q] >= 0]
        if where:
            places = _and(f"round {number}, table {table + 1}" for number, table in where)
            yield f"{wishes.people[p]} and {wishes.people[q]} are not apart: {places}."


def _over_the_cap(wishes: Wishes, seats) -> Iterable[str]:
    if not wishes.cap:
        return
    members = Counter(wishes.agencies)
    for agency, people in sorted(members.items()):
        name = wishes.people[wishes.agencies.index(agency)].agency
        fit = wishes.cap * wishes.tables
        if people > fit:
            yield (
                f"{name} has {people} people, and {_count(wishes.tables, 'table', 'tables')} of at most {wishes.cap} "
                f"hold {fit}: they are spread as evenly as possible."
            )
        for number, row in enumerate(seats, 1):
            at = Counter(row[p] for p, other in enumerate(wishes.agencies) if other == agency and row[p] >= 0)
            for table, count in sorted(at.items()):
                if count > wishes.caps[agency]:
                    yield (
                        f"Round {number}, table {table + 1}: {count} people of {name}, "
                        f"more than the {wishes.cap} you chose."
                    )


def _not_together(wishes: Wishes, seats) -> Iterable[str]:
    for group in wishes.together_ids:
        members = [wishes.number[i] for i in group]
        apart = [
            str(number)
            for number, row in enumerate(seats, 1)
            if len({row[p] for p in members if row[p] >= 0}) > 1
        ]
        if apart:
            rounds = "" if len(apart) == len(seats) else f" in round {_and(apart)}"
            names = _and(str(wishes.people[p]) for p in members)
            yield f"{names} are not all together{rounds}: {_why_parted(wishes, members)}."


def _why_parted(wishes: Wishes, members: Sequence[int]) -> str:
    if len(members) > wishes.size:
        return f"a table holds {wishes.size}"
    if any(q in wishes.enemies[p] for p in members for q in members):
        return "some of them are to be kept apart"
    agency, count = Counter(wishes.agencies[p] for p in members).most_common(1)[0]
    if count > wishes.caps[agency]:
        name = wishes.people[wishes.agencies.index(agency)].agency
        return f"that would be {count} people of {name} at one table"
    return "it does not go with the other wishes"


def _uneven(wishes: Wishes, seats) -> Iterable[str]:
    """After changes by hand, or people who came late."""
    for number, row in enumerate(seats, 1):
        sizes = Counter(table for table in row if table >= 0)
        counts = [sizes[table] for table in range(wishes.tables)]
        if max(counts) - min(counts) > 1:
            yield f"Round {number}: tables have between {min(counts)} and {max(counts)} people."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _and(words: Iterable[str]) -> str:
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
