"""What groups said: confidence, sessions, three months on. Nobody by name, no group below five.

The trainers' page and the programme's report are both made of this: one counting rule, see evaluation.blocks.

Each function takes the same number of queries however many people there are.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from bookings.models import TrainingSession
from cohorts.models import Cohort
from cohorts.roster import NONE_GIVEN
from evaluation import queries
from evaluation.blocks import Block, Rated
from evaluation.matched import LATER_STAGES, Outcome, Stays, told_of
from evaluation.models import SessionFeedback, Stage
from evaluation.statistics import Paired, paired_counts


@dataclass(frozen=True)
class Line:
    """One row of a table: an outcome or a sector. change: None where nobody may be told of."""

    name: str
    change: Paired | None


@dataclass(frozen=True)
class Comparison:
    """Before against one later stage. people: whose ratings are told (evaluation.blocks).  rated: who rated twice.

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


def comparisons(cohorts: Cohort | QuerySet[Cohort], stays: Stays | None = None) -> list[Comparison]:
    """Return before against after, and before against three months on, of a group or of several; three queries.

    stays: of these groups (evaluation.matched), if they are known already.
    """
    if isinstance(cohorts, Cohort):
        cohorts = Cohort.objects.filter(pk=cohorts.pk)
    told = told_of(cohorts, stays)
    return [
        _comparison(stage, told.rated[stage], told.blocks[stage], told.outcomes) for stage in LATER_STAGES
    ]


def _comparison(
    stage: Stage, rated: Sequence[Rated], blocks: Sequence[Block], outcomes: Mapping[Outcome, str]
) -> Comparison:
    people = [one for block in blocks for one in block.people]
    if not people:
        return Comparison(stage, len(rated))
    by_outcome, by_sector = defaultdict(list), defaultdict(list)
    for one in people:
        for outcome, pair in one.pairs.items():
            by_outcome[outcome].append(pair)
    for block in blocks:
        for sector, part in block.sectors.items():
            by_sector[sector] += [one.means for one in part]
    return Comparison(
        stage=stage,
        rated=len(rated),
        people=len(people),
        overall=_change([one.means for one in people]),
        outcomes=[Line(text, _change(by_outcome[outcome])) for outcome, text in outcomes.items()],
        sectors=[
            Line(sector, _change(by_sector[sector])) for sector in sorted({one.sector for one in rated})
        ],
    )


def _change(pairs: Sequence[tuple[float, float]]) -> Paired | None:
    return paired_counts(Counter(pairs))


def sectors_of(cohort: Cohort) -> dict[int, str]:
    """Return enrolment id -> sector of those in the group now; one query."""
    rows = cohort.members.active().order_by().values_list("enrolment_id", "learner__sector__name")
    return {enrolment_id: sector or NONE_GIVEN for enrolment_id, sector in rows}


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
