"""A course's quizzes as steps of its task list."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses.models import CoursePage, Enrolment
from courses.steps import ExtraStep, StepStatus
from quizzes.models import Attempt, AttemptState, Quiz, QuizKind

#: In which order the task list has them; a check stands after its module.
ORDER = [QuizKind.DIAGNOSTIC, QuizKind.CHECK, QuizKind.ASSESSMENT]


def quiz_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return a step for every quiz of the course; two queries at most, however many there are."""
    quizzes = sorted(Quiz.objects.filter(course=course), key=lambda quiz: ORDER.index(quiz.kind))
    if not quizzes:
        return []
    attempts = []
    if enrolment:
        valid = Attempt.objects.filter(enrolment=enrolment).exclude(state=AttemptState.VOID)
        attempts = list(valid.best_first().with_next_position())
    return [
        _step(
            quiz,
            start_url(quiz, course),
            [attempt for attempt in attempts if attempt.quiz_id == quiz.pk],
            may_start=bool(enrolment) and (modules_done or not quiz.counts),
        )
        for quiz in quizzes
    ]


def start_url(quiz: Quiz, course: CoursePage) -> str:
    return reverse("quizzes:one", args=[course.slug, quiz.slug])


def _step(quiz: Quiz, url: str, attempts: list[Attempt], *, may_start: bool) -> ExtraStep:
    opens_later = bool(quiz.opens_at and quiz.opens_at > timezone.now())
    status, url = _state(quiz, url, attempts, may_start=may_start and not opens_later)
    hint = [_questions(quiz)]
    if opens_later:
        hint.append(f"Opens on {date_format(timezone.localtime(quiz.opens_at), 'j F Y, H:i')}.")
    return ExtraStep(
        title="Quiz" if quiz.counts else quiz.title,
        hint=" ".join(hint),
        status=status,
        url=url,
        minutes=quiz.minutes,
        comes_first=quiz.kind == QuizKind.DIAGNOSTIC,
        after_module=quiz.module_id,
        is_optional=not quiz.counts,
    )


def _questions(quiz: Quiz) -> str:
    questions = "1 question" if quiz.question_count == 1 else f"{quiz.question_count} questions"
    return f"{questions}. You need {quiz.pass_mark}% to pass." if quiz.counts else f"Optional. {questions}."


def _state(quiz: Quiz, url: str, attempts: list[Attempt], *, may_start: bool) -> tuple[StepStatus, str]:
    """A quiz that counts is completed by a pass, another one by handing it in."""
    for attempt in attempts:
        if attempt.passed or (not quiz.counts and attempt.state == AttemptState.FINISHED):
            return StepStatus.COMPLETED, reverse("quizzes:result", args=[attempt.pk])
    for attempt in attempts:
        if attempt.is_open:
            return StepStatus.IN_PROGRESS, resume_url(attempt)
    if not may_start:
        return StepStatus.LOCKED, ""
    return StepStatus.IN_PROGRESS if attempts else StepStatus.NOT_STARTED, url


def resume_url(attempt: Attempt) -> str:
    """Address of the first question without an answer, of the check page when all have one or time is up.

    The attempt comes from `with_next_position()`.
    """
    if attempt.next_position and attempt.state == AttemptState.IN_PROGRESS:
        return reverse("quizzes:question", args=[attempt.pk, attempt.next_position])
    return reverse("quizzes:check", args=[attempt.pk])
