"""The learner's quiz: start, one question a page, check, submit, result. Nothing here is ever cached."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Enrolment
from quizzes.endings import ending_of, next_try
from quizzes.feedback import feedback_of
from quizzes.forms import answer_form
from quizzes.forms.saving import SavingForm
from quizzes.forms.words import answer_in_words
from quizzes.marking import clean_answer
from quizzes.models import Attempt, AttemptState, Quiz, Response
from quizzes.results import LATER_WORDS, result_of
from quizzes.services import (
    AttemptClosed,
    NotReady,
    StaleAnswer,
    bring_up_to_date,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.steps import resume_url
from quizzes.taking import attempts_at, check_rows, check_warnings, hand_in_until, own_responses, start_page

ALREADY_SUBMITTED = "You submitted this quiz before, so your answers have not been changed."
TIME_WAS_UP = "Time was up, so the answers that you had saved were handed in for you."
TOO_LATE = "Time was up before this answer arrived, so it was not saved. Your earlier answers are kept."
CLOSED = "This attempt is closed, so your answers have not been changed."
FINAL = "You have seen the feedback on this answer, so it has not been changed."
STALE = (
    "This answer was changed in another tab or on another device after you opened this page. "
    "What you entered here is not saved yet."
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request, course):
    """The course's assessment, by the course alone."""
    found = get_object_or_404(Quiz.objects.assessments(), course__slug=course, course__live=True)
    if request.method == "POST":
        return one(request, course, found.slug)
    return redirect("quizzes:one", course, found.slug)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request, course, quiz):
    """The page before the start; posting to it starts an attempt or goes on with the open one."""
    quiz = get_object_or_404(
        Quiz.objects.select_related("course", "module"), course__slug=course, course__live=True, slug=quiz
    )
    enrolment = Enrolment.objects.active().filter(learner=request.user, course=quiz.course_id).first()
    if not enrolment:
        return redirect("courses:course", course)
    enrolment.course = quiz.course
    if request.method == "POST":
        try:
            return _resume(start_attempt(enrolment, quiz))
        except NotReady as reason:
            messages.error(request, str(reason))
            return redirect("courses:course", course)
    attempts = [bring_up_to_date(attempt) for attempt in attempts_at(enrolment, quiz)]
    context = {
        "quiz": quiz,
        "course": quiz.course,
        "start": start_page(enrolment, quiz, attempts),
        "page_title": "Quiz",
        "is_sensitive": True,
    }
    return render(request, "quizzes/quiz.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request, attempt, position):
    """One question; posting keeps its answer and goes on to the next one without an answer."""
    response = _response_of(request, attempt, position)
    if response.attempt.state != AttemptState.IN_PROGRESS:
        return _closed(request, response.attempt)
    sent = request.POST if request.method == "POST" else None
    form = _form_of(response, sent)
    if response.is_final and sent is None and not form.stays:
        return redirect("quizzes:feedback", response.attempt_id, position)
    if sent is None and _warns_first(request, response):
        return render(request, "quizzes/note.html", _context(response))
    saving = SavingForm(response.attempt.quiz, response, sent)
    if form.is_repeat:
        return _go_on(response, stays=form.stays)
    if form.is_valid() and saving.is_valid():
        if form.is_over:
            return _go_on(response)
        try:
            return _go_on(_kept(response, form.answer, saving), stays=form.stays)
        except AttemptClosed:
            return _closed(request, bring_up_to_date(response.attempt), position)
        except StaleAnswer:
            return _stale(request, response, form)
    return _draw(request, response, form, saving)


def _kept(response: Response, answer, saving: SavingForm) -> Response:
    """Save and return the response as it is now. The same answer twice is no conflict. Raises as `save_response`."""
    confidence = saving.cleaned_data.get("confidence", "")
    try:
        saved = save_response(
            response.attempt, response.position, answer, confidence=confidence, seen=saving.seen_count
        )
    except (StaleAnswer, AttemptClosed):
        response.refresh_from_db(fields=["answer", "confidence", "saved_count", "is_final"])
        is_same = clean_answer(response.version.content, answer) == response.answer
        if not is_same or confidence != response.confidence or not response.attempt.is_open:
            raise
        return response
    response.answer, response.is_final = saved.answer, saved.is_final
    return response


def _stale(request, response: Response, form):
    """The page again with what was entered; saving it once more overwrites what the other tab saved."""
    response = own_responses(request.user).get(pk=response.pk)
    entered = {name: value for name, value in request.POST.items() if name != "seen"}
    saving = SavingForm(response.attempt.quiz, response, entered)
    now_saved = answer_in_words(response.version.content, response.answer)
    if response.confidence:
        now_saved.append(f"How sure: {response.get_confidence_display().lower()}")
    return _draw(request, response, form, saving, problem=STALE, now_saved=now_saved)


def _draw(request, response: Response, form, saving: SavingForm, *, problem: str = "", now_saved=()):
    context = _context(response)
    is_wrong = form.errors or saving.errors or problem
    context |= {
        "form": form,
        "saving": saving,
        "problem": problem,
        "now_saved": now_saved,
        "page_title": f"Error: {context['page_title']}" if is_wrong else context["page_title"],
    }
    return render(request, "quizzes/question.html", context)


@login_required
@never_cache
@require_safe
def feedback(request, attempt, position):
    """What the quiz shows of an answer while it goes on: only once that answer is final."""
    response = _response_of(request, attempt, position)
    if response.attempt.state != AttemptState.IN_PROGRESS:
        return _closed(request, response.attempt)
    if not response.is_final:
        return redirect("quizzes:question", attempt, position)
    quiz = response.attempt.quiz
    context = _context(response) | {
        "shown_response": feedback_of(response, quiz.shown(submitted=False)),
        "next_url": _next_url(response),
        "page_title": f"Feedback on question {position} of {response.total}",
    }
    return render(request, "quizzes/feedback.html", context)


@login_required
@never_cache
@require_safe
def check(request, attempt):
    """Every question with whether it is answered, before submitting; after the time is up, submitting alone."""
    attempt = bring_up_to_date(_attempt_of(request, attempt))
    if not attempt.is_open:
        return _closed(request, attempt)
    rows = check_rows(attempt)
    context = {
        "attempt": attempt,
        "course": attempt.quiz.course,
        "rows": rows,
        "warnings": check_warnings(rows),
        "is_overdue": attempt.state == AttemptState.OVERDUE,
        "hand_in_until": hand_in_until(attempt),
        "afterwards": _afterwards(attempt.quiz),
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
    """What an attempt that is over says to its learner; an open one leads back to its questions."""
    attempt = bring_up_to_date(_attempt_of(request, attempt))
    if attempt.is_open:
        return _resume(attempt)
    quiz = attempt.quiz
    context = {
        "attempt": attempt,
        "course": quiz.course,
        "next_try": next_try(attempt),
        "quiz_url": reverse("quizzes:one", args=[quiz.course.slug, quiz.slug]),
        "page_title": "Your result",
        "is_sensitive": True,
    }
    if attempt.state != AttemptState.FINISHED:
        return render(request, "quizzes/result_pending.html", context | {"ending": ending_of(attempt)})
    return render(request, "quizzes/result.html", context | {"result": result_of(attempt)})


def _attempt_of(request, pk: int) -> Attempt:
    """The learner's own attempt; somebody else's answers 404."""
    attempts = Attempt.objects.taken_by(request.user).select_related("enrolment", "quiz__course")
    return get_object_or_404(attempts, pk=pk)


def _response_of(request, attempt: int, position: int) -> Response:
    """The learner's own response, its attempt brought up to date; somebody else's answers 404."""
    response = get_object_or_404(own_responses(request.user), attempt=attempt, position=position)
    bring_up_to_date(response.attempt)
    return response


def _form_of(response: Response, sent=None):
    return answer_form(
        response.version.content,
        choice_order=response.choice_order,
        half_order=response.half_order,
        answer=response.answer,
        data=sent,
    )


def _warns_first(request, response: Response) -> bool:
    """Hard material says so on a page before it, until the learner has decided to go on."""
    note = response.version.content.content_note
    return bool(note) and not response.answer and "read" not in request.GET


def _context(response: Response) -> dict:
    attempt, position = response.attempt, response.position
    return {
        "attempt": attempt,
        "course": attempt.quiz.course,
        "response": response,
        "content": response.version.content,
        "position": position,
        "total": response.total,
        "answered": response.answered,
        "back_url": _url_of(attempt, response.total, position - 1),
        "later_url": _url_of(attempt, response.total, position + 1),
        "page_title": f"Question {position} of {response.total}",
        "is_sensitive": True,
    }


def _resume(attempt: Attempt):
    if attempt.state == AttemptState.OVERDUE:
        return redirect("quizzes:check", attempt.pk)
    return redirect(resume_url(Attempt.objects.with_next_position().get(pk=attempt.pk)))


def _closed(request, attempt: Attempt, position: int = 0):
    """Lead to where an attempt that takes no answers goes on, and say why.

    position: of an answer that is final while the attempt goes on.
    """
    is_late = request.method == "POST"
    if position and attempt.state == AttemptState.IN_PROGRESS:
        messages.warning(request, FINAL)
        return redirect("quizzes:feedback", attempt.pk, position)
    if attempt.state == AttemptState.OVERDUE:
        if is_late:
            messages.warning(request, TOO_LATE)
        return redirect("quizzes:check", attempt.pk)
    if attempt.submitted_at and attempt.submitted_at == attempt.due_at:
        messages.warning(request, TOO_LATE if is_late else TIME_WAS_UP)
    elif is_late:
        messages.warning(request, ALREADY_SUBMITTED if attempt.submitted_at else CLOSED)
    return redirect("quizzes:result", attempt.pk)


def _afterwards(quiz: Quiz) -> str:
    """Say what submitting shows and what it ends."""
    shown = quiz.shown(submitted=True)
    words = [text for part, text in LATER_WORDS.items() if part in shown]
    if not words:
        return "You cannot change your answers after you submit them."
    return (
        f"After you submit, you will see {get_text_list(words, 'and')}. You cannot change your answers then."
    )


def _url_of(attempt: Attempt, total: int, position: int) -> str:
    """Address of the question at `position`; before the first the quiz's page, after the last the check page."""
    if position < 1:
        return reverse("quizzes:one", args=[attempt.quiz.course.slug, attempt.quiz.slug])
    if position > total:
        return reverse("quizzes:check", args=[attempt.pk])
    return reverse("quizzes:question", args=[attempt.pk, position])


def _next_url(response: Response) -> str:
    """The next question without an answer, the check page when none follows."""
    return _url_of(response.attempt, response.total, response.next_open or response.total + 1)


def _go_on(response: Response, *, stays: bool = False):
    """Lead on from an answer that is saved: a story stays at its question until its end was read."""
    if stays:
        here = reverse("quizzes:question", args=[response.attempt_id, response.position])
        return redirect(f"{here}#now")
    if response.is_final:
        return redirect("quizzes:feedback", response.attempt_id, response.position)
    return redirect(_next_url(response))
