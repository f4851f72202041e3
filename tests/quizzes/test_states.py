"""Where the clock leads, against a table; times are minutes from the start."""

from datetime import UTC, datetime, timedelta

import pytest

from quizzes.models import AttemptState
from quizzes.states import FOLLOWS, NETWORK_ALLOWANCE, Clock, due_move, next_look

S = AttemptState
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALLOWED = NETWORK_ALLOWANCE.total_seconds() / 60
DAY = 24 * 60


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def clock(due=None, grace=0, abandon=None, seen=0) -> Clock:
    return Clock(
        due_at=None if due is None else at(due),
        grace=timedelta(minutes=grace),
        abandon_after=None if abandon is None else timedelta(minutes=abandon),
        last_seen_at=at(seen),
    )


LIMIT, GRACE, IDLE, BOTH = clock(60), clock(60, grace=10), clock(abandon=DAY, seen=30), clock(60, abandon=DAY)
MOVES = {
    "no clock": (S.IN_PROGRESS, clock(), 10**6, None, None),
    "time left": (S.IN_PROGRESS, LIMIT, 59, None, None),
    "time is up, the network has its moment": (S.IN_PROGRESS, LIMIT, 60 + ALLOWED - 0.01, None, None),
    "time is up": (S.IN_PROGRESS, LIMIT, 60 + ALLOWED, S.SUBMITTED, 60),
    "the job comes late": (S.IN_PROGRESS, LIMIT, 500, S.SUBMITTED, 60),
    "time is up, with grace": (S.IN_PROGRESS, GRACE, 61, S.OVERDUE, 60),
    "grace lasts": (S.OVERDUE, GRACE, 70, None, None),
    "grace is over": (S.OVERDUE, GRACE, 70 + ALLOWED, S.ABANDONED, 70),
    "nobody came, not yet long enough": (S.IN_PROGRESS, IDLE, DAY + 29, None, None),
    "nobody came": (S.IN_PROGRESS, IDLE, DAY + 30, S.ABANDONED, DAY + 30),
    "nobody came, the job neither": (S.IN_PROGRESS, IDLE, 3 * DAY, S.ABANDONED, DAY + 30),
    "time is up before anybody misses the learner": (S.IN_PROGRESS, BOTH, 3 * DAY, S.SUBMITTED, 60),
    "overdue is not missed as well": (S.OVERDUE, clock(60, 5 * DAY, abandon=DAY), 2 * DAY, None, None),
    "handed in": (S.SUBMITTED, LIMIT, 500, None, None),
    "marked": (S.FINISHED, GRACE, 500, None, None),
    "abandoned": (S.ABANDONED, IDLE, 9 * DAY, None, None),
    "void": (S.VOID, BOTH, 9 * DAY, None, None),
}


@pytest.mark.parametrize(("state", "clock", "now", "to", "when"), MOVES.values(), ids=MOVES.keys())
def test_due_move(state, clock, now, to, when):
    step = due_move(state, clock, at(now))

    assert (step and (step.to, step.at)) == (to and (to, at(when)))
    assert step is None or step.to in FOLLOWS[state]


LOOKS = {
    "no clock": (S.IN_PROGRESS, clock(), None),
    "a limit": (S.IN_PROGRESS, LIMIT, 60 + ALLOWED),
    "grace": (S.OVERDUE, GRACE, 70 + ALLOWED),
    "idle": (S.IN_PROGRESS, IDLE, DAY + 30),
    "the earlier of both": (S.IN_PROGRESS, BOTH, 60 + ALLOWED),
    "to be marked at once": (S.SUBMITTED, clock(seen=5), 5),
    "marked": (S.FINISHED, BOTH, None),
    "abandoned": (S.ABANDONED, BOTH, None),
    "void": (S.VOID, BOTH, None),
}


@pytest.mark.parametrize(("state", "clock", "minutes"), LOOKS.values(), ids=LOOKS.keys())
def test_next_look(state, clock, minutes):
    assert next_look(state, clock) == (None if minutes is None else at(minutes))


@pytest.mark.parametrize("clock", [LIMIT, GRACE, IDLE, BOTH, clock(60, 10, abandon=20, seen=50)], ids=repr)
@pytest.mark.parametrize("state", [S.IN_PROGRESS, S.OVERDUE])
def test_the_job_looks_at_the_very_moment_when_a_step_is_due(state, clock):
    if state == S.OVERDUE and not clock.due_at:
        return
    look = next_look(state, clock)

    assert due_move(state, clock, look - timedelta(microseconds=1)) is None
    assert due_move(state, clock, look) is not None


@pytest.mark.parametrize("late", [0, 1, 100, 10_000])
def test_the_job_being_late_changes_no_outcome(late):
    """Whoever was missed before the time was up is missed, however late somebody looks."""
    idle_first = clock(due=10 * DAY, abandon=DAY)

    step = due_move(S.IN_PROGRESS, idle_first, at(DAY + late * 60))

    assert (step.to, step.at) == (S.ABANDONED, at(DAY))


def test_what_may_follow():
    assert set(FOLLOWS) == set(S)
    assert FOLLOWS[S.VOID] == set()
    assert FOLLOWS[S.FINISHED] == {S.VOID}
    assert [state for state, following in FOLLOWS.items() if S.FINISHED in following] == [S.SUBMITTED]
    assert all(S.VOID in following for state, following in FOLLOWS.items() if state != S.VOID)
