"""The list of questions in the CMS: what it shows and how it is narrowed."""

import textwrap

import django_filters
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import Sector
from courses.models import ModulePage
from library.models import Indicator
from library.viewsets import DueFilterSet
from quizzes.checklist import RELATED, warnings_of
from quizzes.models import Category, Item, ItemType, Quiz
from quizzes.models.bank import QuestionTag
from quizzes.usage import items_reached_by
from trainingsite.lib.cms import ListView

DRAFT = Q(live=False, first_published_at=None)
STATUSES = {
    "draft": ("Draft", DRAFT),
    "ready": ("Ready", Q(live=True)),
    "later": ("Ready, with a later draft", Q(live=True, has_unpublished_changes=True)),
    "retired": ("Retired", Q(live=False) & ~Q(first_published_at=None)),
}


class ItemFilterSet(DueFilterSet):
    status = django_filters.ChoiceFilter(
        label="Status", choices=[(key, label) for key, (label, _) in STATUSES.items()], method="filter_status"
    )
    module = django_filters.ModelChoiceFilter(
        queryset=ModulePage.objects.order_by("code").only("title", "code"),
        to_field_name="code",
        label="Module",
    )
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label="Category, with its parts", method="filter_category"
    )
    type = django_filters.ChoiceFilter(choices=ItemType, label="Type")
    difficulty = django_filters.ChoiceFilter(choices=Item.Difficulty, label="Difficulty")
    tag = django_filters.ModelChoiceFilter(
        field_name="tags", queryset=QuestionTag.objects.order_by("name"), to_field_name="slug", label="Tag"
    )
    outcome = django_filters.CharFilter(label="Learning outcome, such as LO3", method="filter_outcome")
    sector = django_filters.ModelChoiceFilter(
        field_name="sectors", queryset=Sector.objects.all(), to_field_name="code", label="Sector"
    )
    indicator = django_filters.ModelChoiceFilter(
        queryset=Indicator.objects.only("code", "text"),
        to_field_name="code",
        label="Indicator",
        method="filter_indicator",
    )
    quiz = django_filters.ModelChoiceFilter(
        queryset=Quiz.objects.order_by("title"), label="Used in quiz", method="filter_quiz"
    )

    class Meta:
        model = Item
        fields = [
            "status", "module", "category", "type", "difficulty", "tag", "outcome", "sector", "indicator",
            "quiz", "due",
        ]  # fmt: skip

    def filter_status(self, queryset, name, value):
        return queryset.filter(STATUSES[value][1])

    def filter_category(self, queryset, name, value):
        return queryset.filter(category__in=value.with_parts())

    def filter_outcome(self, queryset, name, value):
        """The codes stand in a list as JSON; what is written between quotes is a whole code."""
        code = value.strip().upper()
        return queryset.alias(codes=Cast("outcomes", TextField())).filter(codes__contains=f'"{code}"')

    def filter_indicator(self, queryset, name, value):
        """Named by the question, or one of the signs that are to be spotted in it."""
        return queryset.filter(Q(indicators=value) | Q(choices__indicator=value)).distinct()

    def filter_quiz(self, queryset, name, value):
        return queryset.filter(pk__in=items_reached_by(value))


class ItemListView(ListView):
    prefetch = RELATED

    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .select_related("module", "category", "media")
            .defer("module__body", "module__short_body")
        )


def hints(item: Item) -> str:
    """How many points of the checklist it misses, for a column."""
    return str(len(warnings_of(item)) or "")


def shorten(text: str, characters: int) -> str:
    """Return the beginning of `text` on one line, whole words only."""
    return textwrap.shorten(text, characters, placeholder="…")
