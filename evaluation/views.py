"""The learner's pages: how sure they feel, what a session was like, and the question after ninety days."""

from collections.abc import Mapping
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from attendance.models import Attendance
from bookings.models import Booking, TrainingSession
from courses.models import Enrolment
from courses.queries import enrolment_on, live_courses
from evaluation import services
from evaluation.forms import ConfidenceForm, FeedbackForm, FollowUpForm
from evaluation.models import FeedbackGiven, FollowUp, Stage
from evaluation.stages import open_stage, sessions_to_speak_of
from evaluation.steps import TITLES, UNTIL

CLOSED = {
    True: "The course is under way, so it is too late to say how sure you felt before it.",
    False: "There is nothing to say about this course at the moment.",
}


@never_cache
@login_required
def confidence(request, course):
    """Before or after the course, whichever is open: one address for both, so that a room can be given one link."""
    enrolment = enrolment_on(request.user, course)
    if not enrolment:
        messages.info(request, "Start the course first.")
        return redirect(get_object_or_404(live_courses(), slug=course))
    stage = open_stage(enrolment)
    if stage is None:
        rated = enrolment.confidence_ratings.filter(stage=Stage.BEFORE).exists()
        messages.info(request, CLOSED[not rated])
        return redirect(enrolment.course)
    given = dict(enrolment.confidence_ratings.filter(stage=stage).values_list("outcome", "rating"))
    form = _confidence_form(request, enrolment, given)
    if form.is_valid():
        services.rate(enrolment, stage, form.ratings)
        messages.success(request, "Thank you. Only numbers of groups of five or more are ever shown.")
        return redirect(enrolment.course)
    return _confidence_page(request, form, enrolment.course, stage)


def _sent(request):
    return request.POST if request.method == "POST" else None


def _confidence_form(request, enrolment: Enrolment, given: Mapping[str, int]) -> ConfidenceForm:
    return ConfidenceForm(enrolment.course.outcomes.all(), _sent(request), given=given)


def _confidence_page(request, form: ConfidenceForm, course, stage: Stage):
    context = {
        "form": form,
        "course": course,
        "title": TITLES[stage],
        "until": UNTIL[stage],
        "is_later": stage == Stage.LATER,
        "is_sensitive": True,
        "neutral_title": "Your course",
    }
    return render(request, "evaluation/confidence.html", context)


@never_cache
@login_required
def feedback(request, session_id):
    """For those who came or had a place; once, as nothing ties the answer to the person who could change it."""
    came = Q(pk__in=Attendance.objects.came().filter(learner=request.user).values("session"))
    booked = Q(pk__in=Booking.objects.booked().of(request.user).values("session"))
    session = get_object_or_404(TrainingSession.objects.held().filter(came | booked), pk=session_id)
    if not sessions_to_speak_of(request.user).filter(pk=session.pk).exists():
        given = FeedbackGiven.objects.filter(session=session, learner=request.user).exists()
        return render(request, "evaluation/feedback_closed.html", {"session": session, "given": given})
    form = FeedbackForm(_sent(request))
    if form.is_valid():
        with suppress(services.FeedbackWasGiven):  # A double click: the first one stands.
            services.give_feedback(session, request.user, form.instance)
        return render(request, "evaluation/feedback_closed.html", {"session": session, "given": True})
    return render(request, "evaluation/feedback.html", {"session": session, "form": form})


# --- From the letter, without log-in -------------------------------------------------------------
# These pages never show what was answered before: an employer's mail filter opens them too.


def _follow_up(token: str) -> FollowUp:
    rows = FollowUp.objects.filter(sent_at__isnull=False)
    return get_object_or_404(rows.select_related("enrolment__course", "enrolment__learner"), token=token)


def _is_open(follow_up: FollowUp) -> bool:
    return FollowUp.objects.open().filter(pk=follow_up.pk).exists()


def _closed(request, follow_up: FollowUp):
    return render(request, "evaluation/follow_up_closed.html", {"follow_up": follow_up}, status=410)


@never_cache
def follow_up(request, token):
    """The letter's links open this page with an answer chosen; nothing counts before it is sent from here.

    Programs that look through mail for bad links open them all: a link alone may not answer for a person.
    """
    found = _follow_up(token)
    if not _is_open(found):
        return _closed(request, found)
    form = FollowUpForm(_sent(request), initial={"answer": request.GET.get("answer", "")})
    if form.is_valid():
        try:
            services.answer_follow_up(found, answer=form.cleaned_data["answer"], passed_on=form.passed)
        except services.FollowUpClosed:
            return _closed(request, found)
        rated = found.enrolment.confidence_ratings.filter(stage=Stage.BEFORE).exists()
        return render(request, "evaluation/follow_up_thanks.html", {"follow_up": found, "may_rate": rated})
    return render(request, "evaluation/follow_up.html", {"follow_up": found, "form": form})


@never_cache
def follow_up_confidence(request, token):
    found = _follow_up(token)
    enrolment = found.enrolment
    rated = enrolment.confidence_ratings.filter(stage=Stage.BEFORE).exists()
    if not (_is_open(found) and rated):
        return _closed(request, found)
    form = _confidence_form(request, enrolment, {})
    if form.is_valid():
        services.rate(enrolment, Stage.LATER, form.ratings)
        return render(request, "evaluation/follow_up_thanks.html", {"follow_up": found, "may_rate": False})
    return _confidence_page(request, form, enrolment.course, Stage.LATER)


@never_cache
def follow_up_stop(request, token):
    found = _follow_up(token)
    if request.method == "POST":
        services.stop_asking(found.enrolment.learner)
        return render(request, "evaluation/follow_up_stopped.html", {"follow_up": found, "done": True})
    return render(request, "evaluation/follow_up_stopped.html", {"follow_up": found, "done": False})
