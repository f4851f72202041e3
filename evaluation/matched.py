"""Reads of everybody who rated twice, by group: three queries for one group and for two hundred."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, QuerySet
from django.utils import timezone

from cohorts.models import Cohort, CohortMember
from cohorts.roster import NONE_GIVEN
from courses.models.pages import CourseOutcome
from evaluation.blocks import Block, Rated, blocks_of
from evaluation.models import ConfidenceRating, Stage

LATER_STAGES = (Stage.AFTER, Stage.LATER)
PAIRS = [
    [(first, second) for second in range(6)] for first in range(6)
]  # one object a pair, not one a person
#: Course id and code of the outcome.
Outcome = tuple[int, str]


@dataclass(frozen=True)
class Told:
    """Whose ratings the figures on some groups are made of.

    outcomes: in order, with their text.  rated: stage -> everybody who rated both times.  blocks: stage -> those told.
    """

    outcomes: Mapping[Outcome, str]
    rated: Mapping[Stage, Sequence[Rated]]
    blocks: Mapping[Stage, Sequence[Block]]


def told_of(cohorts: QuerySet[Cohort], stays: "Stays | None" = None) -> Told:
    """Return who is told of; stays: of the groups, if known. Each group is counted on its own, so figures on several are sums of those on each."""
    texts = CourseOutcome.objects.filter(course__in=cohorts.values("course")).order_by("course", "sort_order")
    outcomes = {(course, code): text for course, code, text in texts.values_list("course", "code", "text")}
    today = timezone.localdate()
    rated, blocks = defaultdict(list), defaultdict(list)
    for stages in _rated_twice(cohorts, outcomes, stays or stays_of(cohorts)).values():
        for stage, people in stages.items():
            rated[stage] += people
        for stage, found in blocks_of(stages, today).items():
            blocks[stage] += found
    return Told(outcomes, rated, blocks)


def _rated_twice(
    cohorts: QuerySet[Cohort], outcomes: Mapping[Outcome, str], stays: "Stays"
) -> dict[int, dict[Stage, list[Rated]]]:
    """Return group -> later stage -> its people, in an order that says nothing."""
    codes = sorted({code for _, code in outcomes})
    rows = (
        ConfidenceRating.objects.filter(enrolment__in=_enrolments(cohorts))
        .order_by()
        .values_list("enrolment", "stage", "enrolment__course")
        .annotate(
            on=Max("rated_at", filter=~Q(stage=Stage.BEFORE)),
            **{f"o{n}": Max("rating", filter=Q(outcome=c)) for n, c in enumerate(codes)},
        )
    )
    asked = {
        course: [(course, code) if (course, code) in outcomes else None for code in codes]
        for course, _ in outcomes
    }
    stages: dict[Stage, dict[int, tuple]] = {stage: {} for stage in Stage}
    for enrolment, stage, course, on, *ratings in rows:
        stages[stage][enrolment] = course, on, ratings
    found = defaultdict(lambda: {stage: [] for stage in LATER_STAGES})
    for stage in LATER_STAGES:
        for enrolment, (course, on, then) in stages[stage].items():
            before = stages[Stage.BEFORE].get(enrolment)
            cohort = cohort_at(stays[enrolment], on)
            if before is None or cohort is None or course not in asked:
                continue
            pairs = {
                outcome: PAIRS[first][second]
                for outcome, first, second in zip(asked[course], before[2], then, strict=True)
                if outcome and first and second
            }
            if pairs:
                day = timezone.localtime(on).date()
                found[cohort][stage].append(Rated(enrolment, day, stays[enrolment][0].sector, pairs))
    return found


def _enrolments(cohorts: QuerySet[Cohort]):
    return CohortMember.objects.filter(cohort__in=cohorts.values("pk")).values("enrolment")


# --- Which group somebody counts for ---------------------------------------------------------------


class Stay(NamedTuple):
    """A while in a group. cohort: None for one that nobody asks about."""

    sector: str
    joined_at: datetime
    left_at: datetime | None
    cohort: int | None


#: Enrolment -> the groups that it has been in, by when they were joined.
Stays = Mapping[int, Sequence[Stay]]


def cohort_at(stays: Sequence[Stay], moment: datetime) -> int | None:
    """Return the group that what somebody said at `moment` counts for.

    The one they were in, of several the one joined last; else the first that they joined afterwards. Nobody counts
    twice, and to leave or to join a group later changes nothing.
    """
    standing = [stay for stay in stays if stay.left_at is None or stay.left_at > moment]
    joined = [stay for stay in standing if stay.joined_at <= moment]
    if joined:
        return joined[-1].cohort
    return standing[0].cohort if standing else None


def stays_of(cohorts: QuerySet[Cohort]) -> Stays:
    """Return enrolment -> the groups it has been in, of all who have been in `cohorts`; one query."""
    rows = (
        CohortMember.objects.filter(enrolment__in=_enrolments(cohorts))
        .annotate(counts=ExpressionWrapper(Q(cohort__in=cohorts.values("pk")), BooleanField()))
        .order_by("joined_at", "pk")
        .values_list("enrolment", "learner__sector__name", "joined_at", "left_at", "cohort", "counts")
    )
    found = defaultdict(list)
    for enrolment, sector, joined_at, left_at, cohort, counts in rows:
        found[enrolment].append(Stay(sector or NONE_GIVEN, joined_at, left_at, cohort if counts else None))
    return found
