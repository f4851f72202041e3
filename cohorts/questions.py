"""How a group as a whole answered the questions of a quiz: for its trainers, who know everybody in it by name.

So a number may not give a person away. Nothing shows below TEN; up to thirty only about how many were right, in
tens; options only where several chose them. The first attempts count, in the order in which they were handed in
and in steps of FIVE, so that what one more person answered is never the difference between two looks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tablib

from cohorts.models import Cohort
from quizzes.analysis import ENOUGH, QuestionReport, report_on
from quizzes.answer_tables import SAME_WORDS, AnswerRow
from quizzes.chosen import chosen_attempts
from quizzes.flags import Flag
from quizzes.models import Attempt, Quiz, QuizKind
from trainingsite.lib.spreadsheets import safe_cell

TEN, FIVE = 10, 5
#: What a trainer can act on in the room; the rest of an analysis is the editors' business.
SORTS = {
    "question": ("Question", lambda row: row.code),
    "right": ("Right", lambda row: 101 if row.percent is None else row.percent),
}


@dataclass(frozen=True)
class Row:
    """One question. percent: rounded to tens below thirty people, None when too few had it.

    wrong: the wrong answers that at least five people chose, the most frequent first.
    """

    code: str
    stem: str
    people: int
    percent: int | None
    words: str
    wrong: tuple[AnswerRow, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Page:
    """What the trainer sees. people: whose attempts are counted.  finished: who finished the quiz."""

    quizzes: Sequence[Quiz]
    quiz: Quiz | None
    finished: int = 0
    people: int = 0
    rows: tuple[Row, ...] = ()
    sort: str = "right"

    @property
    def is_small(self) -> bool:
        return self.people < ENOUGH

    @property
    def headings(self) -> list[tuple[str, str]]:
        return [(name, heading) for name, (heading, _) in SORTS.items()]


def page_for(cohort: Cohort, slug: str = "", sort: str = "") -> Page:
    """Return the page for the quiz with `slug`, the course's assessment unless told. sort: one of SORTS."""
    quizzes = sorted(
        Quiz.objects.filter(course=cohort.course_id),
        key=lambda quiz: (quiz.kind != QuizKind.ASSESSMENT, quiz.title),
    )
    quiz = next((quiz for quiz in quizzes if quiz.slug == slug), quizzes[0] if quizzes else None)
    if quiz is None:
        return Page(quizzes, None)
    finished = _first_attempts(cohort, quiz)
    counted = finished[: len(finished) // FIVE * FIVE]
    if len(counted) < TEN:
        return Page(quizzes, quiz, len(finished))
    report = report_on(Attempt.objects.filter(pk__in=counted), least=TEN)
    sort = sort if sort in SORTS else "right"
    rows = _in_order((_row(question) for question in report.questions), sort)
    return Page(quizzes, quiz, len(finished), len(counted), tuple(rows), sort)


def _first_attempts(cohort: Cohort, quiz: Quiz) -> list[int]:
    """Return the first attempts of those in the group now, in the order in which they were handed in."""
    learners = cohort.members.active().order_by().values("learner")
    attempts = chosen_attempts(quiz).filter(enrolment__learner__in=learners)
    return list(attempts.order_by("submitted_at", "pk").values_list("pk", flat=True))


def _in_order(rows: Iterable[Row], sort: str) -> list[Row]:
    key = SORTS[sort][1]
    return sorted(rows, key=lambda row: (key(row), row.code))


def _row(question: QuestionReport) -> Row:
    if question.facility is None:
        return Row(question.code, question.stem, question.n, None, "Too few people had it")
    if question.numbers is None:
        percent = min(90, max(10, round(question.facility / 10) * 10))
        return Row(question.code, question.stem, question.n, percent, _about(percent))
    percent = round(question.facility)
    newest = next((version for version in question.versions if version.tables), None)
    wrong = [row for table in newest.tables for row in table.rows if _is_told(row)] if newest else []
    wrong.sort(key=lambda row: -row.tally.all)
    return Row(
        question.code,
        question.stem,
        question.n,
        percent,
        f"{percent}%",
        tuple(wrong[:3]),
        _own_flags(question),
    )


def _about(percent: int) -> str:
    return {10: "10% or fewer", 90: "90% or more"}.get(percent, f"About {percent}%")


def _is_told(row: AnswerRow) -> bool:
    return row.is_choice and not row.is_right and row.tally.all >= SAME_WORDS


def _own_flags(question: QuestionReport) -> tuple[Flag, ...]:
    """What a trainer should know before they lean on a question; never about a sector, which names people here."""
    return tuple(flag for flag in question.flags if flag.is_serious and not flag.names_people)


def table_of(rows: Iterable[Row]) -> tablib.Dataset:
    """Return what the page says as a table: one row a question."""
    headings = ["Question", "Words", "People", "Right", "Wrong answers most chosen", "To look at"]
    table = tablib.Dataset(headers=headings, title="Questions")
    for row in rows:
        wrong = "; ".join(f"{answer.words} ({answer.percent:.0f}%)" for answer in row.wrong)
        flags = "; ".join(flag.title for flag in row.flags)
        table.append([safe_cell(cell) for cell in (row.code, row.stem, row.people, row.words, wrong, flags)])
    return table
