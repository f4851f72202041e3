"""What quizzes hold about a person: how it is given back and how it is erased."""

from typing import Any

from django.db.models import Prefetch

from quizzes.content import ItemType
from quizzes.forms.words import answer_in_words
from quizzes.marking import accepts, share_of
from quizzes.models import Allowance, Attempt, AttemptEvent, Feedback, Regrade, Response, ScoreChange

KEPT = (
    "What was chosen in quizzes, how sure it was, when and with which score, without your name, so that a "
    "certificate keeps its evidence and faulty questions are found and corrected. Words that you typed and reasons "
    "that staff wrote about your attempts are erased."
)
#: Who took a step, told without a name.
BY_CLOCK, BY_LEARNER, BY_STAFF = "the clock", "you", "staff"


def export_quizzes(user) -> dict[str, Any]:
    """Return attempts with every answer in words, what became of them and why, and time or attempts granted.

    Whether an answer is right, and the score, are given as far as the quiz shows them: the right of access covers
    what is held about a person, and the key of a quiz that is still open is not about them.
    """
    responses = Response.objects.select_related("version").order_by("position")
    attempts = (
        Attempt.objects.filter(enrolment__learner=user)
        .select_related("quiz__course")
        .prefetch_related(
            Prefetch("responses", queryset=responses),
            "events",
            Prefetch("score_changes", queryset=ScoreChange.objects.select_related("regrade")),
        )
        .order_by("started_at", "pk")
    )
    allowances = Allowance.objects.filter(enrolment__learner=user).select_related("quiz__course")
    return {
        "attempts": [_attempt(attempt, user) for attempt in attempts],
        "allowances": [
            {
                "course": allowance.quiz.course.title,
                "quiz": allowance.quiz.title,
                "extra_minutes": allowance.extra_minutes,
                "extra_attempts": allowance.extra_attempts,
                "reason": allowance.reason,
                "given": allowance.given_at,
            }
            for allowance in allowances
        ],
        "corrections_decided": [
            {"question": r.item.code, "what": r.get_action_display(), "reason": r.reason, "at": r.decided_at}
            for r in Regrade.objects.filter(decided_by=user).select_related("item")
        ],
    }


def _attempt(attempt: Attempt, user) -> dict[str, Any]:
    is_marked = attempt.score is not None
    shows_score = is_marked and Feedback.SCORE in attempt.quiz.shown(submitted=True)
    return {
        "course": attempt.quiz.course.title,
        "quiz": attempt.quiz.title,
        "status": attempt.get_state_display(),
        "started": attempt.started_at,
        "handed_in": attempt.submitted_at,
        "time_was_up": attempt.due_at,
        "score_percent": attempt.score if shows_score else None,
        "passed": attempt.passed if shows_score else None,
        "answers": [_answer(response, shows_score) for response in attempt.responses.all()],
        "what_happened": [_event(event, user) for event in attempt.events.all()],
        "score_changes": [_change(change) for change in attempt.score_changes.all()] if shows_score else [],
    }


def _answer(response: Response, shows_score: bool) -> dict[str, Any]:
    return {
        "question": response.version.content.stem,
        "your_answer": answer_in_words(response.version.content, response.answer),
        "how_sure": response.get_confidence_display(),
        "answered": response.answered_at,
        "marks": response.marks_awarded if shows_score else None,
        "marks_possible": response.marks_possible,
    }


def _event(event: AttemptEvent, user) -> dict[str, Any]:
    by = {None: BY_CLOCK, user.pk: BY_LEARNER}.get(event.actor_id, BY_STAFF)
    return {"at": event.at, "became": event.get_became_display(), "by": by, "reason": event.reason}


def _change(change: ScoreChange) -> dict[str, Any]:
    return {
        "at": change.regrade.decided_at,
        "from_percent": change.old_score,
        "to_percent": change.new_score,
        "passed_before": change.old_passed,
        "passed_after": change.new_passed,
        "reason": change.regrade.reason,
    }


def erase_quizzes(user) -> None:
    """Erase words; choices and scores stay with a learner who has no name.

    Reasons that staff wrote may tell of a person, and so may a typed answer: it is replaced by the bank's own
    words for the same answer, or by nothing if it earned nothing, so that every score still follows from what is
    kept. An attempt that is still open closes by its clock or stays as it is: nobody can log in to it any more.
    """
    attempts = Attempt.objects.filter(enrolment__learner=user)
    AttemptEvent.objects.filter(attempt__in=attempts).exclude(reason="").update(reason="")
    Allowance.objects.filter(enrolment__learner=user).update(reason="")
    typed = Response.objects.filter(attempt__in=attempts, answered_at__isnull=False)
    for response in typed.filter(version__data__type=ItemType.SHORT).select_related("version", "marked_with"):
        response.answer = _in_the_banks_words(response)
        response.save(update_fields=["answer"])


def _in_the_banks_words(response: Response) -> str | None:
    content = (response.marked_with or response.version).content
    accepting = [c for c in content.choices if accepts(content, c, response.answer or "")]
    best = max(accepting, key=share_of, default=None)
    return best.text.replace("*", "…") if best and share_of(best) > 0 else None
