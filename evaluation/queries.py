"""Reads about many people at once: each takes the same number of queries for ten enrolments and for ten thousand.

Nothing here names anybody, and no figure is about fewer than five people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, Q, QuerySet

from bookings.models import TrainingSession
from courses.models import Enrolment
from courses.models.pages import CourseOutcome
from evaluation.models import ConfidenceRating, FollowUp, SessionFeedback, Stage
from evaluation.statistics import Paired, paired_counts
from evaluation.suppression import LEAST, Table, publish

RIGHT_PACE = 3


@dataclass(frozen=True)
class OutcomeChange:
    """How sure people feel of one outcome of one course. after, later: against before; None below five people."""

    course_id: int
    code: str
    text: str
    after: Paired | None
    later: Paired | None


def confidence_change(enrolments: Iterable[Enrolment] | QuerySet[Enrolment]) -> list[OutcomeChange]:
    """Return a row for each outcome that five of them rated twice, in the order of their courses; three queries."""
    changes = {stage: _changes(enrolments, stage) for stage in (Stage.AFTER, Stage.LATER)}
    wanted = changes[Stage.AFTER].keys() | changes[Stage.LATER].keys()
    outcomes = CourseOutcome.objects.filter(course__in={course for course, _ in wanted})
    rows = outcomes.order_by("course", "sort_order").values_list("course", "code", "text")
    return [
        OutcomeChange(course, code, text, *(found.get((course, code)) for found in changes.values()))
        for course, code, text in rows
        if (course, code) in wanted
    ]


def _changes(enrolments, stage: Stage) -> dict[tuple[int, str], Paired]:
    """Return (course id, outcome code) -> change; the database counts equal pairs, so the rows are few."""
    rows = (
        ConfidenceRating.objects.filter(enrolment__in=enrolments)
        .matched(stage)
        .order_by()
        .values("enrolment__course", "outcome", "rating", "then")
        .annotate(people=Count("pk"))
        .values_list("enrolment__course", "outcome", "rating", "then", "people")
    )
    pairs = defaultdict(Counter)
    for course, outcome, before, then, people in rows:
        pairs[course, outcome][before, then] += people
    return {key: paired_counts(counts) for key, counts in pairs.items() if counts.total() >= LEAST}


@dataclass(frozen=True)
class FollowUpSummary:
    """What came of it after ninety days. A number that is hidden is None, see evaluation.suppression.

    asked: letters sent.  answered: of these.  The others are of those who answered.
    """

    asked: int
    answered: int | None
    used: int | None = None
    not_yet: int | None = None
    needed_help: int | None = None
    passed_on: int | None = None
    not_passed_on: int | None = None

    @property
    def lines(self) -> list[tuple[str, int | None]]:
        return [
            (FollowUp.Answer.USED.label, self.used),
            (FollowUp.Answer.NOT_YET.label, self.not_yet),
            (FollowUp.Answer.NEEDED_HELP.label, self.needed_help),
            ("Passed it on to somebody else", self.passed_on),
            ("Did not pass it on", self.not_passed_on),
        ]


def follow_up_summary(enrolments: Iterable[Enrolment] | QuerySet[Enrolment]) -> FollowUpSummary:
    """Return the answers after ninety days; one query."""
    rows = (
        FollowUp.objects.filter(enrolment__in=enrolments, sent_at__isnull=False)
        .order_by()
        .values("answer", "passed_on")
        .annotate(people=Count("pk"))
        .values_list("answer", "passed_on", "people")
    )
    counts = {(answer, passed_on): people for answer, passed_on, people in rows}
    answered = {key: people for key, people in counts.items() if key[0]}
    tables = publish(answered, ("answer", "passed_on"), [("answer",), ("passed_on",)])
    answers, passed = tables["answer",], tables["passed_on",]
    return FollowUpSummary(
        asked=sum(counts.values()),
        answered=answers.total,
        used=_count(answers, FollowUp.Answer.USED),
        not_yet=_count(answers, FollowUp.Answer.NOT_YET),
        needed_help=_count(answers, FollowUp.Answer.NEEDED_HELP),
        passed_on=_count(passed, True),
        not_passed_on=_count(passed, False),
    )


def _count(table: Table, group) -> int | None:
    """Nobody gave this answer: 0, unless the whole table is hidden."""
    if group in table.values[0]:
        return table[group]
    return None if table.total is None else 0


@dataclass(frozen=True)
class Feedback:
    """What people said of a session. usefulness, trainers: means from 1 to 5.  right_pace_percent: who said right."""

    people: int
    usefulness: float
    trainers: float
    right_pace_percent: float


def feedback_by_session(sessions: Iterable[int] | QuerySet[TrainingSession]) -> dict[int, Feedback]:
    """Return session id -> what was said, for sessions with at least five answers; one query."""
    rows = (
        SessionFeedback.objects.filter(session__in=sessions)
        .order_by()
        .values("session")
        .annotate(
            people=Count("pk"),
            right=Count("pk", filter=Q(pace=RIGHT_PACE)),
            useful=Avg("usefulness"),
            trainers=Avg("trainer"),
        )
        .filter(people__gte=LEAST)
    )
    return {
        row["session"]: Feedback(
            row["people"], row["useful"], row["trainers"], 100 * row["right"] / row["people"]
        )
        for row in rows
    }


def feedback_summary(sessions: Iterable[int] | QuerySet[TrainingSession]) -> Feedback | None:
    """Return what was said of all `sessions`; those with fewer than five answers are left out, as their
    own would be what the others leave of this. None without any; one query.
    """
    found = feedback_by_session(sessions).values()
    people = sum(one.people for one in found)
    if not people:
        return None
    return Feedback(
        people=people,
        usefulness=sum(one.usefulness * one.people for one in found) / people,
        trainers=sum(one.trainers * one.people for one in found) / people,
        right_pace_percent=sum(one.right_pace_percent * one.people for one in found) / people,
    )
