"""A group's table: who is where. Words, filters and sorting; pure, no database."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from cohorts.columns import CERTIFICATE

NONE_GIVEN = "Not given"
MIX_SHOWN = 12  # lines of a mix
NOT_STARTED, IN_PROGRESS, PASSED, NOT_PASSED = "Not started", "In progress", "Passed", "Not passed yet"


@dataclass(frozen=True)
class Row:
    """One member as the trainer sees them: never answers, never a score.

    extra: column name -> date, words or None, for every column of the apps above, in their order.
    """

    member_id: int
    name: str
    organisation: str
    sector: str
    modules_completed: int
    modules_total: int
    quiz: str
    joined_on: date
    has_left_course: bool = False
    extra: Mapping[str, date | str | None] = field(default_factory=dict)

    @property
    def is_certified(self) -> bool:
        return bool(self.extra.get(CERTIFICATE))

    @property
    def modules_text(self) -> str:
        return f"{self.modules_completed} of {self.modules_total}"

    @property
    def modules_percent(self) -> int:
        return 100 * self.modules_completed // self.modules_total if self.modules_total else 0

    @property
    def has_started(self) -> bool:
        return self.modules_completed > 0 or self.quiz != NOT_STARTED


STATUSES = {
    "not-started": ("Not started", lambda row: not row.has_started),
    "under-way": ("Under way", lambda row: row.has_started and row.quiz != PASSED),
    "quiz-not-passed": ("Quiz not passed yet", lambda row: row.quiz == NOT_PASSED),
    "quiz-passed": ("Quiz passed", lambda row: row.quiz == PASSED),
    "certified": ("Has a certificate", lambda row: row.is_certified),
    "not-certified": ("No certificate yet", lambda row: not row.is_certified),
}

_QUIZ_ORDER = {word: place for place, word in enumerate((NOT_STARTED, IN_PROGRESS, NOT_PASSED, PASSED))}
SORTS = {
    "name": ("Name", lambda row: ()),
    "organisation": ("Organisation", lambda row: folded(row.organisation)),
    "sector": ("Sector", lambda row: folded(row.sector)),
    "least": ("Fewest modules first", lambda row: row.modules_completed),
    "most": ("Most modules first", lambda row: -row.modules_completed),
    "quiz": ("Quiz", lambda row: _QUIZ_ORDER[row.quiz]),
    "certificate": ("Certificate", lambda row: not row.is_certified),
    "joined": ("Newest first", lambda row: -row.joined_on.toordinal()),
}


def folded(text: str) -> str:
    """Return `text` without letter case and accents, so that a search for “chloe” finds Chloë."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char)).casefold()


@dataclass(frozen=True)
class Selection:
    """What the trainer asked to see: status is one of STATUSES or empty, sort one of SORTS."""

    name: str = ""
    organisation: str = ""
    status: str = ""
    sort: str = "name"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.name or self.organisation or self.status)

    def apply(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows asked for, in the order asked for; equals stand by name."""
        if self.name:
            wanted = folded(self.name)
            rows = (row for row in rows if wanted in folded(row.name))
        if self.organisation:
            rows = (row for row in rows if row.organisation == self.organisation)
        if self.status:
            rows = filter(STATUSES[self.status][1], rows)
        key = SORTS[self.sort][1]
        return sorted(rows, key=lambda row: (key(row), folded(row.name), row.member_id))


@dataclass(frozen=True)
class Summary:
    """The group in numbers. `organisations` and `sectors`: (name, people), largest first."""

    people: int
    not_started: int
    passed: int
    certified: int
    organisations: list[tuple[str, int]]
    sectors: list[tuple[str, int]]


def mix(words: Iterable[str]) -> list[tuple[str, int]]:
    """Return how often each word comes, most first; what is beyond a screenful is counted as one line."""
    counted = sorted(Counter(words).items(), key=lambda pair: (-pair[1], folded(pair[0])))
    if len(counted) <= MIX_SHOWN:
        return counted
    rest = counted[MIX_SHOWN - 1 :]
    return [*counted[: MIX_SHOWN - 1], (f"{len(rest)} others", sum(people for _, people in rest))]


def summarise(rows: list[Row]) -> Summary:
    return Summary(
        people=len(rows),
        not_started=sum(not row.has_started for row in rows),
        passed=sum(row.quiz == PASSED for row in rows),
        certified=sum(row.is_certified for row in rows),
        organisations=mix(row.organisation for row in rows),
        sectors=mix(row.sector for row in rows),
    )
