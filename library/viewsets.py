"""The library in the CMS: indicators, facts, help contacts and the words they are filtered by."""

from datetime import timedelta

import django_filters
from django import forms
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from accounts.models import Sector
from library.due import SOON_DAYS
from library.models import ExploitationForm, Fact, HelpContact, Indicator, Setting
from trainingsite.lib.cms import DayColumn, ListView, ListViewSet, in_words

DUE_CHOICES = [("overdue", "Overdue"), ("soon", f"Overdue or due within {SOON_DAYS} days")]


class DueFilterSet(WagtailFilterSet):
    """Filters for anything with a review date."""

    due = django_filters.ChoiceFilter(
        label="Check due",
        choices=DUE_CHOICES,
        method="filter_due",
        empty_label="All",
        widget=forms.RadioSelect,
    )

    def filter_due(self, queryset, name, value):
        days = 0 if value == "overdue" else SOON_DAYS + 1
        return queryset.filter(review_due_on__lt=timezone.localdate() + timedelta(days=days))


def any_of(model, field_name: str, label: str):
    """Tick boxes for a list of words; a row is in when it has one of those ticked."""
    return django_filters.ModelMultipleChoiceFilter(
        field_name=f"{field_name}__code",
        to_field_name="code",
        queryset=model.objects.all(),
        label=label,
        widget=forms.CheckboxSelectMultiple,
    )


class IndicatorFilterSet(DueFilterSet):
    forms = any_of(ExploitationForm, "forms", "Form of exploitation")
    sectors = any_of(Sector, "sectors", "Sector")
    settings = any_of(Setting, "settings", "Setting")

    class Meta:
        model = Indicator
        fields = ["forms", "sectors", "settings", "strength", "needs_check"]


class FactFilterSet(DueFilterSet):
    class Meta:
        model = Fact
        fields = ["kind", "is_usable", "needs_check"]


class HelpContactFilterSet(DueFilterSet):
    class Meta:
        model = HelpContact
        fields = ["kind", "nation", "in_help_box"]


REVIEW_PANEL = MultiFieldPanel(
    [
        FieldPanel("source"),
        FieldPanel("needs_check"),
        FieldRowPanel(["checked_on", "review_due_on"]),
    ],
    heading="Source and review",
    help_text="After each check set both dates. The report “Content due for review” lists what has come round.",
)
REVIEW_COLUMNS = [
    DayColumn("checked_on", label="Last checked", sort_key="checked_on"),
    DayColumn("review_due_on", label="Check due", sort_key="review_due_on"),
]
REVIEW_EXPORT = ["source", "needs_check", "checked_on", "review_due_on"]


class IndicatorListView(ListView):
    prefetch = ("forms", "sectors", "settings")


class IndicatorViewSet(ListViewSet):
    model = Indicator
    icon = "warning"
    index_view_class = IndicatorListView
    filterset_class = IndicatorFilterSet
    ordering = "code"
    search_fields = ["code", "text", "why", "ask"]
    list_display = [
        "code",
        "text",
        Column("forms", label="Forms", accessor=lambda row: in_words(row, "forms")),
        "strength",
        *REVIEW_COLUMNS,
    ]
    list_export = [
        "code", "text", "why", "ask", "strength", "forms", "settings", "sectors", "for_all_sectors", *REVIEW_EXPORT,
    ]  # fmt: skip
    export_filename = "indicators"
    panels = [
        HelpPanel(
            "<p>A sign is a reason to ask for advice. It never proves anything about a person, so never write it "
            "as a verdict, and never mention nationality or looks.</p>"
        ),
        FieldRowPanel(["code", "strength"]),
        "text",
        "why",
        "ask",
        MultiFieldPanel(
            [
                FieldPanel("forms", widget=forms.CheckboxSelectMultiple),
                FieldPanel("settings", widget=forms.CheckboxSelectMultiple),
                FieldPanel("for_all_sectors"),
                FieldPanel("sectors", widget=forms.CheckboxSelectMultiple),
            ],
            heading="Where it is shown",
        ),
        REVIEW_PANEL,
    ]


class FactViewSet(ListViewSet):
    model = Fact
    icon = "decimal"
    filterset_class = FactFilterSet
    ordering = "code"
    search_fields = ["code", "value", "unit", "year", "population", "statement", "source"]
    list_display = [
        "code",
        "kind",
        Column("value", label="Value"),
        Column("about", label="What it says", accessor=lambda row: row.statement or row.population),
        BooleanColumn("is_usable", label="May be used", sort_key="is_usable"),
        *REVIEW_COLUMNS,
    ]
    list_export = [
        "code", "kind", "value", "unit", "year", "population", "statement", "caveat", "is_usable", *REVIEW_EXPORT,
    ]  # fmt: skip
    export_filename = "facts"
    panels = [
        HelpPanel(
            "<p>A fact is kept once. Correct it here and every page that refers to it shows the correction at "
            "once, without a draft. “Usage” lists those pages.</p>"
        ),
        FieldRowPanel(["code", "kind"]),
        MultiFieldPanel(
            [FieldRowPanel(["value", "unit", "year"]), FieldPanel("population")],
            heading="Figure",
            help_text="For figures: how many, of what, when, and who was counted.",
        ),
        "statement",
        "caveat",
        "is_usable",
        REVIEW_PANEL,
    ]


class HelpContactViewSet(ListViewSet):
    model = HelpContact
    icon = "help"
    filterset_class = HelpContactFilterSet
    ordering = "order"
    search_fields = ["name", "number", "purpose", "code", "hours", "url"]
    list_display = [
        "name",
        Column("number", label="Number"),
        "kind",
        "nation",
        BooleanColumn("in_help_box", label="In the help box", sort_key="in_help_box"),
        *REVIEW_COLUMNS,
    ]
    list_export = [
        "code", "name", "number", "purpose", "hours", "url", "kind", "nation", "in_help_box", *REVIEW_EXPORT,
    ]  # fmt: skip
    export_filename = "help-contacts"
    panels = [
        HelpPanel(
            "<p>A change shows on every page of the site at once. Call the number before you save it, and set "
            "“last checked on” to today.</p>"
        ),
        "name",
        FieldRowPanel(["number", "hours"]),
        "purpose",
        "url",
        FieldRowPanel(["kind", "nation"]),
        MultiFieldPanel(
            [FieldPanel("in_help_box"), FieldRowPanel(["order", "code"])], heading="Where it is shown"
        ),
        REVIEW_PANEL,
    ]


class VocabularyViewSet(ListViewSet):
    icon = "tag"
    ordering = "order"
    search_fields = ["name", "code"]
    list_display = ["name", "code", "order"]
    list_export = ["code", "name", "order"]
    panels = ["name", FieldRowPanel(["code", "order"])]


class ExploitationFormViewSet(VocabularyViewSet):
    model = ExploitationForm
    menu_label = "Forms of exploitation"
    export_filename = "forms-of-exploitation"


class SettingViewSet(VocabularyViewSet):
    model = Setting
    icon = "home"
    menu_label = "Settings where seen"
    export_filename = "settings"


class LibraryGroup(SnippetViewSetGroup):
    items = [IndicatorViewSet, FactViewSet, HelpContactViewSet, ExploitationFormViewSet, SettingViewSet]
    menu_label = "Library"
    menu_icon = "snippet"
    menu_name = "library"
    menu_order = 410
