"""What was said of sessions: a fixed number of queries, nobody by name, no figure about fewer than five people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, Q, QuerySet

from bookings.models import TrainingSession
from evaluation.models import SessionFeedback
from evaluation.suppression import LEAST

RIGHT_PACE = 3


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
