"""What a programme report says, worked out from plain rows. Pure, no database.

People and attendances are two counts and never mixed: somebody who came three times is one person and three
attendances. A person counts once, on the day on which they were first trained, in the format they were trained in.
Whoever reads a report sees the same tables: groups of fewer than five are hidden, together with what would give
them away by subtraction (evaluation.suppression). All tables about the same people are hidden in one go, every
quarter's and the whole programme's, so no two of them can be subtracted from each other either.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evaluation.suppression import ALL, Table, publish
from reports.periods import month_of, month_words, quarter_of

NOT_GIVEN = "Not given"
PEOPLE_KEYS = ("sector", "area", "agency", "month", "quarter", "format", "certified", "passed_on")
PEOPLE_TABLES = (
    ("sector", "quarter"),
    ("area", "quarter"),
    ("month", "quarter"),
    ("format", "quarter"),
    ("agency",),
    ("certified",),
    ("passed_on",),
)
ATTENDANCE_KEYS = ("sector", "area", "month", "quarter", "format")
ATTENDANCE_TABLES = PEOPLE_TABLES[:4]


class Format(StrEnum):
    FACE_TO_FACE = "Face to face"
    LIVE_ONLINE = "Live online"
    E_LEARNING = "E-learning"


@dataclass(frozen=True)
class Place:
    """Where somebody works, in words."""

    sector: str = NOT_GIVEN
    agency: str = NOT_GIVEN
    area: str = NOT_GIVEN


@dataclass(frozen=True, slots=True)
class Presence:
    """One person at one session. `person` is equal for the same person."""

    person: Hashable
    on: date
    format: Format


@dataclass(frozen=True, slots=True)
class Completion:
    """One person's certificate for a course of the programme."""

    person: Hashable
    on: date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was trained: came to a session, or completed the course by e-learning."""

    place: Place
    on: date
    format: Format
    sessions: int
    certified: bool
    passed_on: bool


def people_trained(
    presences: Iterable[Presence],
    completions: Iterable[Completion],
    places: Mapping[Hashable, Place],
    passed_on: set[Hashable],
) -> dict[Hashable, Person]:
    """Return everybody who was trained, each once.

    passed_on: people who have trained others; those who were never trained here are left out.
    """
    first: dict[Hashable, tuple[date, Format]] = {}
    sessions = Counter()
    certified = set()
    for presence in presences:
        sessions[presence.person] += 1
        if presence.person not in first or presence.on < first[presence.person][0]:
            first[presence.person] = presence.on, presence.format
    for completion in completions:
        certified.add(completion.person)
        if completion.person not in first:
            first[completion.person] = completion.on, Format.E_LEARNING
    nowhere = Place()
    return {
        person: Person(
            places.get(person, nowhere),
            on,
            format_,
            sessions[person],
            person in certified,
            person in passed_on,
        )
        for person, (on, format_) in first.items()
    }


@dataclass(frozen=True)
class Line:
    """One row of a table. None is a number that is hidden, or for `target` and `headcount` one that nobody gave."""

    label: str
    people: int | None
    attendances: int | None = None
    target: int | None = None
    headcount: int | None = None
    percent: float = 0  # of the longest bar

    @property
    def people_words(self) -> str:
        return "hidden" if self.people is None else f"{self.people:,}"

    @property
    def coverage(self) -> int | None:
        """Per cent of the headcount who were trained."""
        if self.people is None or not self.headcount:
            return None
        return round(100 * self.people / self.headcount)

    @property
    def target_percent(self) -> int | None:
        if self.people is None or not self.target:
            return None
        return round(100 * self.people / self.target)


@dataclass(frozen=True)
class Tables:
    """The published counts of a programme, ready to be read for one quarter or for all."""

    people: Mapping[tuple[str, ...], Table]
    attendances: Mapping[tuple[str, ...], Table]
    agency_attendances: Mapping[str, int]

    @property
    def quarters(self) -> list[str]:
        return sorted({*_quarters(self.people), *_quarters(self.attendances)})

    def trained(self, quarter: str | None = None) -> int | None:
        """People trained, each counted once."""
        return _at(self.people["sector", "quarter"], ALL, quarter)

    def attended(self, quarter: str | None = None) -> int | None:
        """Attendances: people times the sessions that they came to."""
        return _at(self.attendances["sector", "quarter"], ALL, quarter)

    def named(self, key: str) -> set[str]:
        """Return the groups that are shown for the whole programme."""
        table = self.people[key, "quarter"]
        return {value for value in table.values[0] if table[value, ALL] is not None}

    def share(self, key: str) -> tuple[int | None, int | None]:
        """Return how many are, and how many are not: `certified` or `passed_on`."""
        table = self.people[key,]
        yes, no = (table[value] if value in table.values[0] else 0 for value in (True, False))
        return yes, no

    def lines(
        self, key: str, quarter: str | None = None, *, targets: Mapping[str, int] | None = None
    ) -> list[Line]:
        """Return the rows of one table, most people first, months in their order; hidden ones at the end."""
        targets = targets or {}
        people, came = self.people[key, "quarter"], self.attendances[key, "quarter"]
        rows = []
        for value in dict.fromkeys([*people.values[0], *came.values[0], *targets]):
            count, visits = _at(people, value, quarter), _at(came, value, quarter)
            if count != 0 or visits != 0 or value in targets:
                rows.append((value, count, None if count is None else visits))
        words = month_words if key == "month" else str
        order = _by_value if key == "month" else _most_first
        return _with_bars(
            [
                Line(words(value), count, visits, targets.get(value) if not quarter else None)
                for value, count, visits in sorted(rows, key=order)
            ]
        )

    def agencies(self, headcounts: Mapping[str, int | None]) -> list[Line]:
        """Return one row an organisation, those that nobody came from but whose headcount is known left out."""
        table = self.people["agency",]
        rows = [
            (name, table[name], None if table[name] is None else self.agency_attendances.get(name, 0))
            for name in table.values[0]
        ]
        return _with_bars(
            [
                Line(name, count, visits, headcount=headcounts.get(name))
                for name, count, visits in sorted(rows, key=_most_first)
            ]
        )


def _quarters(published: Mapping[tuple[str, ...], Table]) -> tuple:
    return published["sector", "quarter"].values[1]


def _at(table: Table, value, quarter: str | None) -> int | None:
    """Return a cell; 0 for a group or quarter that the table does not know."""
    return table.cells.get((value, quarter or ALL), 0)


def _most_first(row) -> tuple:
    value, count, _ = row
    return count is None, -(count or 0), str(value)


def _by_value(row) -> str:
    return str(row[0])


def _with_bars(lines: list[Line]) -> list[Line]:
    longest = max((max(line.people or 0, line.target or 0) for line in lines), default=0)
    if not longest:
        return lines
    return [
        Line(
            line.label,
            line.people,
            line.attendances,
            line.target,
            line.headcount,
            100 * (line.people or 0) / longest,
        )
        for line in lines
    ]


def tables(people: Mapping[Hashable, Person], presences: Iterable[Presence]) -> Tables:
    """Return all tables of a report, hidden so that all of them together give nobody away."""
    counts: Counter = Counter()
    for person in people.values():
        place = person.place
        counts[
            place.sector, place.area, place.agency, month_of(person.on), quarter_of(person.on),
            person.format, person.certified, person.passed_on,
        ] += 1  # fmt: skip
    visits: Counter = Counter()
    by_agency: Counter = Counter()
    for presence in presences:
        place = people[presence.person].place
        by_agency[place.agency] += 1
        visits[
            place.sector, place.area, month_of(presence.on), quarter_of(presence.on), presence.format
        ] += 1  # fmt: skip
    return Tables(
        publish(counts, PEOPLE_KEYS, PEOPLE_TABLES),
        publish(visits, ATTENDANCE_KEYS, ATTENDANCE_TABLES),
        by_agency,
    )


@dataclass(frozen=True)
class Places:
    """How the places of sessions were used. Bookings and the register, not people."""

    sessions: int = 0
    places: int = 0
    booked: int = 0
    waiting: int = 0
    came: int = 0
    absent: int = 0
    excused: int = 0
    upcoming: int = 0  # of `booked`, for sessions still to come

    @property
    def attendance_percent(self) -> int | None:
        """Of those booked for sessions that have begun."""
        due = self.booked - self.upcoming
        return round(100 * self.came / due) if due else None

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Return names and numbers as they stand in the report."""
        percent = (
            f" ({self.attendance_percent}% of those booked)" if self.attendance_percent is not None else ""
        )
        found = [
            ("Sessions", f"{self.sessions}"),
            ("Places", f"{self.places:,}"),
            ("Booked", f"{self.booked:,}"),
            ("On the waiting list", f"{self.waiting:,}"),
            ("Came", f"{self.came:,}{percent}"),
            ("Excused beforehand", f"{self.excused:,}"),
            ("Did not come", f"{self.absent:,}"),
        ]
        return [*found, ("Booked for sessions to come", f"{self.upcoming:,}")] if self.upcoming else found


