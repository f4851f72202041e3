"""Attempts in the CMS, for those who may meet learners by name: lists, the story of one, what staff may do."""

from functools import wraps
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from courses.models import Enrolment
from quizzes.life import NotAllowed
from quizzes.models import Attempt, AttemptState, Quiz
from quizzes.permissions import may_see_learners
from quizzes.staff import allow_more, reopen_attempt, void_attempt
from quizzes.staff_forms import AttemptFilterForm, MoreForm, ReasonForm
from quizzes.staff_queries import (
    allowance_of,
    answered_counts,
    attempts_for_staff,
    enrolments_for_staff,
    story_of,
)

ROWS_A_PAGE = 50


def for_those_who_may_see_learners(view):
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not may_see_learners(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def _crumbs(*more: tuple[str, str]) -> list[dict]:
    own = [{"url": reverse("staff_attempts"), "label": "Attempts"}]
    return own + [{"url": url, "label": label} for url, label in more]


def _attempt(pk: int) -> Attempt:
    rows = Attempt.objects.select_related("enrolment__learner", "enrolment__course", "quiz")
    return get_object_or_404(rows, pk=pk)


@for_those_who_may_see_learners
@require_safe
def attempts(request):
    form = AttemptFilterForm(request.GET)
    form.is_valid()
    rows = attempts_for_staff(**form.cleaned_data)
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "header_title": "Attempts",
        "breadcrumbs_items": _crumbs(),
        "form": form,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": asked.urlencode(),
    }
    return render(request, "quizzes/cms/attempts.html", context)


@for_those_who_may_see_learners
@require_safe
def attempt(request, pk: int):
    found = _attempt(pk)
    answered, questions = answered_counts(found)
    context = {
        "header_title": f"Attempt of {found.enrolment.learner}",
        "breadcrumbs_items": _crumbs((request.path, str(found.enrolment.learner))),
        "attempt": found,
        "answered": answered,
        "questions": questions,
        "allowance": allowance_of(found.enrolment_id, found.quiz_id),
        "story": story_of(found),
        "can_reopen": found.state == AttemptState.ABANDONED,
        "can_void": found.state != AttemptState.VOID,
        "can_give": found.quiz.time_limit_minutes or found.quiz.attempts_allowed,
    }
    return render(request, "quizzes/cms/attempt.html", context)


def _act(request, pk: int, *, heading: str, act, told: str, what: str, is_serious: bool):
    """Ask why, then do it. A second click finds it done, and changes nothing."""
    found = _attempt(pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            act(found, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, told.format(state=found.get_state_display().lower()))
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
        return redirect("staff_attempt", pk)
    context = {
        "header_title": heading,
        "breadcrumbs_items": _crumbs(
            (reverse("staff_attempt", args=[pk]), str(found.enrolment.learner)), ("", heading)
        ),
        "form": form,
        "attempt": found,
        "what": what,
        "button": heading,
        "is_serious": is_serious,
        "back": reverse("staff_attempt", args=[pk]),
    }
    return render(request, "quizzes/cms/attempt_action.html", context)


@for_those_who_may_see_learners
def reopen(request, pk: int):
    return _act(
        request,
        pk,
        heading="Open again",
        act=reopen_attempt,
        told="Done. The attempt is now: {state}.",
        what="The learner can go on with their answers, and is told by e-mail. If their time is over, the "
        "answers they saved are handed in and marked instead; give more time first if they should go on.",
        is_serious=False,
    )


@for_those_who_may_see_learners
def void(request, pk: int):
    return _act(
        request,
        pk,
        heading="Make void",
        act=void_attempt,
        told="The attempt is void.",
        what="It counts for nothing any more, neither as a pass nor as one of the attempts allowed. This "
        "cannot be undone. Its answers and score stay on record. A certificate that was issued stays valid: "
        "revoking one is a step of its own.",
        is_serious=True,
    )


@for_those_who_may_see_learners
@require_safe
def people(request):
    """Find a learner to give more to, before or after an attempt."""
    q = request.GET.get("q", "").replace("\0", "")[:200].strip()
    rows = enrolments_for_staff(q) if q else Enrolment.objects.none()
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "header_title": "Give extra time or attempts",
        "breadcrumbs_items": _crumbs((request.path, "Give extra time or attempts")),
        "q": q,
        "query": urlencode({"q": q}),
        "page": page,
        "rows": [(enrolment, _quizzes_of(enrolment)) for enrolment in page.object_list],
    }
    return render(request, "quizzes/cms/attempt_people.html", context)


def _quizzes_of(enrolment: Enrolment) -> list[tuple]:
    own = {allowance.quiz_id: allowance for allowance in enrolment.allowances.all()}
    return [
        (quiz, own.get(quiz.pk), bool(quiz.time_limit_minutes or quiz.attempts_allowed))
        for quiz in enrolment.course.quizzes.all()
    ]


@for_those_who_may_see_learners
def more(request, enrolment_id: int, quiz_id: int):
    enrolment = get_object_or_404(Enrolment.objects.select_related("learner", "course"), pk=enrolment_id)
    quiz = get_object_or_404(Quiz, pk=quiz_id, course=enrolment.course_id)
    own = allowance_of(enrolment.pk, quiz.pk)
    form = MoreForm(quiz, own, request.POST or None)
    latest = enrolment.attempts.filter(quiz=quiz).first()
    back = reverse("staff_attempt", args=[latest.pk]) if latest else reverse("staff_people")
    if form.has_something_to_give and form.is_valid():
        try:
            allow_more(enrolment, quiz, by=request.user, **form.as_arguments())
            messages.success(request, f"Given. {enrolment.learner} is told by e-mail.")
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
        return redirect(back)
    context = {
        "header_title": "Give extra time or attempts",
        "breadcrumbs_items": _crumbs((back, str(enrolment.learner)), ("", "Give extra time or attempts")),
        "form": form,
        "enrolment": enrolment,
        "quiz": quiz,
        "allowance": own,
        "back": back,
    }
    return render(request, "quizzes/cms/attempt_more.html", context)
