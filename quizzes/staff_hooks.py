"""Attempts and corrections of marks in the CMS: addresses, menu entries, what is said after publishing."""

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from quizzes import regrade_views, staff_views
from quizzes.models import Item
from quizzes.permissions import may_correct_marks, may_see_corrections, may_see_learners
from quizzes.regrading import needs_correction


@hooks.register("register_admin_urls")
def register_staff_urls():
    return [
        path("attempts/", staff_views.attempts, name="staff_attempts"),
        path("attempts/people/", staff_views.people, name="staff_people"),
        path("attempts/people/<int:enrolment_id>/<int:quiz_id>/", staff_views.more, name="staff_more"),
        path("attempts/<int:pk>/", staff_views.attempt, name="staff_attempt"),
        path("attempts/<int:pk>/reopen/", staff_views.reopen, name="staff_reopen"),
        path("attempts/<int:pk>/void/", staff_views.void, name="staff_void"),
        path("questions/<int:pk>/marks/", regrade_views.correct_marks, name="correct_marks"),
        path("marks/", regrade_views.corrections, name="corrections"),
        path("marks/<int:pk>/", regrade_views.regrade_result, name="regrade_result"),
    ]


class AttemptsMenuItem(MenuItem):
    """For those who may meet learners by name."""

    def is_shown(self, request):
        return may_see_learners(request.user)


class CorrectionsMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_corrections(request.user)


@hooks.register("register_admin_menu_item")
def register_attempts():
    return AttemptsMenuItem("Attempts", reverse("staff_attempts"), icon_name="form", order=310)


@hooks.register("register_reports_menu_item")
def register_corrections():
    return CorrectionsMenuItem("Corrections of marks", reverse("corrections"), icon_name="check", order=65)


@hooks.register("after_edit_snippet")
def offer_correction(request, instance):
    """After publishing: are there marks that stand by an older key?"""
    published = request.method == "POST" and request.POST.keys() & {
        "action-publish",
        "action-workflow-action",
    }
    if not (published and isinstance(instance, Item) and may_correct_marks(request.user)):
        return
    if needs_correction(instance):
        messages.warning(
            request,
            f"Learners were marked by another key of {instance.code} than the one you published. "
            "Their marks stay until you correct them.",
            buttons=[messages.button(reverse("correct_marks", args=[instance.pk]), "Correct marks")],
        )


@hooks.register("register_log_actions")
def register_allowance_action(actions):
    @actions.register_action("quizzes.allow_more")
    class AllowMoreFormatter(LogFormatter):
        label = "Give more time or attempts"

        def format_message(self, log_entry):
            data = log_entry.data
            return f"{data['minutes']} more minutes and {data['attempts']} more attempts given."
