"""Writes about attempts: start, save an answer, submit, mark. The server is the only clock and the only marker.

Every write locks the attempt's row first, so two tabs, a job and a member of staff take turns; what opens an
attempt locks the enrolment before that.
"""

import logging
import secrets
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.models import Enrolment
from courses.signals import progress_changed
from quizzes.content import NEVER_SHUFFLED, ItemContent, ItemType
from quizzes.drawing import draw
from quizzes.life import apply_clock, clock_of, due_at_of, lock_enrolment, locked, move, record
from quizzes.marking import clean_answer, is_complete, marks_for
from quizzes.models import Attempt, AttemptState, Confidence, ItemVersion, Quiz, Response
from quizzes.queries import plan_of, pool_of, quiz_of, start_state, times_seen
from quizzes.scoring import score_of, share_of
from quizzes.states import due_move, next_look

logger = logging.getLogger(__name__)
JOB_BATCH = 500


class NotReady(Exception):
    """The learner may not start. `str()` says why, to them."""


class AttemptClosed(Exception):
    """The attempt is over, or this answer is final; what was saved stands."""


class StaleAnswer(Exception):
    """Another tab or device saved this answer since the page was drawn. Nothing was overwritten."""


def start_attempt(enrolment: Enrolment, quiz: Quiz | None = None, *, rng: Random | None = None) -> Attempt:
    """Return the enrolment's open attempt at `quiz`, drawn now if there was none. Raises NotReady.

    quiz: the course's assessment unless told.
    rng: draws and shuffles; the system's own unless the demonstration asks for the same attempt every time.

    What the clock asks of an earlier attempt is kept even when the learner may not start another.
    """
    quiz = quiz or quiz_of(enrolment.course)
    if not quiz:
        raise NotReady("This quiz is not open to you.")
    for attempt in Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz):
        bring_up_to_date(attempt)
    return _open_or_new(enrolment, quiz, rng or secrets.SystemRandom())


@transaction.atomic
def _open_or_new(enrolment: Enrolment, quiz: Quiz, rng: Random) -> Attempt:
    """Two clicks at once make one attempt, and no more than are allowed: they take turns at the enrolment."""
    if not lock_enrolment(enrolment.pk):
        raise NotReady("This quiz is not open to you.")
    if found := Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz).first():
        return found
    if reason := start_state(enrolment, quiz).reason:
        raise NotReady(reason)
    versions = _draw_versions(quiz, enrolment, rng)
    if not versions:
        raise NotReady("The quiz has no questions yet. Please try again later.")
    attempt = _begin(enrolment, quiz)
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            position=position,
            version=version,
            marks_possible=version.content.marks,
            **_orders_of(version.content, quiz, rng),
        )
        for position, version in enumerate(versions, start=1)
    )
    return attempt


def _begin(enrolment: Enrolment, quiz: Quiz) -> Attempt:
    now = timezone.now()
    attempt = Attempt(
        enrolment=enrolment,
        quiz=quiz,
        pass_mark=quiz.pass_mark,
        outcome_minimum=quiz.outcome_minimum,
        started_at=now,
    )
    attempt.due_at = due_at_of(attempt)
    attempt.check_at = next_look(attempt.state, clock_of(attempt, last_seen_at=now))
    attempt.save()
    record(attempt, "", actor_id=enrolment.learner_id)
    return attempt


def _draw_versions(quiz: Quiz, enrolment: Enrolment, rng: Random) -> list[ItemVersion]:
    pool, may_fill = pool_of(quiz)
    drawn = draw(pool, plan_of(quiz), times_seen(enrolment.learner_id), rng, may_fill)
    versions = ItemVersion.objects.in_bulk([candidate.version_id for candidate in drawn])
    return [versions[candidate.version_id] for candidate in drawn]


def _orders_of(content: ItemContent, quiz: Quiz, rng: Random) -> dict[str, list[str]]:
    """Return the order in which the answers are shown. Three or more things to order never start in the right one;
    two start either way, or turning them round would always be right.
    """
    choices = content.lefts if content.type == ItemType.MATCHING else content.choices
    keys = [choice.key for choice in choices]
    halves = [choice.key for choice in content.halves] if content.type == ItemType.MATCHING else []
    may_shuffle = quiz.shuffle_choices and content.shuffle and content.type not in NEVER_SHUFFLED
    if may_shuffle or content.type == ItemType.ORDERING:
        rng.shuffle(keys)
    rng.shuffle(halves)
    if content.type == ItemType.ORDERING and keys == content.keys and len(keys) > 2:
        keys = [*keys[1:], keys[0]]
    return {"choice_order": keys, "half_order": halves}


