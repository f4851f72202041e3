"""What staff may do with attempts: more time, another attempt, open again, void. Each with who and why."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from courses.models import Enrolment
from quizzes.life import NotAllowed, apply_clock, due_at_of, lock_enrolment, locked, move
from quizzes.models import Allowance, Attempt, AttemptState, Quiz
from quizzes.services import mark_submitted


@transaction.atomic
def allow_more(
    enrolment: Enrolment, quiz: Quiz, *, minutes: int = 0, attempts: int = 0, by, reason: str
) -> Allowance:
    """Add minutes and attempts to what the learner has; an open attempt has them at once."""
    own, _ = Allowance.objects.select_for_update().get_or_create(
        enrolment=enrolment, quiz=quiz, defaults={"reason": reason, "given_by": by}
    )
    own.extra_minutes += minutes
    own.extra_attempts += attempts
    own.reason, own.given_by, own.given_at = reason, by, timezone.now()
    own.save()
    for attempt in Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz):
        _with_new_time(locked(attempt), by, reason)
    return own


def _with_new_time(attempt: Attempt, by, reason: str) -> None:
    due_at = due_at_of(attempt)
    if due_at != attempt.due_at:
        attempt.due_at = due_at
        attempt.save(update_fields=["due_at"])
        if attempt.state == AttemptState.OVERDUE and (due_at is None or due_at > timezone.now()):
            move(attempt, AttemptState.IN_PROGRESS, actor_id=by.pk, reason=reason)
    apply_clock(attempt)


def reopen_attempt(attempt: Attempt, *, by, reason: str) -> None:
    """Open an abandoned attempt again; without time left its answers are handed in and marked instead.

    Raises NotAllowed for any other attempt, or when the learner has a later one open. `attempt` is refreshed.
    """
    with transaction.atomic():
        lock_enrolment(attempt.enrolment_id)
        row = locked(attempt)
        if row.state != AttemptState.ABANDONED:
            raise NotAllowed("Only an attempt that was not handed in can be opened again.")
        others = Attempt.objects.open().filter(enrolment=row.enrolment_id, quiz=row.quiz_id)
        if others.exists():
            raise NotAllowed("The learner has another attempt open. Wait until it is handed in.")
        due_at = due_at_of(row)
        if due_at and due_at <= timezone.now():
            move(row, AttemptState.SUBMITTED, actor_id=by.pk, reason=reason, submitted_at=due_at)
        else:
            move(row, AttemptState.IN_PROGRESS, actor_id=by.pk, reason=reason, due_at=due_at)
    mark_submitted(attempt)


def void_attempt(attempt: Attempt, *, by, reason: str) -> None:
    """Make an attempt count for nothing, for good. Its answers and score stay on record; so does any award.

    Raises NotAllowed if it is void already. `attempt` is refreshed.
    """
    with transaction.atomic():
        move(locked(attempt), AttemptState.VOID, actor_id=by.pk, reason=reason)
    attempt.refresh_from_db()


def minutes_left(attempt: Attempt) -> timedelta | None:
    """Return how long the learner still has, None without a clock; never below zero."""
    return max(attempt.due_at - timezone.now(), timedelta(0)) if attempt.due_at else None
