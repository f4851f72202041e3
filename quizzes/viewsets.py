"""The question bank and the quizzes in the CMS."""

from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from library.viewsets import REVIEW_COLUMNS, REVIEW_EXPORT
from quizzes.categories import CategoryForm
from quizzes.choosing import ItemChooserViewSet
from quizzes.editing import ItemCreateView, ItemEditView
from quizzes.editor import item_panels
from quizzes.exchange.views import ExchangeViewSet
from quizzes.listing import ItemFilterSet, ItemListView, hints, shorten
from quizzes.models import Category, Item, Quiz
from quizzes.quiz_editor import QuizCreateView, QuizEditView, quiz_panels
from trainingsite.lib.cms import ListViewSet


class ItemViewSet(ListViewSet):
    model = Item
    icon = "help"
    menu_label = "Questions"
    index_view_class = ItemListView
    add_view_class = ItemCreateView
    edit_view_class = ItemEditView
    filterset_class = ItemFilterSet
    chooser_viewset_class = ItemChooserViewSet
    ordering = "code"
    edit_handler = item_panels
    inspect_view_enabled = False
    search_fields = ["code", "stem", "module__title", "source", "category__name"]
    list_display = [
        "code",
        Column("stem", label="Question", classname="app-stem", accessor=lambda row: shorten(row.stem, 140)),
        Column("module.code", label="Module", sort_key="module__code"),
        Column("category", label="Category", sort_key="category__name"),
        "type",
        "difficulty",
        Column("status_in_words", label="Status"),
        Column("hints", label="Hints", accessor=hints),
        REVIEW_COLUMNS[1],
    ]
    list_export = [
        "code", "status_in_words", "stem", "module", "category", "type", "difficulty", "outcomes", *REVIEW_EXPORT,
    ]  # fmt: skip
    export_headings = {"status_in_words": "Status", "stem": "Question"}
    export_filename = "questions"


class CategoryViewSet(ListViewSet):
    model = Category
    icon = "folder-open-inverse"
    menu_label = "Categories"
    ordering = "name"
    search_fields = ["name"]
    list_display = ["name"]
    list_export = ["name"]
    export_filename = "question-categories"
    inspect_view_enabled = False
    edit_handler = ObjectList([FieldPanel("name")], base_form_class=CategoryForm)


class QuizViewSet(ListViewSet):
    model = Quiz
    icon = "form"
    menu_label = "Quizzes"
    ordering = "title"
    search_fields = ["title", "course__title"]
    list_display = ["title", "course", "kind", "question_count", "pass_mark"]
    list_export = ["title", "course", "kind", "question_count", "pass_mark", "minutes", "exclude_needs_check"]
    export_filename = "quizzes"
    edit_handler = quiz_panels
    add_view_class = QuizCreateView
    edit_view_class = QuizEditView
    inspect_view_enabled = False


class AssessmentGroup(SnippetViewSetGroup):
    items = [ItemViewSet, CategoryViewSet, QuizViewSet, ExchangeViewSet]
    menu_label = "Assessment"
    menu_icon = "help"
    menu_order = 300
