"""Pages about the bank in the CMS: where a question is used, questions with hints, questions that are alike."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from library.due import edit_url
from quizzes.checklist import RELATED, with_warnings
from quizzes.duplicates import pairs_alike, words_of_the_bank
from quizzes.models import Item
from quizzes.permissions import may_see_the_bank
from quizzes.usage import quizzes_using, versions_with_use


def check_reader(user) -> None:
    if not may_see_the_bank(user):
        raise PermissionDenied


def question_use(request, pk: int):
    """Tell which quizzes ask a question or may draw it, and how often each version was answered."""
    check_reader(request.user)
    item = get_object_or_404(Item.objects.select_related("module"), pk=pk)
    versions = versions_with_use(item)
    context = {
        "item": item,
        "header_title": f"Where {item.code} is used",
        "breadcrumbs_items": [
            {"url": edit_url(item), "label": item.code},
            {"url": "", "label": "Where used"},
        ],
        "uses": quizzes_using(item),
        "versions": versions,
        "asked": sum(version.asked for version in versions),
    }
    return render(request, "quizzes/cms/question_use.html", context)


@dataclass(frozen=True)
class HintRow:
    """A question with one point of the checklist that it misses."""

    code: str
    question: str
    where: str
    hint: str
    url: str


@dataclass(frozen=True)
class PairRow:
    """Two questions that are alike."""

    first: Item
    second: Item
    percent: int

    @property
    def codes(self) -> str:
        return f"{self.first.code} and {self.second.code}"

    @property
    def first_stem(self) -> str:
        return self.first.stem

    @property
    def second_stem(self) -> str:
        return self.second.stem

    @property
    def url(self) -> str:
        return edit_url(self.first)

    @property
    def second_url(self) -> str:
        return edit_url(self.second)


class BankReport(ReportView):
    """A report over the whole bank, for those who may see it."""

    page_title: str
    is_searchable = False

    def dispatch(self, request, *args, **kwargs):
        check_reader(request.user)
        return super().dispatch(request, *args, **kwargs)


class HintsReport(BankReport):
    page_title = "Questions with hints"
    header_icon = "list-ul"
    index_url_name = "question_hints"
    index_results_url_name = "question_hints_results"
    columns = [
        TitleColumn("code", label="Question", get_url=lambda row: row.url),
        Column("question", label="Its words"),
        Column("where", label="Where"),
        Column("hint", label="Hint"),
    ]
    list_export = ["code", "question", "where", "hint"]
    export_headings = {"code": "Question", "question": "Its words", "where": "Where", "hint": "Hint"}
    no_results_message = "Every question meets the checklist."
    export_filename = "questions-with-hints"

    def get_filtered_queryset(self):
        """Of questions that are ready or drafts, not of retired ones."""
        items = Item.objects.not_retired().select_related("media").prefetch_related(*RELATED).order_by("code")
        return [
            HintRow(item.code, item.stem, point.where, point.text, edit_url(item))
            for item, points in with_warnings(items)
            for point in points
        ]


class DuplicatesReport(BankReport):
    page_title = "Questions that are alike"
    header_icon = "copy"
    index_url_name = "question_duplicates"
    index_results_url_name = "question_duplicates_results"
    columns = [
        TitleColumn("codes", label="Questions", get_url=lambda row: row.url),
        Column("percent", label="Alike, per cent"),
        Column("first_stem", label="The first"),
        TitleColumn("second_stem", label="The second", get_url=lambda row: row.second_url),
    ]
    list_export = ["codes", "percent", "first_stem", "second_stem"]
    export_headings = {
        "codes": "Questions",
        "percent": "Alike, per cent",
        "first_stem": "The first",
        "second_stem": "The second",
    }
    no_results_message = "No two questions are much alike."
    export_filename = "questions-alike"

    def get_filtered_queryset(self):
        pairs = pairs_alike(words_of_the_bank())
        items = Item.objects.in_bulk({pk for pair in pairs for pk in (pair.first, pair.second)})
        return [PairRow(items[pair.first], items[pair.second], pair.percent) for pair in pairs]
