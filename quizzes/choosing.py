"""The window in which an editor picks a question for a quiz: found by code or words, only those that are ready."""

from django import forms
from django.db.models import Q
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet

from quizzes.models import Item
from trainingsite.lib.search import clean_terms


class ItemFilterForm(BaseFilterForm):
    q = forms.CharField(
        label="Search term",
        widget=forms.TextInput(attrs={"placeholder": "Code, words or module"}),
        required=False,
    )

    def filter(self, objects):
        for word in clean_terms(self.cleaned_data.get("q", "")).split():
            objects = objects.filter(
                Q(code__icontains=word) | Q(stem__icontains=word) | Q(module__code__icontains=word)
            )
        return objects


class OnlyReady:
    filter_form_class = ItemFilterForm

    def get_object_list(self):
        rows = Item.objects.in_use().select_related("module")
        return rows.defer("module__body", "module__short_body", "story").order_by("code")

    @property
    def columns(self):
        return [
            self.title_column,
            Column("stem", label="Question"),
            Column("module.code", label="Module"),
            Column("type", label="Type", accessor="get_type_display"),
        ]


class ItemChooseView(OnlyReady, ChooseView):
    pass


class ItemChooseResultsView(OnlyReady, ChooseResultsView):
    pass


class ItemChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ItemChooseView
    choose_results_view_class = ItemChooseResultsView
