"""The life of an attempt: which state may follow which, and where the clock leads. Pure, no database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.models.attempts import AttemptState

S = AttemptState
#: What may follow. Only marking finishes an attempt; what is marked can only be made void.
FOLLOWS = {
    S.IN_PROGRESS: {S.SUBMITTED, S.OVERDUE, S.ABANDONED, S.VOID},
    S.OVERDUE: {S.SUBMITTED, S.ABANDONED, S.IN_PROGRESS, S.VOID},
    S.SUBMITTED: {S.FINISHED, S.VOID},
    S.ABANDONED: {S.IN_PROGRESS, S.SUBMITTED, S.VOID},
    S.FINISHED: {S.VOID},
    S.VOID: set(),
}
#: An answer sent in the last second may arrive a little later.
NETWORK_ALLOWANCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Clock:
    """The times of one attempt. due_at: when time is up, None without a clock.

    last_seen_at: when the learner last saved something, or began.
    """

    due_at: datetime | None
    grace: timedelta
    abandon_after: timedelta | None
    last_seen_at: datetime


@dataclass(frozen=True)
class Move:
    """A step that the clock asks for. at: when it happened by the clock, however late the job comes."""

    to: AttemptState
    at: datetime


def due_move(state: AttemptState, clock: Clock, now: datetime) -> Move | None:
    """Return the step that is due, None while nothing is. Answers are taken until due_at + NETWORK_ALLOWANCE.

    Of two the one that was due first: that the job was late changes nothing.
    """
    due = [(moment, step) for moment, step in _ahead(state, clock) if now >= moment]
    return min(due, key=lambda pair: pair[0])[1] if due else None


def next_look(state: AttemptState, clock: Clock) -> datetime | None:
    """Return when the job must look at an attempt again; None when it is final or has no clock."""
    if state == S.SUBMITTED:
        return clock.last_seen_at
    return min((moment for moment, _ in _ahead(state, clock)), default=None)


def _ahead(state: AttemptState, clock: Clock) -> list[tuple[datetime, Move]]:
    """The steps that the clock will ask for, each with the moment from which it is taken."""
    steps = []
    if state == S.IN_PROGRESS and clock.due_at:
        ends = Move(S.OVERDUE if clock.grace else S.SUBMITTED, clock.due_at)
        steps.append((ends.at + NETWORK_ALLOWANCE, ends))
    if state == S.OVERDUE:
        ends = Move(S.ABANDONED, clock.due_at + clock.grace)
        steps.append((ends.at + NETWORK_ALLOWANCE, ends))
    if state == S.IN_PROGRESS and clock.abandon_after:
        ends = Move(S.ABANDONED, clock.last_seen_at + clock.abandon_after)
        steps.append((ends.at, ends))
    return steps