@dataclass(frozen=True)
class Reached:
    """People whom the people trained went on to train, each counted once."""

    people: int | None
    by_format: list[Line]
    by_sector: list[Line]
    by_area: list[Line]
    sessions: int
    trainers: int

    @property
    def people_words(self) -> str:
        return "hidden" if self.people is None else f"{self.people:,}"


REACH_KEYS = ("sector", "area", "format")


def reach(counts: Mapping[tuple[str, str, str], int], sessions: int, trainers: int) -> Reached:
    """counts: (sector, area, format) -> people reached, each person once."""
    published = publish(counts, REACH_KEYS, [[key] for key in REACH_KEYS])

    def rows(key: str) -> list[Line]:
        table = published[key,]
        found = [(value, table[value], None) for value in table.values[0]]
        return _with_bars([Line(value, count) for value, count, _ in sorted(found, key=_most_first)])

    return Reached(
        published["format",].total, rows("format"), rows("sector"), rows("area"), sessions, trainers
    )


def pairs(
    rows: Iterable[tuple[Hashable, str, float]], first: str, second: str
) -> tuple[list[float], list[float]]:
    """Return the values of those who have both: rows of (who, stage, value)."""
    stages: dict[Hashable, dict[str, float]] = defaultdict(dict)
    for who, stage, value in rows:
        stages[who][stage] = value
    both = [found for found in stages.values() if first in found and second in found]
    return [found[first] for found in both], [found[second] for found in both]
