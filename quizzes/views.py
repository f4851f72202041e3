"""The learner's quiz: start, one question a page, check, submit, result. Nothing here is ever cached."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Enrolment
from courses.queries import all_modules_completed
from quizzes.forms import AnswerForm
from quizzes.models import Attempt, Quiz, QuizKind
from quizzes.results import result_of
from quizzes.services import AttemptClosed, NotReady, save_response, start_attempt, submit_attempt
from quizzes.steps import resume_url

ALREADY_SUBMITTED = "You submitted this quiz before, so your answers have not been changed."


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request, course):
    """The page before the start; posting to it starts an attempt or goes on with the open one."""
    quiz = get_object_or_404(
        Quiz.objects.select_related("course"),
        course__slug=course,
        course__live=True,
        kind=QuizKind.ASSESSMENT,
    )
    enrolment = Enrolment.objects.active().filter(learner=request.user, course=quiz.course_id).first()
    if not enrolment:
        return redirect("courses:course", course)
    enrolment.course = quiz.course
    if request.method == "POST":
        try:
            return _resume(start_attempt(enrolment))
        except NotReady as reason:
            messages.error(request, str(reason))
            return redirect("courses:course", course)
    attempts = list(Attempt.objects.filter(enrolment=enrolment).best_first())
    is_open = any(attempt.is_open for attempt in attempts)
    context = {
        "quiz": quiz,
        "course": quiz.course,
        "is_open": is_open,
        "is_ready": is_open or all_modules_completed(enrolment),
        "passed": next((attempt for attempt in attempts if attempt.passed), None),
        "page_title": "Quiz",
        "is_sensitive": True,
    }
    return render(request, "quizzes/quiz.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request, attempt, position):
    """One question; posting keeps its answer and goes on to the next one without an answer."""
    attempt = _attempt_of(request, attempt)
    responses = list(attempt.responses.select_related("version"))
    response = _at(responses, position)
    if attempt.submitted_at:
        return _submitted(request, attempt)
    form = AnswerForm(request.POST if request.method == "POST" else None, response=response)
    if form.is_valid():
        try:
            save_response(attempt, position, form.keys)
        except AttemptClosed:
            return _submitted(request, attempt)
        return _after(attempt, responses, position)
    title = f"Question {position} of {len(responses)}"
    context = {
        "attempt": attempt,
        "course": attempt.quiz.course,
        "form": form,
        "position": position,
        "total": len(responses),
        "answered": sum(bool(r.answered_at) for r in responses),
        "back_url": _url_of(attempt, responses, position - 1),
        "later_url": _url_of(attempt, responses, position + 1),
        "page_title": f"Error: {title}" if form.errors else title,
        "is_sensitive": True,
    }
    return render(request, "quizzes/question.html", context)


@login_required
@never_cache
@require_safe
def check(request, attempt):
    """Every question with whether it is answered, before submitting."""
    attempt = _attempt_of(request, attempt)
    if attempt.submitted_at:
        return redirect("quizzes:result", attempt.pk)
    responses = list(attempt.responses.select_related("version"))
    context = {
        "attempt": attempt,
        "course": attempt.quiz.course,
        "responses": responses,
        "warning": _warning(sum(not r.answered_at for r in responses)),
        "page_title": "Check your answers",
        "is_sensitive": True,
    }
    return render(request, "quizzes/check.html", context)


@login_required
@never_cache
@require_POST
def submit(request, attempt):
    """Hand in. A second click finds the first submission and shows its result."""
    attempt = _attempt_of(request, attempt)
    submit_attempt(attempt)
    return redirect("quizzes:result", attempt.pk)


@login_required
@never_cache
@require_safe
def result(request, attempt):
    """Score, outcomes, what to revisit, and each question with its feedback: only once submitted."""
    attempt = _attempt_of(request, attempt)
    if not attempt.submitted_at:
        return _resume(attempt)
    context = {
        "attempt": attempt,
        "course": attempt.quiz.course,
        "result": result_of(attempt),
        "page_title": "Your result",
        "is_sensitive": True,
    }
    return render(request, "quizzes/result.html", context)


def _attempt_of(request, pk: int) -> Attempt:
    """The learner's own attempt; somebody else's answers 404."""
    attempts = Attempt.objects.taken_by(request.user).select_related("enrolment", "quiz__course")
    return get_object_or_404(attempts, pk=pk)


def _resume(attempt: Attempt):
    return redirect(resume_url(Attempt.objects.with_next_position().get(pk=attempt.pk)))


def _submitted(request, attempt: Attempt):
    if request.method == "POST":
        messages.warning(request, ALREADY_SUBMITTED)
    return redirect("quizzes:result", attempt.pk)


def _warning(unanswered: int) -> str:
    if not unanswered:
        return ""
    return (
        "1 question is not answered. It will score nothing."
        if unanswered == 1
        else f"{unanswered} questions are not answered. They will score nothing."
    )


def _at(responses, position: int):
    for response in responses:
        if response.position == position:
            return response
    raise Http404


def _url_of(attempt: Attempt, responses, position: int) -> str:
    """Address of the question at `position`; before the first the quiz's page, after the last the check page."""
    if position < 1:
        return reverse("quizzes:quiz", args=[attempt.quiz.course.slug])
    if position > len(responses):
        return reverse("quizzes:check", args=[attempt.pk])
    return reverse("quizzes:question", args=[attempt.pk, position])


def _after(attempt: Attempt, responses, position: int):
    """Go to the next question without an answer, to the check page when none follows."""
    for response in responses:
        if response.position > position and not response.answered_at:
            return redirect("quizzes:question", attempt.pk, response.position)
    return redirect("quizzes:check", attempt.pk)
