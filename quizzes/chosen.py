"""Which attempts an analysis counts, and their marks, read in two queries however many there are."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models
from django.db.models import Count, F, Max, QuerySet, Sum, TextField, Window
from django.db.models.functions import Cast, Coalesce, RowNumber

from quizzes.models import Attempt, Quiz, Response

#: Marks are kept to six places: as whole numbers of this part sums are exact.
MICRO = 1_000_000
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
    def share(self) -> float:
        return self.marks / self.possible

    @property
    def is_right(self) -> bool:
        return self.marks >= self.possible


@dataclass
class Held:
    """The answers to one version: places of the attempts in `Marks`, and what was given there."""

    attempts: array = field(default_factory=lambda: array("l"))
    given: list[Given] = field(default_factory=list)


@dataclass
class Marks:
    """The marks of the attempts that count, each with a place of its own from 0.

    sectors: primary keys, None where the learner gave none.  totals and possible: in MICRO.
    """

    sectors: list[int | None] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    possible: list[int] = field(default_factory=list)
    versions: dict[int, Held] = field(default_factory=lambda: defaultdict(Held))

    def percent(self, place: int) -> float:
        return 100 * self.totals[place] / self.possible[place]


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
        Attempt.objects.filter(pk__in=attempts.values("pk")).order_by().values_list("pk", "enrolment__learner__sector")
    )
    words = Fields(
        *(Cast(name, TextField()) for name in ("version_id", "position", "marks_awarded", "marks_possible")),
        Coalesce(Cast("answer", TextField()), models.Value("")),
    )
    rows = (
        Response.objects.filter(attempt__in=attempts.values("pk"), credit="", marks_possible__gt=0)
        .exclude(marks_awarded=None)
        .order_by()
        .values_list("attempt_id")
        .annotate(answers=Joined(words))
    )
    return _taken_apart(rows.iterator(chunk_size=500), sectors)


def _taken_apart(rows: Iterable[tuple[int, str]], sectors: dict[int, int | None]) -> Marks:
    marks, known = Marks(), {}
    for place, (attempt_id, answers) in enumerate(rows):
        total = possible = 0
        for text in answers.split(SEPARATOR):
            given = known.get(text)
            if given is None:
                given = known[text] = _given(text)
            held = marks.versions[given.version]
            held.attempts.append(place)
            held.given.append(given)
            total += given.marks
            possible += given.possible
        marks.sectors.append(sectors.get(attempt_id))
        marks.totals.append(total)
        marks.possible.append(possible)
    return marks


def _given(text: str) -> Given:
    version, position, marks, possible, answer = text.split(" ", 4)
    answer = "" if answer == "null" else answer
    return Given(int(version), int(position), round(float(marks) * MICRO), round(float(possible) * MICRO), answer)
