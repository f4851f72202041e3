"""Reads of everybody who rated twice, by group: three queries for one group and for two hundred."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, QuerySet
from django.utils import timezone

from cohorts.models import Cohort, CohortMember
from cohorts.roster import NONE_GIVEN
from courses.models.pages import CourseOutcome
from evaluation.blocks import Block, Rated, blocks_of
from evaluation.models import ConfidenceRating, Stage

LATER_STAGES = (Stage.AFTER, Stage.LATER)
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


def told_of(cohorts: QuerySet[Cohort]) -> Told:
    """Return who is told of. Each group is counted on its own, so figures on several are sums of those on each."""
    texts = CourseOutcome.objects.filter(course__in=cohorts.values("course")).order_by("course", "sort_order")
    outcomes = {(course, code): text for course, code, text in texts.values_list("course", "code", "text")}
    today = timezone.localdate()
    rated, blocks = defaultdict(list), defaultdict(list)
    for stages in _rated_twice(cohorts, outcomes).values():
        for stage, people in stages.items():
            rated[stage] += people
        for stage, found in blocks_of(stages, today).items():
            blocks[stage] += found
    return Told(outcomes, rated, blocks)


def _rated_twice(
    cohorts: QuerySet[Cohort], outcomes: Mapping[Outcome, str]
) -> dict[int, dict[Stage, list[Rated]]]:
    """Return group -> later stage -> its people, in an order that says nothing."""
    stays = stays_of(cohorts)
    codes = sorted({code for _, code in outcomes})
    rows = (
        ConfidenceRating.objects.filter(enrolment__in=_enrolments(cohorts))
        .order_by()
        .values_list("enrolment", "stage", "enrolment__course")
        .annotate(
            on=Max("rated_at"), **{f"o{n}": Max("rating", filter=Q(outcome=c)) for n, c in enumerate(codes)}
        )
    )
    stages: dict[Stage, dict[int, tuple]] = {stage: {} for stage in Stage}
    for enrolment, stage, course, on, *ratings in rows:
        stages[stage][enrolment] = course, on, ratings
    found = defaultdict(lambda: {stage: [] for stage in LATER_STAGES})
    for stage in LATER_STAGES:
        for enrolment, (course, on, then) in stages[stage].items():
            before = stages[Stage.BEFORE].get(enrolment)
            cohort = stays[enrolment].cohort_at(on)
            if before is None or cohort is None:
                continue
            pairs = {
                (course, code): (first, second)
                for code, first, second in zip(codes, before[2], then, strict=True)
                if first and second and (course, code) in outcomes
            }
            if pairs:
                day = timezone.localtime(on).date()
                found[cohort][stage].append(Rated(enrolment, day, stays[enrolment].sector, pairs))
    return found


def _enrolments(cohorts: QuerySet[Cohort]):
    return CohortMember.objects.filter(cohort__in=cohorts.values("pk")).values("enrolment")


# --- Which group somebody counts for ---------------------------------------------------------------


class Stays:
    """The groups that one enrolment has been in. sector: of the learner, in words."""

    def __init__(self, sector: str):
        self.sector = sector
        self._stays: list[tuple[datetime, datetime | None, int | None]] = []

    def add(self, joined_at: datetime, left_at: datetime | None, cohort: int | None) -> None:
        self._stays.append((joined_at, left_at, cohort))

    def cohort_at(self, moment: datetime) -> int | None:
        """Return the group that what they said at `moment` counts for; None for one that nobody asks about.

        The one they were in, of several the one joined last; else the first that they joined afterwards. Nobody
        counts twice, and to leave or to join a group later changes nothing.
        """
        standing = [stay for stay in self._stays if stay[1] is None or stay[1] > moment]
        joined = [stay for stay in standing if stay[0] <= moment]
        if joined:
            return joined[-1][2]
        return standing[0][2] if standing else None


def stays_of(cohorts: QuerySet[Cohort]) -> dict[int, Stays]:
    """Return enrolment -> the groups it has been in, of all who have been in `cohorts`; one query."""
    rows = (
        CohortMember.objects.filter(enrolment__in=_enrolments(cohorts))
        .annotate(counts=ExpressionWrapper(Q(cohort__in=cohorts.values("pk")), BooleanField()))
        .order_by("joined_at", "pk")
        .values_list("enrolment", "learner__sector__name", "joined_at", "left_at", "cohort", "counts")
    )
    found = {}
    for enrolment, sector, joined_at, left_at, cohort, counts in rows:
        stays = found.setdefault(enrolment, Stays(sector or NONE_GIVEN))
        stays.add(joined_at, left_at, cohort if counts else None)
    return found
