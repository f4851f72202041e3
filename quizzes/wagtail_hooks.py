"""The CMS for the question bank: its menu, what is due for review, what may not be deleted."""

from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet

from library.due import register_due_source
from quizzes.models import Item, Quiz
from quizzes.viewsets import AssessmentGroup

register_snippet(AssessmentGroup)
register_due_source("question", "Question", Item.objects.in_use)


@hooks.register("before_delete_snippet")
def keep_what_was_answered(request, rows):
    """Attempts point at a quiz and its questions for ever."""
    if not any(isinstance(row, (Item, Quiz)) and row.was_taken() for row in rows):
        return None
    messages.error(
        request, "Learners have taken this, so it is kept. Retire a question instead of deleting it."
    )
    return redirect(rows[0].snippet_viewset.get_url_name("list"))
