"""The report “Content due for review”."""

import django_filters
from django import forms
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from library.due import SOON_DAYS, due_items, due_kinds
from trainingsite.lib.cms import DayColumn


class DueFilterSet(WagtailFilterSet):
    """The rows come from several tables, so the answers are handed to `due_items` and not to a queryset."""

    kind = django_filters.ChoiceFilter(
        label="Kind", choices=lambda: due_kinds(), empty_label="All", widget=forms.RadioSelect
    )
    when = django_filters.ChoiceFilter(
        label="When",
        choices=[("overdue", "Overdue")],
        empty_label=f"Overdue or due within {SOON_DAYS} days",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Page
        fields = []


class DueReportView(ReportView):
    page_title = "Content due for review"
    header_icon = "calendar-alt"
    index_url_name = "content_due"
    index_results_url_name = "content_due_results"
    filterset_class = DueFilterSet
    columns = [
        TitleColumn("title", label="Title", get_url=lambda item: item.edit_url or None),
        Column("kind", label="Kind"),
        DayColumn("checked_on", label="Last checked"),
        DayColumn("due_on", label="Check due"),
        Column("state", label="State"),
    ]
    list_export = ["kind", "title", "checked_on", "due_on", "state"]
    export_headings = {
        "kind": "Kind",
        "title": "Title",
        "checked_on": "Last checked",
        "due_on": "Check due",
        "state": "State",
    }
    no_results_message = "Nothing here is overdue or due within 30 days."
    export_filename = "content-due-for-review"

    def get_filtered_queryset(self):
        asked = self.filters.form.cleaned_data if self.filters.is_valid() else {}
        return due_items(
            self.request.user, kind=asked.get("kind") or "", overdue_only=asked.get("when") == "overdue"
        )
