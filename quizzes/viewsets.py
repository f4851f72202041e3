"""The question bank and the quizzes in the CMS."""

import django_filters
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from courses.models import ModulePage
from library.viewsets import REVIEW_COLUMNS, REVIEW_EXPORT, DueFilterSet
from quizzes.models import Item, ItemType, Quiz
from trainingsite.lib.cms import ListView, ListViewSet


class ItemFilterSet(DueFilterSet):
    module = django_filters.ModelChoiceFilter(
        queryset=ModulePage.objects.order_by("code").only("title", "code"),
        to_field_name="code",
        label="Module",
    )
    type = django_filters.ChoiceFilter(choices=ItemType, label="Type")
    difficulty = django_filters.ChoiceFilter(choices=Item.Difficulty, label="Difficulty")

    class Meta:
        model = Item
        fields = ["module", "type", "difficulty", "due"]


class ItemListView(ListView):
    def get_base_queryset(self):
        return (
            super().get_base_queryset().select_related("module").defer("module__body", "module__short_body")
        )


class ItemViewSet(ListViewSet):
    model = Item
    icon = "help"
    menu_label = "Questions"
    index_view_class = ItemListView
    filterset_class = ItemFilterSet
    ordering = "code"
    panels = ["code", "module", "type", "stem", InlinePanel("choices")]
    inspect_view_enabled = False
    search_fields = ["code", "stem", "module__title", "source"]
    list_display = [
        "code",
        Column("stem", label="Question"),
        Column("module.code", label="Module", sort_key="module__code"),
        "type",
        "difficulty",
        Column("status_in_words", label="Status"),
        *REVIEW_COLUMNS,
    ]
    list_export = [
        "code", "status_in_words", "stem", "module", "type", "difficulty", "outcomes", *REVIEW_EXPORT,
    ]  # fmt: skip
    export_headings = {"status_in_words": "Status", "stem": "Question"}
    export_filename = "questions"


class QuizViewSet(ListViewSet):
    model = Quiz
    icon = "form"
    menu_label = "Quizzes"
    ordering = "title"
    search_fields = ["title", "course__title"]
    list_display = ["title", "course", "question_count", "pass_mark"]
    list_export = ["title", "course", "question_count", "pass_mark", "minutes", "exclude_needs_check"]
    export_filename = "quizzes"
    panels = [
        "course",
        "title",
        "introduction",
        MultiFieldPanel(
            [FieldRowPanel(["question_count", "pass_mark", "minutes"]), FieldPanel("exclude_needs_check")],
            heading="Rules",
            help_text="A change counts for attempts that start after it.",
        ),
    ]


class AssessmentGroup(SnippetViewSetGroup):
    items = [ItemViewSet, QuizViewSet]
    menu_label = "Assessment"
    menu_icon = "help"
    menu_order = 300
