"""One programme's report, put together from its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from cohorts.models import Programme
from evaluation.follow_ups import FollowUpSummary, follow_up_of_all
from evaluation.group import Comparison, comparisons
from evaluation.group import Line as ChangeLine
from evaluation.matched import stays_of
from evaluation.queries import Feedback, feedback_summary
from evaluation.statistics import Paired, paired
from evaluation.suppression import LEAST
from quizzes.models import QuizKind
from reports import figures, queries
from reports.figures import Line, Places, Reached, Tables
from reports.periods import quarter_of, quarter_words


@dataclass(frozen=True)
class Evaluation:
    """How people changed. The same people are compared; None where too few have both values.

    after, later: confidence before against after, and against three months on, counted as on the groups' own pages.
    """

    knowledge: Paired | None
    after: Comparison
    later: Comparison
    survey: FollowUpSummary
    feedback: Feedback | None

    @property
    def confidence(self) -> Paired | None:
        return self.after.overall

    @property
    def lasting(self) -> Paired | None:
        return self.later.overall

    @property
    def comparisons(self) -> list[tuple[str, Comparison]]:
        """Return those that may be told, with the name of the later moment."""
        found = [("after", self.after), ("three months on", self.later)]
        return [(words, comparison) for words, comparison in found if comparison.people]

    @property
    def outcomes(self) -> list[ChangeLine]:
        """Return the learning outcomes of which people may be told, before and after."""
        return [line for line in self.after.outcomes if line.change]

    @property
    def lowest_before(self) -> ChangeLine | None:
        return min(self.outcomes, key=lambda line: line.change.mean_before, default=None)

    @property
    def smallest_gain(self) -> ChangeLine | None:
        return min(self.outcomes, key=lambda line: line.change.mean_change, default=None)

    @property
    def reply_percent(self) -> int | None:
        """Of those asked after three months."""
        if not self.survey.asked or self.survey.answered is None:
            return None
        return round(100 * self.survey.answered / self.survey.asked)

    @property
    def has_something(self) -> bool:
        return bool(self.knowledge or self.after.people or self.survey.asked or self.feedback)


@dataclass(frozen=True)
class Target:
    """What was agreed, and how far it is reached. percent: of the target, 100 at most."""

    label: str
    reached: str
    agreed: str
    percent: float

    @classmethod
    def of(cls, label: str, reached: float | None, agreed: int, sign: str = "") -> "Target":
        words = "hidden" if reached is None else f"{reached:,}{sign}"
        return cls(label, words, f"{agreed:,}{sign}", min(100, 100 * (reached or 0) / agreed))


@dataclass(frozen=True)
class Report:
    """Everything that a programme's report says of the whole programme, or of one quarter of it."""

    programme: Programme
    quarter: str | None
    tables: Tables
    used: Places
    reached: Reached
    evaluation: Evaluation
    by_sector: list[Line]
    by_area: list[Line]
    by_month: list[Line]
    by_format: list[Line]
    by_agency: list[Line]
    people: Mapping  # for the anonymous file alone: never shown
    groups: int

    @property
    def trained(self) -> int | None:
        return self.tables.trained(self.quarter)

    @property
    def attendances(self) -> int | None:
        return self.tables.attended(self.quarter)

    @property
    def certified(self) -> int | None:
        return self.tables.share("certified")[0]

    @property
    def passed_on(self) -> int | None:
        return self.tables.share("passed_on")[0]

    @property
    def passed_on_percent(self) -> int | None:
        whole = self.tables.trained()
        return round(100 * self.passed_on / whole) if whole and self.passed_on is not None else None

    @property
    def targets(self) -> list[Target]:
        """Return the programme's own targets; those of sectors and areas stand in their tables."""
        programme = self.programme
        found = [
            ("People trained", self.trained, programme.target_people, ""),
            ("Organisations that people came from", self.agency_count, programme.target_agencies, ""),
            (
                "People trained who passed it on",
                self.passed_on_percent,
                programme.target_passed_on_percent,
                "%",
            ),
        ]
        return [Target.of(label, reached, agreed, sign) for label, reached, agreed, sign in found if agreed]

    @property
    def has_sector_targets(self) -> bool:
        return any(line.target for line in self.by_sector)

    @property
    def has_area_targets(self) -> bool:
        return any(line.target for line in self.by_area)

    @property
    def agency_count(self) -> int:
        return sum(line.label != figures.NOT_GIVEN for line in self.by_agency)

    @property
    def quarters(self) -> list[tuple[str, str]]:
        return [(quarter, quarter_words(quarter)) for quarter in self.tables.quarters]

    @property
    def period(self) -> str:
        return quarter_words(self.quarter) if self.quarter else "Whole programme"

    @cached_property
    def hides_something(self) -> bool:
        lines = [*self.by_sector, *self.by_area, *self.by_month, *self.by_format, *self.by_agency]
        return self.trained is None or any(line.people is None for line in lines)

    @cached_property
    def made_at(self):
        return timezone.now()


def report_of(programme: Programme, quarter: str | None = None) -> Report:
    """Return the report; `quarter` that is not one of its own stands for the whole programme."""
    sessions = queries.sessions_of(programme)
    register = queries.register_of(sessions)
    counts, trainers, deliveries = queries.deliveries_of(programme)
    people = figures.people_trained(
        register.presences,
        queries.completions_of(programme),
        queries.places_of(programme, register),
        trainers,
    )
    tables = figures.tables(people, register.presences)
    quarter = quarter if quarter in tables.quarters else None
    sector_targets, area_targets = queries.targets_of(programme)
    return Report(
        programme=programme,
        quarter=quarter,
        tables=tables,
        used=queries.places_used(sessions, register, quarter_of, quarter),
        reached=figures.reach(counts, deliveries, len(trainers)),
        evaluation=_evaluation(programme, sessions),
        by_sector=tables.lines("sector", quarter, targets=sector_targets),
        by_area=tables.lines("area", quarter, targets=area_targets),
        by_month=tables.lines("month", quarter),
        by_format=tables.lines("format", quarter),
        by_agency=tables.agencies(queries.headcounts()),
        people=people,
        groups=programme.cohorts.count(),
    )


def _evaluation(programme: Programme, sessions: Mapping[int, queries.Held]) -> Evaluation:
    cohorts = programme.cohorts.order_by()
    stays = stays_of(cohorts)
    after, later = comparisons(cohorts, stays)
    return Evaluation(
        knowledge=_change(queries.scores_of(programme), QuizKind.DIAGNOSTIC, QuizKind.ASSESSMENT),
        after=after,
        later=later,
        survey=follow_up_of_all(cohorts, stays),
        feedback=feedback_summary(list(sessions)),
    )


def _change(rows, first: str, second: str) -> Paired | None:
    before, after = figures.pairs(rows, first, second)
    return paired(before, after) if len(before) >= LEAST else None
