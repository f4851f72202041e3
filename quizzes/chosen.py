"""Which attempts an analysis counts, and their marks, read in two queries however many there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models
from django.db.models import Count, F, Max, QuerySet, Sum, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce, RowNumber

from quizzes.models import Attempt, Quiz, Response

#: Marks are kept to six places: as whole numbers of this part sums are exact.
MICRO = 1_000_000
#: Width of a score band, per cent.
BAND = 5
#: Between answers; JSON and numbers never hold it.
SEPARATOR = "\x1e"


class Which(models.TextChoices):
    """Which attempt of each learner counts. Only the first was made without having seen the questions."""

    FIRST = "first", "First attempt of each person"
    BEST = "best", "Best attempt of each person"
    LAST = "last", "Last attempt of each person"
    ALL = "all", "All attempts"


ORDERS = {
    Which.FIRST: ["submitted_at", "pk"],
    Which.BEST: ["-score", "submitted_at", "pk"],
    Which.LAST: ["-submitted_at", "-pk"],
}


def chosen_attempts(quiz: Quiz, which: str = Which.FIRST) -> QuerySet[Attempt]:
    """Return the marked attempts that count, those that are void or open left out."""
    rows = Attempt.objects.finished().filter(quiz=quiz).order_by()
    if which == Which.ALL:
        return rows
    place = Window(RowNumber(), partition_by=F("enrolment__learner"), order_by=ORDERS[which])
    return rows.annotate(place=place).filter(place=1)


def signature(attempts: QuerySet[Attempt]) -> tuple:
    """Return what changes when an attempt comes, goes, or is marked again; one query."""
    pks = Attempt.objects.filter(pk__in=attempts.values("pk")).order_by()
    return tuple(
        pks.aggregate(
            Count("pk", distinct=True), Max("submitted_at"), Sum("score"), Max("score_changes__pk")
        ).values()
    )


class Given(NamedTuple):
    """One answer as marked. marks and possible: in MICRO.  answer: JSON text, empty when blank."""

    version: int
    position: int
    marks: int
    possible: int
    answer: str

    @property
    def is_right(self) -> bool:
        return self.marks >= self.possible


@dataclass
class Held:
    """The answers to a question, alike ones counted.

    by_score: (answer, marks in all, possible in all, attempts).  by_sector: (answer, sector, score band, attempts);
    sectors are primary keys, None where the learner gave none.
    """

    by_score: list[tuple[Given, int, int, int]] = field(default_factory=list)
    by_sector: list[tuple[Given, int | None, int, int]] = field(default_factory=list)

    @property
    def n(self) -> int:
        return sum(count for *_, count in self.by_score)


@dataclass(frozen=True)
class Marks:
    """The marks of the attempts that count. scores: (marks in all, possible in all) -> attempts, in MICRO."""

    scores: Counter[tuple[int, int]]
    versions: dict[int, Held]

    @property
    def n(self) -> int:
        return self.scores.total()


class Joined(models.Aggregate):
    """Texts of a group as one. Answers come by the hundred thousand; a row for each took twice the time."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, char(30))"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            function="STRING_AGG",
            template="%(function)s(%(expressions)s, chr(30))",
            **context,
        )


class Fields(models.Func):
    """Values as one text with a space between them."""

    template = "%(expressions)s"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def read_marks(attempts: QuerySet[Attempt]) -> Marks:
    """Read the answers of `attempts`, those set aside by a correction left out."""
    sectors = dict(
        Attempt.objects.filter(pk__in=attempts.values("pk"))
        .order_by()
        .values_list("pk", "enrolment__learner__sector")
    )
    answer = Coalesce(Cast("answer", TextField()), Value(""))
    rows = (
        Response.objects.filter(attempt__in=attempts.values("pk"), credit="", marks_possible__gt=0)
        .exclude(marks_awarded=None)
        .order_by()
        .values_list("attempt_id")
        .annotate(answers=Joined(Fields("version_id", "position", "marks_awarded", "marks_possible", answer)))
    )
    return _count(rows.iterator(chunk_size=500), sectors)


def score_band(total: int, possible: int) -> int:
    """Return which band a score falls into; people of one band count as equally able."""
    return 100 * total // (possible * BAND)


def _count(rows: Iterable[tuple[int, str]], sectors: dict[int, int | None]) -> Marks:
    """Each distinct answer and each distinct score is looked at once, however many attempts have it."""
    known, scores = _Known(), Counter()
    by_score, by_sector = defaultdict(Counter), defaultdict(Counter)
    for attempt_id, text in rows:
        answers = [known[answer] for answer in text.split(SEPARATOR)]
        score = (sum(map(known.marks.__getitem__, answers)), sum(map(known.possible.__getitem__, answers)))
        scores[score] += 1
        by_score[score].update(answers)
        by_sector[sectors.get(attempt_id), score_band(*score)].update(answers)
    versions = defaultdict(Held)
    for (total, possible), counted in by_score.items():
        for answer, count in counted.items():
            given = known.given[answer]
            versions[given.version].by_score.append((given, total, possible, count))
    for (sector, band), counted in by_sector.items():
        for answer, count in counted.items():
            given = known.given[answer]
            versions[given.version].by_sector.append((given, sector, band, count))
    return Marks(scores, dict(versions))


class _Known(dict):
    """Answer as read -> its number, in the order of meeting."""

    def __init__(self):
        super().__init__()
        self.given: list[Given] = []
        self.marks: list[int] = []
        self.possible: list[int] = []

    def __missing__(self, text: str) -> int:
        version, position, marks, possible, answer = text.split(" ", 4)
        answer = "" if answer == "null" else answer
        given = Given(
            int(version), int(position), round(float(marks) * MICRO), round(float(possible) * MICRO), answer
        )
        self.given.append(given)
        self.marks.append(given.marks)
        self.possible.append(given.possible)
        self[text] = len(self.given) - 1
        return self[text]
