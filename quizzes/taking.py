"""Reads for the pages on which a quiz is taken: each of them a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property

from courses.models import Enrolment
from quizzes.content import ItemType
from quizzes.marking import is_complete
from quizzes.models import Allowance, Attempt, AttemptState, Feedback, Quiz, Response
from quizzes.queries import StartState, start_state


def own_responses(user) -> QuerySet[Response]:
    """The learner's responses, each with its attempt, quiz and course and the place of its question:
    `total`, `answered` and `next_open`, the next position without an answer; one query.
    """
    others = Response.objects.filter(attempt=OuterRef("attempt")).order_by()
    counted = others.values("attempt")
    after = others.filter(position__gt=OuterRef("position"), answered_at=None).order_by("position")
    return (
        Response.objects.filter(attempt__enrolment__learner=user)
        .select_related("version", "attempt__enrolment", "attempt__quiz__course")
        .annotate(
            total=Subquery(counted.annotate(n=Count("pk")).values("n")),
            answered=Subquery(counted.annotate(n=Count("pk", filter=~Q(answered_at=None))).values("n")),
            next_open=Subquery(after.values("position")[:1]),
        )
    )


@dataclass(frozen=True)
class CheckRow:
    """A question on the page before handing in."""

    response: Response

    @property
    def position(self) -> int:
        return self.response.position

    @property
    def words(self) -> str:
        """The question, or instead what it mentions while the learner has not decided to read it."""
        content = self.response.version.content
        if content.content_note and not self.response.answer:
            return f"About the content: {content.content_note}"
        return content.stem

    @cached_property
    def is_unfinished(self) -> bool:
        """Begun, and something is left: a pair without its half, a story without its end."""
        return bool(self.response.answer) and not is_complete(
            self.response.version.content, self.response.answer
        )

    @property
    def status(self) -> str:
        if self.is_unfinished:
            return "Begun, not finished"
        return "Answered" if self.response.answered_at else "Not answered"

    @property
    def action(self) -> str:
        """Words of the link to it; its number follows."""
        if self.is_unfinished:
            return "Finish"
        if not self.response.answered_at:
            return "Answer"
        return "Read" if self.response.version.content.type == ItemType.BRANCHING else "Change"


def check_rows(attempt: Attempt) -> list[CheckRow]:
    return [CheckRow(response) for response in attempt.responses.select_related("version")]


def check_warnings(rows: list[CheckRow]) -> list[str]:
    """What is left, in sentences."""
    warnings = []
    blank = sum(not row.response.answered_at for row in rows)
    if blank == 1:
        warnings.append("1 question is not answered. It will score nothing.")
    elif blank:
        warnings.append(f"{blank} questions are not answered. They will score nothing.")
    begun = sum(row.is_unfinished for row in rows)
    if begun:
        what = "1 question is" if begun == 1 else f"{begun} questions are"
        warnings.append(f"{what} not finished. Only what you have answered counts.")
    return warnings


def hand_in_until(attempt: Attempt) -> datetime | None:
    """Return until when an attempt whose time is up can be handed in, None for any other."""
    if attempt.state != AttemptState.OVERDUE:
        return None
    return attempt.due_at + timedelta(minutes=attempt.quiz.grace_minutes)


@dataclass(frozen=True)
class Earlier:
    """An attempt that is over, on the page before the start. number: from 1, the first one."""

    number: int
    attempt: Attempt
    shows_score: bool

    @property
    def outcome(self) -> str:
        """Where it stands, in words; a score only where the quiz shows it."""
        attempt = self.attempt
        if attempt.score is None or attempt.state != AttemptState.FINISHED:
            return attempt.get_state_display()
        if not self.shows_score:
            return "Handed in"
        if not attempt.quiz.counts:
            return "Done"
        return "Passed" if attempt.passed else "Not passed yet"


@dataclass(frozen=True)
class StartPage:
    """What a learner is told before the start."""

    quiz: Quiz
    open_attempt: Attempt | None
    earlier: list[Earlier]
    passed: Attempt | None
    state: StartState
    limit_minutes: int
    extra_minutes: int

    @property
    def may_start(self) -> bool:
        return bool(self.open_attempt) or not self.state.reason


def attempts_at(enrolment: Enrolment, quiz: Quiz) -> list[Attempt]:
    """Every attempt of the learner at `quiz`, the first one first."""
    rows = Attempt.objects.filter(enrolment=enrolment, quiz=quiz)
    return list(rows.select_related("quiz").order_by("started_at", "pk"))


def start_page(enrolment: Enrolment, quiz: Quiz, attempts: list[Attempt]) -> StartPage:
    """Return how the learner stands at `quiz` after `attempts`; four queries at most."""
    shows_score = Feedback.SCORE in quiz.shown(submitted=True)
    over = [a for a in attempts if not a.is_open]
    earlier = [Earlier(number, attempt, shows_score) for number, attempt in enumerate(over, start=1)]
    passes = [
        a for a in over if a.state == AttemptState.FINISHED and a.passed and quiz.counts and shows_score
    ]
    extra = 0
    if quiz.time_limit_minutes:
        own = Allowance.objects.filter(enrolment=enrolment, quiz=quiz).first()
        extra = own.extra_minutes if own else 0
    return StartPage(
        quiz=quiz,
        open_attempt=next((a for a in attempts if a.is_open), None),
        earlier=earlier,
        passed=max(passes, key=lambda a: a.score, default=None),
        state=start_state(enrolment, quiz),
        limit_minutes=quiz.time_limit_minutes + extra if quiz.time_limit_minutes else 0,
        extra_minutes=extra,
    )
