"""Where the item analysis stands in the CMS: its addresses, the report's menu and a quiz's own menu."""

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from quizzes import analysis_views
from quizzes.models import Quiz
from quizzes.permissions import may_see_analysis


@hooks.register("register_admin_urls")
def register_analysis_urls():
    return [
        path("analysis/", analysis_views.quiz_list, name="analysis"),
        path("analysis/<int:quiz_id>/", analysis_views.quiz_page, name="analysis_quiz"),
        path("analysis/<int:quiz_id>/export/", analysis_views.quiz_export, name="analysis_export"),
        path(
            "analysis/<int:quiz_id>/questions/<int:item_id>/",
            analysis_views.question_page,
            name="analysis_question",
        ),
    ]


class AnalysisMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_analysis(request.user)


@hooks.register("register_reports_menu_item")
def register_analysis_report():
    return AnalysisMenuItem("Item analysis", reverse("analysis"), icon_name="view", order=55)


@hooks.register("register_snippet_listing_buttons")
def analysis_button(snippet, user, next_url=None):
    if isinstance(snippet, Quiz) and may_see_analysis(user):
        yield Button(
            "Item analysis", url=reverse("analysis_quiz", args=[snippet.pk]), icon_name="view", priority=40
        )
