"""What an organisation's lead reads of its people: which course, completed when, refresher due when. Nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from accounts.models import Agency
from courses.models import Enrolment

SOON_DAYS = 90


class State(StrEnum):
    COMPLETED = "Completed"
    DUE_SOON = "Refresher due soon"
    PAST = "Past its refresh date"
    NOT_YET = "Not completed"


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one course."""

    name: str
    course: str
    completed_on: date | None
    refresh_by: date | None
    state: State


def rows_of(agency: Agency) -> list[Row]:
    """Return one row for each person of `agency` and course that they are on or hold; one query.

    Somebody who took a course again stands with the latest certificate.
    """
    today = timezone.localdate()
    enrolments = (
        Enrolment.objects.filter(learner__agency=agency, learner__is_active=True)
        .annotate(award=FilteredRelation("awards", condition=Q(awards__revoked_at=None)))
        .filter(Q(withdrawn_at=None) | Q(award__isnull=False))
        .order_by("learner__name", "learner", "course__title", F("award__completed_on").desc(nulls_last=True))
        .values_list(
            "learner", "course", "learner__name", "course__title", "award__completed_on", "award__refresh_by"
        )
    )
    found = {}
    for learner, course, name, title, completed_on, refresh_by in enrolments:
        state = state_of(completed_on, refresh_by, today)
        found.setdefault((learner, course), Row(name, title, completed_on, refresh_by, state))
    return list(found.values())


def state_of(completed_on: date | None, refresh_by: date | None, today: date) -> State:
    if completed_on is None:
        return State.NOT_YET
    if refresh_by is None or refresh_by > today + timedelta(days=SOON_DAYS):
        return State.COMPLETED
    return State.DUE_SOON if refresh_by >= today else State.PAST


@dataclass(frozen=True)
class Selection:
    """What the lead asks to see."""

    q: str = ""
    course: str = ""
    state: str = ""

    def apply(self, rows: Iterable[Row]) -> list[Row]:
        words = self.q.casefold().split()
        return [
            row
            for row in rows
            if all(word in row.name.casefold() for word in words)
            and (not self.course or row.course == self.course)
            and (not self.state or row.state == self.state)
        ]


@dataclass(frozen=True)
class Summary:
    people: int
    completed: int
    due_soon: int
    past: int


def summarise(rows: Iterable[Row], people: int) -> Summary:
    """people: everybody of the organisation, on a course or not."""
    states = [row.state for row in rows]
    return Summary(
        people,
        sum(state in (State.COMPLETED, State.DUE_SOON) for state in states),
        states.count(State.DUE_SOON),
        states.count(State.PAST),
    )
