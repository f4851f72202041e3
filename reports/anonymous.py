"""A list of people without names, in which nobody stands in a group of fewer than five. Pure, no database.

Each row says sector, area and month of somebody's training as exactly as at least four other rows allow: first the
month gives way to the quarter, then to nothing, then the area, last the sector. Groups that the report's tables hide
are blank here too. Where the last few of a sector would stand alone, its smallest group is told less exactly with
them.

Source: Sweeney 2002, “Achieving k-anonymity privacy protection using generalization and suppression”.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.suppression import LEAST
from reports.figures import Person, Tables
from reports.periods import month_of, month_words, quarter_of, quarter_words

BLANK = ""
MANY_SESSIONS = 3
#: Sector, area, period: the combination of which at least five people are alike.
Key = tuple[str, str, str]
NOTHING: Key = (BLANK, BLANK, BLANK)
BY_SECTOR = 3  # from this way of telling on, exacter groups make up for what is missing


@dataclass(frozen=True, slots=True)
class Entry:
    """One person, as exactly as may be said."""

    sector: str
    area: str
    period: str
    sessions: str
    certified: bool


def entries(people: Iterable[Person], tables: Tables) -> list[Entry]:
    """Return one entry a person, in alphabetical order; empty when they are too few altogether."""
    people = list(people)
    if len(people) < LEAST:
        return []
    sectors, areas, months = (tables.named(key) for key in ("sector", "area", "month"))
    keys = recode([_ways(person, sectors, areas, months) for person in people])
    made = [
        Entry(*key, _sessions(person.sessions), person.certified)
        for key, person in zip(keys, people, strict=True)
    ]
    return sorted(
        made, key=lambda e: (*(part or "~" for part in (e.sector, e.area, e.period)), e.sessions, e.certified)
    )


def _ways(person: Person, sectors: set[str], areas: set[str], months: set[str]) -> list[Key]:
    """Return the ways to tell of a person, the most exact first; the last tells nothing."""
    sector = person.place.sector if person.place.sector in sectors else BLANK
    area = person.place.area if person.place.area in areas else BLANK
    month, quarter = month_of(person.on), quarter_words(quarter_of(person.on))
    exact = (sector, area, month_words(month) if month in months else BLANK)
    return [exact, (sector, area, quarter), (sector, area, BLANK), (sector, BLANK, BLANK), NOTHING]


def _sessions(count: int) -> str:
    return str(count) if count < MANY_SESSIONS else f"{MANY_SESSIONS} or more"


def recode(ways: Sequence[Sequence[Key]]) -> list[Key]:
    """Return one of each person's `ways`, so that five people at least have each; there are at least five."""
    at: dict[int, int] = {}  # person -> number of the way they are told by
    for level in range(len(ways[0])):
        waiting = defaultdict(list)
        for person in range(len(ways)):
            if person not in at:
                waiting[ways[person][level]].append(person)
        for key, persons in sorted(waiting.items()):
            if level >= BY_SECTOR:
                persons += _joining(ways, at, level, key, LEAST - len(persons))
            if len(persons) >= LEAST:
                at |= dict.fromkeys(persons, level)
    return [way[at[person]] for person, way in enumerate(ways)]


def _joining(ways, at: dict[int, int], level: int, key: Key, missing: int) -> list[int]:
    """Return people told more exactly who make up for `missing` ones: whole groups, the smallest first."""
    groups = defaultdict(list)
    for person, told in at.items():
        if told < level and ways[person][level] == key:
            groups[ways[person][told]].append(person)
    found: list[int] = []
    for _, persons in sorted(groups.items(), key=lambda group: (len(group[1]), group[0])):
        if len(found) >= missing:
            break
        found += persons
    return found
