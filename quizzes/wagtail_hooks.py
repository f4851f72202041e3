"""The CMS for the question bank: its menu, what is due for review, what may not be deleted."""

from django.shortcuts import redirect
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from library.due import register_due_source
from quizzes import analysis_hooks, staff_hooks  # noqa: F401 -- register their own
from quizzes.bank_views import DuplicatesReport, HintsReport, question_use
from quizzes.bulk import BULK_ACTIONS
from quizzes.models import Item, Quiz
from quizzes.permissions import may_see_the_bank
from quizzes.tryout import try_question
from quizzes.viewsets import AssessmentGroup

register_snippet(AssessmentGroup)
register_due_source("question", "Question", Item.objects.in_use)

for action in BULK_ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_urls")
def register_urls():
    reports = {"question_hints": HintsReport, "question_duplicates": DuplicatesReport}
    return [
        path("questions/<int:pk>/try/", try_question, name="try_question"),
        path("questions/<int:pk>/used/", question_use, name="question_use"),
        *(
            path(f"reports/{name.replace('_', '-')}/", view.as_view(), name=name)
            for name, view in reports.items()
        ),
        *(
            path(
                f"reports/{name.replace('_', '-')}/results/",
                view.as_view(results_only=True),
                name=f"{name}_results",
            )
            for name, view in reports.items()
        ),
    ]


class BankMenuItem(MenuItem):
    """For those who may see the question bank."""

    def is_shown(self, request):
        return may_see_the_bank(request.user)


@hooks.register("register_reports_menu_item")
def register_hints_report():
    return BankMenuItem("Questions with hints", reverse("question_hints"), icon_name="list-ul", order=60)


@hooks.register("register_reports_menu_item")
def register_duplicates_report():
    return BankMenuItem(
        "Questions that are alike", reverse("question_duplicates"), icon_name="copy", order=61
    )


@hooks.register("before_delete_snippet")
def keep_what_was_answered(request, rows):
    """Attempts point at a quiz and its questions for ever."""
    if not any(isinstance(row, (Item, Quiz)) and row.was_taken() for row in rows):
        return None
    messages.error(
        request, "Learners have taken this, so it is kept. Retire a question instead of deleting it."
    )
    return redirect(rows[0].snippet_viewset.get_url_name("list"))
