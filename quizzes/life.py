"""The steps of one attempt's life, for a row that is locked: the clock, the moves and their record."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from courses.models import Enrolment
from quizzes.models import Allowance, Attempt, AttemptEvent, AttemptState
from quizzes.states import FOLLOWS, Clock, due_move, next_look


class NotAllowed(ValueError):
    """A step that the attempt's state does not allow. `str()` says why, to staff."""


def due_at_of(attempt: Attempt) -> datetime | None:
    """When time is up: the limit with the learner's own extra time, or the closing date if that comes first."""
    quiz, moments = attempt.quiz, []
    if quiz.time_limit_minutes:
        own = Allowance.objects.filter(enrolment=attempt.enrolment_id, quiz=quiz).first()
        minutes = quiz.time_limit_minutes + (own.extra_minutes if own else 0)
        moments.append(attempt.started_at + timedelta(minutes=minutes))
    if quiz.closes_at:
        moments.append(quiz.closes_at)
    return min(moments, default=None)


def clock_of(attempt: Attempt, last_seen_at: datetime | None = None) -> Clock:
    days = attempt.quiz.abandon_after_days
    if last_seen_at is None:
        last_seen_at = attempt.started_at
        if days and attempt.state == AttemptState.IN_PROGRESS:
            last_seen_at = _last_seen(attempt)
    return Clock(
        due_at=attempt.due_at,
        grace=timedelta(minutes=attempt.quiz.grace_minutes),
        abandon_after=timedelta(days=days) if days else None,
        last_seen_at=last_seen_at,
    )


def _last_seen(attempt: Attempt) -> datetime:
    moments = [
        attempt.started_at,
        attempt.responses.aggregate(at=Max("answered_at"))["at"],
        attempt.events.aggregate(at=Max("at"))["at"],
    ]
    return max(moment for moment in moments if moment)


def lock_enrolment(pk: int) -> bool:
    """Let nobody else open an attempt of this enrolment until the transaction ends; False if it is withdrawn."""
    return bool(
        Enrolment.objects.active().filter(pk=pk).select_for_update(no_key=True).values_list("pk").first()
    )


def locked(attempt: Attempt) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("quiz", "enrolment")
    return rows.get(pk=attempt.pk)


def apply_clock(attempt: Attempt) -> None:
    """Take every step that is due for a locked attempt; without one, note when to look again."""
    clock = clock_of(attempt)
    while step := due_move(attempt.state, clock, timezone.now()):
        fields = {"submitted_at": step.at} if step.to == AttemptState.SUBMITTED else {}
        move(attempt, step.to, at=step.at, **fields)
    look = next_look(attempt.state, clock)
    if look != attempt.check_at:
        Attempt.objects.filter(pk=attempt.pk).update(check_at=look)


def move(attempt: Attempt, to: AttemptState, *, at=None, actor_id=None, reason="", **fields) -> None:
    """Change the state of a locked attempt, and record it. Raises NotAllowed for a step that may not follow."""
    if to not in FOLLOWS[attempt.state]:
        raise NotAllowed(f"This attempt is “{attempt.get_state_display()}”, so that cannot be done.")
    was, attempt.state = attempt.state, to
    at = at or timezone.now()
    if to == AttemptState.SUBMITTED:
        fields.setdefault("submitted_at", at)
    for name, value in fields.items():
        setattr(attempt, name, value)
    attempt.check_at = next_look(to, clock_of(attempt, last_seen_at=at))
    attempt.save(update_fields=["state", "check_at", *fields])
    record(attempt, was, at=at, actor_id=actor_id, reason=reason)


def record(attempt: Attempt, was: str, *, at=None, actor_id=None, reason="") -> None:
    AttemptEvent.objects.create(
        attempt=attempt,
        was=was,
        became=attempt.state,
        at=at or timezone.now(),
        actor_id=actor_id,
        reason=reason,
    )
