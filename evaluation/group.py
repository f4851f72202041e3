"""What a group said, for its trainers: confidence, sessions, three months on. Nobody by name, no group below five.

Each function takes the same number of queries however many people there are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bookings.models import TrainingSession
from cohorts.models import Cohort
from cohorts.roster import NONE_GIVEN
from courses.models.pages import CourseOutcome
from evaluation import queries
from evaluation.counting import by_group, clear_of, in_fives
from evaluation.models import ConfidenceRating, SessionFeedback, Stage
from evaluation.statistics import Paired, paired
from evaluation.suppression import LEAST


@dataclass(frozen=True)
class Line:
    """One row of a table: an outcome or a sector. change: None where too few people rated twice."""

    name: str
    change: Paired | None


@dataclass(frozen=True)
class Comparison:
    """Before against one later stage. people: whose ratings are counted.  rated: how many rated both times.

    overall: of each person's mean over the outcomes they rated twice.
    """

    stage: Stage
    rated: int
    people: int = 0
    overall: Paired | None = None
    outcomes: list[Line] = field(default_factory=list)
    sectors: list[Line] = field(default_factory=list)

    @property
    def hides_sectors(self) -> bool:
        return any(line.change is None for line in self.sectors)


@dataclass(frozen=True)
class SessionSaid:
    """What was said of one session. said: None below five answers."""

    session: TrainingSession
    said: queries.Feedback | None
    texts: tuple[str, ...] = ()


#: outcome code -> (before, then), of one person.
Matched = Mapping[str, tuple[int, int]]


def comparisons(cohort: Cohort) -> list[Comparison]:
    """Return before against after, and before against three months on; three queries."""
    sectors = sectors_of(cohort)
    outcomes = list(
        CourseOutcome.objects.filter(course=cohort.course_id)
        .order_by("sort_order")
        .values_list("code", "text")
    )
    matched = _matched(cohort)
    counted, found = set(), []
    for stage in (Stage.AFTER, Stage.LATER):
        rated = [person for person in matched[stage] if person in sectors]
        people = clear_of(counted, rated) if counted else in_fives(rated)
        found.append(_comparison(stage, rated, people, matched[stage], sectors, outcomes))
        counted = set(people)
    return found


def sectors_of(cohort: Cohort) -> dict[int, str]:
    """Return enrolment id -> sector of those in the group now; one query."""
    rows = cohort.members.active().order_by().values_list("enrolment_id", "learner__sector__name")
    return {enrolment_id: sector or NONE_GIVEN for enrolment_id, sector in rows}


def _matched(cohort: Cohort) -> dict[Stage, dict[int, dict[str, tuple[int, int]]]]:
    """Return stage -> enrolment id -> outcomes rated both times; people in the order in which they rated."""
    rows = (
        ConfidenceRating.objects.filter(enrolment__in=cohort.members.active().values("enrolment"))
        .order_by("pk")
        .values_list("stage", "enrolment_id", "outcome", "rating")
    )
    ratings = {stage: defaultdict(dict) for stage in Stage.values}
    for stage, enrolment_id, outcome, rating in rows:
        ratings[stage][enrolment_id][outcome] = rating
    before = ratings.pop(Stage.BEFORE)
    found = {}
    for stage, people in ratings.items():
        both = {
            person: {
                code: (before[person][code], then) for code, then in rated.items() if code in before[person]
            }
            for person, rated in people.items()
            if person in before
        }
        found[stage] = {person: rated for person, rated in both.items() if rated}
    return found


def _comparison(
    stage: Stage,
    rated: Sequence[int],
    people: Sequence[int],
    matched: Mapping[int, Matched],
    sectors: Mapping[int, str],
    outcomes: Sequence[tuple[str, str]],
) -> Comparison:
    if not people:
        return Comparison(stage, len(rated))
    means = {person: _means(matched[person]) for person in rated}
    told = by_group(people, rated, sectors)
    return Comparison(
        stage=stage,
        rated=len(rated),
        people=len(people),
        overall=_change([means[person] for person in people]),
        outcomes=[
            Line(text, _change([matched[person][code] for person in people if code in matched[person]]))
            for code, text in outcomes
        ],
        sectors=[
            Line(sector, _change([means[person] for person in told.get(sector, ())]))
            for sector in sorted({sectors[person] for person in rated})
        ],
    )


def _means(rated: Matched) -> tuple[float, float]:
    return fmean(before for before, _ in rated.values()), fmean(then for _, then in rated.values())


def _change(pairs: Sequence[tuple[float, float]]) -> Paired | None:
    if len(pairs) < LEAST:
        return None
    return paired([before for before, _ in pairs], [then for _, then in pairs])


# --- Sessions and what came of it ----------------------------------------------------------------


def sessions_said(cohort: Cohort) -> list[SessionSaid]:
    """Return what was said of each session that is over; texts in an order that says nothing; three queries."""
    sessions = list(cohort.sessions.held().filter(feedback__isnull=False).distinct())
    said = queries.feedback_by_session([session.pk for session in sessions])
    texts = defaultdict(list)
    rows = SessionFeedback.objects.filter(session__in=said).exclude(will_change="")
    for session_id, text in rows.order_by("pk").values_list("session_id", "will_change"):
        texts[session_id].append(text)
    return [SessionSaid(s, said.get(s.pk), tuple(texts[s.pk])) for s in sessions]
