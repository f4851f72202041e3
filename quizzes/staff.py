"""What staff may do with attempts: more time, another attempt, open again, void. Each with who and why."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.models import Enrolment
from quizzes.emails import tell_learner
from quizzes.life import NotAllowed, apply_clock, due_at_of, lock_enrolment, locked, move
from quizzes.models import Allowance, Attempt, AttemptState, Quiz
from quizzes.services import mark_submitted

#: A mistyped figure must not give somebody a year.
MOST_MINUTES, MOST_ATTEMPTS = 600, 20
LEFT_COURSE = "The learner has left the course."


@transaction.atomic
def allow_more(
    enrolment: Enrolment,
    quiz: Quiz,
    *,
    minutes: int = 0,
    attempts: int = 0,
    by,
    reason: str,
    had: tuple[int, int] | None = None,
) -> Allowance:
    """Add minutes and attempts to what the learner has, and tell them; an open attempt has them at once.

    had: the extra minutes and attempts that the form was drawn with, so that a second click adds nothing.
    Raises NotAllowed when the learner has others by now or has left, and beyond MOST_MINUTES, MOST_ATTEMPTS.
    The row keeps the sum and the last reason; the log of the CMS keeps every step.
    """
    if not lock_enrolment(enrolment.pk):
        raise NotAllowed(LEFT_COURSE)
    own, _ = Allowance.objects.select_for_update().get_or_create(
        enrolment=enrolment, quiz=quiz, defaults={"reason": reason, "given_by": by}
    )
    if had is not None and tuple(had) != (own.extra_minutes, own.extra_attempts):
        raise NotAllowed(
            "Something was given a moment ago, so nothing was added. Look at what they have now."
        )
    own.extra_minutes += minutes
    own.extra_attempts += attempts
    if own.extra_minutes > MOST_MINUTES or own.extra_attempts > MOST_ATTEMPTS:
        raise NotAllowed(
            f"In all, a learner may have {MOST_MINUTES} more minutes and {MOST_ATTEMPTS} more attempts."
        )
    own.reason, own.given_by, own.given_at = reason, by, timezone.now()
    own.save()
    data = {"minutes": minutes, "attempts": attempts, "reason": reason}
    log(own, "quizzes.allow_more", user=by, title=quiz.title, data=data)
    for attempt in Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz):
        _with_new_time(locked(attempt), by, reason)
    tell_learner("quiz_allowance", enrolment, quiz)
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

    Raises NotAllowed for any other attempt, when the learner has a later one open and when they have left.
    The learner is told by e-mail when they can go on. `attempt` is refreshed.
    """
    with transaction.atomic():
        if not lock_enrolment(attempt.enrolment_id):
            raise NotAllowed(LEFT_COURSE)
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
            tell_learner("attempt_reopened", row.enrolment, row.quiz)
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
