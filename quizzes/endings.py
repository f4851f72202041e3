"""Where the learner of an attempt that is over stands: what to say without a result, and what comes next."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from quizzes.models import Attempt, AttemptState, QuizKind
from quizzes.queries import start_state


@dataclass(frozen=True)
class Ending:
    """An attempt that is over and has no result. can_reload: the result may be there in a moment."""

    heading: str
    sentences: list[str]
    can_reload: bool = False


def ending_of(attempt: Attempt) -> Ending:
    """Return the words for an attempt that was handed in but not marked, not handed in, or made void."""
    if attempt.state == AttemptState.SUBMITTED:
        return Ending(
            "We have your answers",
            [
                "They are being marked. That takes a moment; nothing more is asked of you.",
                "You may close this page. Your result will be here when you come back.",
            ],
            can_reload=True,
        )
    event = attempt.events.filter(became=attempt.state).last()
    when = f" on {date_format(timezone.localtime(event.at), 'j F Y, H:i')}" if event else ""
    if attempt.state == AttemptState.ABANDONED:
        return Ending("This attempt was not handed in", [*_why_closed(attempt, when), ASK])
    reason = f" The reason: {event.reason.rstrip('.')}." if event and event.reason else ""
    return Ending(
        "This attempt does not count",
        [
            f"It was set aside{when}.{reason}",
            "It uses up none of your attempts and changes none of your other results. "
            "If you do not know why, ask your trainer.",
        ],
    )


ASK = "If something kept you from handing in, tell your trainer: they can open the attempt again."


def _why_closed(attempt: Attempt, when: str) -> list[str]:
    why = "The time was up and" if attempt.due_at else "Nothing was answered for a long time, so"
    return [f"{why} the attempt was closed{when}.", "Your answers are kept. They were not marked."]


@dataclass(frozen=True)
class NextTry:
    """Another attempt at the same quiz. label: on the button, empty if there can be none now; reason: why not."""

    label: str = ""
    reason: str = ""
    attempts_left: int | None = None


def next_try(attempt: Attempt) -> NextTry:
    """Return what the learner may do about this quiz now. `attempt` is loaded with its quiz and enrolment."""
    quiz, enrolment = attempt.quiz, attempt.enrolment
    is_done = attempt.state == AttemptState.SUBMITTED or (
        attempt.state == AttemptState.FINISHED and quiz.kind == QuizKind.DIAGNOSTIC
    )
    if is_done or enrolment.withdrawn_at:
        return NextTry()
    if Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz).exists():
        return NextTry("Continue")
    state = start_state(enrolment, quiz)
    return NextTry("" if state.reason else "Try again", state.reason, state.attempts_left)
