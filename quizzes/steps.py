"""The quiz as a step of its course's task list."""

from django.urls import reverse

from courses.models import CoursePage, Enrolment
from courses.steps import ExtraStep, StepStatus
from quizzes.models import Attempt, Quiz
from quizzes.queries import quiz_of


def quiz_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return the quiz step, none for a course without a quiz; two queries at most."""
    quiz = quiz_of(course)
    if not quiz:
        return []
    attempts = (
        list(Attempt.objects.filter(enrolment=enrolment).best_first().with_next_position())
        if enrolment
        else []
    )
    status, url = _state(quiz, course, attempts, bool(enrolment and modules_done))
    questions = "1 question" if quiz.question_count == 1 else f"{quiz.question_count} questions"
    hint = f"{questions}. You need {quiz.pass_mark}% to pass."
    return [ExtraStep(title="Quiz", hint=hint, status=status, url=url, minutes=quiz.minutes)]


def _state(
    quiz: Quiz, course: CoursePage, attempts: list[Attempt], may_start: bool
) -> tuple[StepStatus, str]:
    for attempt in attempts:
        if attempt.passed:
            return StepStatus.COMPLETED, reverse("quizzes:result", args=[attempt.pk])
    for attempt in attempts:
        if attempt.is_open:
            return StepStatus.IN_PROGRESS, resume_url(attempt)
    if not may_start:
        return StepStatus.LOCKED, ""
    status = StepStatus.IN_PROGRESS if attempts else StepStatus.NOT_STARTED
    return status, reverse("quizzes:quiz", args=[course.slug])


def resume_url(attempt: Attempt) -> str:
    """Address of the first question without an answer, of the check page when all have one.

    The attempt comes from `with_next_position()`.
    """
    if attempt.next_position:
        return reverse("quizzes:question", args=[attempt.pk, attempt.next_position])
    return reverse("quizzes:check", args=[attempt.pk])