@transaction.atomic
def save_response(
    attempt: Attempt, position: int, answer: Any, *, confidence: str = "", seen: int | None = None
) -> Response:
    """Keep `answer` to question `position`; a blank one clears it. Shapes: see quizzes.content.

    seen: the `saved_count` that the learner's page was drawn with; None overwrites whatever is there.
    Raises AttemptClosed once the attempt is over or the answer final, StaleAnswer if another tab was there
    first, NotOffered for what the question does not offer, Response.DoesNotExist; each leaves what was saved.
    """
    attempt = locked(attempt)
    if attempt.state != AttemptState.IN_PROGRESS or _is_due(attempt):
        raise AttemptClosed(attempt.pk)
    response = Response.objects.select_related("version").get(attempt=attempt, position=position)
    content = response.version.content
    answer = clean_answer(content, answer)
    if response.is_final:
        raise AttemptClosed(attempt.pk)
    if seen is not None and seen != response.saved_count:
        raise StaleAnswer(position)
    if content.type == ItemType.BRANCHING and not _goes_on(response.answer, answer):
        raise AttemptClosed(attempt.pk)
    response.answer = answer
    response.confidence = confidence if answer and confidence in Confidence.values else ""
    response.answered_at = timezone.now() if answer else None
    response.saved_count += 1
    response.is_final = attempt.quiz.gives_feedback_at_once and is_complete(content, answer)
    response.save(update_fields=["answer", "confidence", "answered_at", "saved_count", "is_final"])
    return response


def _is_due(attempt: Attempt) -> bool:
    """Say whether the clock ends the attempt. Before `check_at` it never does, so most saves need not look."""
    now = timezone.now()
    is_time = attempt.check_at and attempt.check_at <= now
    return bool(is_time and due_move(attempt.state, clock_of(attempt), now))


def _goes_on(before: list | None, after: list | None) -> bool:
    """In a story nobody goes back: what happened next gave the earlier choices away."""
    before, after = before or [], after or []
    return after[: len(before)] == before


def submit_attempt(attempt: Attempt) -> None:
    """Hand in `attempt` and mark it. Harmless to repeat: the first submission stands. `attempt` is refreshed.

    score and pass_mark are per cent, 0 to 100; equal to the pass mark is a pass. An unanswered question scores 0.
    The submission is kept before the marking begins: should that fail, the job marks it later.
    """
    with transaction.atomic():
        row = locked(attempt)
        apply_clock(row)
        if row.is_open:
            move(row, AttemptState.SUBMITTED, actor_id=row.enrolment.learner_id)
    mark_submitted(attempt)


def mark_submitted(attempt: Attempt) -> None:
    """Mark a submitted `attempt`, and refresh it; a failure is logged and left to the job.

    One that fails goes to the end of the job's queue, so that many of them keep nobody waiting.
    """
    try:
        now = mark_attempt(attempt)
    except Exception:
        logger.exception("Attempt %s could not be marked", attempt.pk)
        waiting = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.SUBMITTED)
        waiting.update(check_at=timezone.now())
        attempt.refresh_from_db()
    else:
        for field in Attempt._meta.concrete_fields:
            setattr(attempt, field.attname, getattr(now, field.attname))


@transaction.atomic
def mark_attempt(attempt: Attempt) -> Attempt:
    """Mark an attempt that was handed in, and announce the new evidence. Any other is left as it is.

    Returns the attempt as it is now.
    """
    attempt = locked(attempt)
    if attempt.state != AttemptState.SUBMITTED:
        return attempt
    responses = list(attempt.responses.select_related("version", "marked_with"))
    for response in responses:
        response.marks_awarded = marks_for(share_of(response), response.marks_possible)
    Response.objects.bulk_update(responses, ["marks_awarded"])
    result = score_of(attempt, responses)
    attempt.score, attempt.passed = result.score, result.passed
    move(attempt, AttemptState.FINISHED, score=result.score, passed=result.passed)
    if attempt.quiz.counts:
        progress_changed.send(sender=Attempt, enrolment=attempt.enrolment)
    return attempt


def bring_up_to_date(attempt: Attempt) -> Attempt:
    """Take the steps that the clock asks for, mark what it handed in, and return `attempt`, refreshed.

    Pages call it, so that the clock is right even when the job is late.
    """
    if not attempt.check_at or attempt.check_at > timezone.now():
        return attempt
    with transaction.atomic():
        apply_clock(locked(attempt))
    mark_submitted(attempt)
    return attempt


def tend_attempts() -> int:
    """Bring up to date every attempt whose moment has come; return how many were looked at.

    One indexed query finds them; each is its own transaction, and one that fails keeps nobody waiting.
    """
    due = list(Attempt.objects.to_tend(timezone.now()).select_related("quiz")[:JOB_BATCH])
    for attempt in due:
        try:
            bring_up_to_date(attempt)
        except Exception:
            logger.exception("Attempt %s could not be tended", attempt.pk)
    return len(due)
