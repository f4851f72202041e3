"""What a room does not know yet: the quiz before the course, by outcome and sector, for the group's trainers.

Never a person's answers or score. First attempts count, in the order in which they were handed in and in steps of
five (evaluation.counting); below thirty people a share is told in tens only, as on the page about quiz questions.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cohorts.models import Cohort
from courses.models.pages import CourseOutcome
from evaluation.counting import by_group, in_fives
from evaluation.group import sectors_of
from evaluation.suppression import LEAST
from quizzes.analysis import ENOUGH
from quizzes.chosen import chosen_attempts
from quizzes.models import Credit, ItemVersion, Quiz, QuizKind, Response


@dataclass(frozen=True)
class Share:
    """Marks earned, per cent of those possible. is_rounded: to tens."""

    percent: int
    is_rounded: bool

    @property
    def words(self) -> str:
        if not self.is_rounded:
            return f"{self.percent}%"
        return {10: "10% or less", 90: "90% or more"}.get(self.percent, f"About {self.percent}%")


@dataclass(frozen=True)
class OutcomeKnown:
    """One outcome: how much of it the room knows, and each sector's part in the order of `Room.sectors`."""

    code: str
    text: str
    share: Share | None
    sectors: tuple[Share | None, ...]


@dataclass(frozen=True)
class Room:
    """finished: who took the quiz.  people: whose answers are counted.  outcomes: the least known first."""

    quiz: Quiz
    finished: int
    people: int = 0
    sectors: tuple[str, ...] = ()
    outcomes: tuple[OutcomeKnown, ...] = ()


#: Attempt id -> outcome code -> (marks earned, marks possible).
Marks = Mapping[int, Mapping[str, tuple[Decimal, Decimal]]]


def room_of(cohort: Cohort) -> Room | None:
    """Return what the group knew before the course, None for a course that asks nothing then; six queries."""
    quiz = Quiz.objects.filter(course=cohort.course_id, kind=QuizKind.DIAGNOSTIC).first()
    if quiz is None:
        return None
    sectors = sectors_of(cohort)
    rows = chosen_attempts(quiz).filter(enrolment__in=cohort.members.active().values("enrolment"))
    attempts = dict(rows.order_by("submitted_at", "pk").values_list("pk", "enrolment_id"))
    people = in_fives(list(attempts))
    if not people:
        return Room(quiz, len(attempts))
    told = by_group(people, list(attempts), {pk: sectors[enrolment] for pk, enrolment in attempts.items()})
    marks = _marks({*people, *(pk for pks in told.values() for pk in pks)})
    texts = CourseOutcome.objects.filter(course=cohort.course_id).order_by("sort_order")
    outcomes = [
        OutcomeKnown(
            code=code,
            text=text,
            share=_share(people, code, marks),
            sectors=tuple(_share(told[sector], code, marks) for sector in told),
        )
        for code, text in texts.values_list("code", "text")
    ]
    return Room(quiz, len(attempts), len(people), tuple(told), tuple(_least_known_first(outcomes)))


def _marks(attempts: Collection[int]) -> Marks:
    rows = (
        Response.objects.filter(attempt__in=attempts)
        .exclude(credit=Credit.LEFT_OUT)
        .exclude(marks_awarded=None)
        .order_by()
        .values_list("attempt_id", "version_id", "marks_awarded", "marks_possible")
    )
    rows = list(rows)
    versions = ItemVersion.objects.in_bulk({version for _, version, _, _ in rows})
    found = defaultdict(dict)
    for attempt, version, earned, possible in rows:
        for code in versions[version].content.outcomes:
            before = found[attempt].get(code, (0, 0))
            found[attempt][code] = (before[0] + earned, before[1] + possible)
    return found


def _share(people: Sequence[int], code: str, marks: Marks) -> Share | None:
    """None when fewer than five of these people had a question on the outcome."""
    had = [marks[person][code] for person in people if code in marks[person]]
    if len(had) < LEAST:
        return None
    percent = 100 * sum(earned for earned, _ in had) / sum(possible for _, possible in had)
    if len(had) >= ENOUGH:
        return Share(round(percent), is_rounded=False)
    return Share(min(90, max(10, round(percent / 10) * 10)), is_rounded=True)


def _least_known_first(outcomes: Sequence[OutcomeKnown]) -> list[OutcomeKnown]:
    """Those that nothing can be said of stand last."""
    return sorted(outcomes, key=lambda outcome: 101 if outcome.share is None else outcome.share.percent)
