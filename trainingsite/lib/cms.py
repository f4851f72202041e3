"""What every list in the CMS shares: a search that takes any text, exports in plain words."""

from collections import OrderedDict

from django.db.models import Model, Q
from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from trainingsite.lib.search import clean_terms


def in_words(row: Model, name: str):
    """Return field `name` of `row` as a reader would write it: choices, ticks and lists as text."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if hasattr(value, "all"):
        return ", ".join(str(one) for one in value.all())
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value) if isinstance(value, Model) else value


class DayColumn(Column):
    """A date such as 2 Nov 2026. Wagtail's own column tells how long ago, which fits no date to come."""

    def get_value(self, instance):
        day = super().get_value(instance)
        return date_format(day, "j M Y") if day else ""


class ListView(IndexView):
    """A list with search: each word typed must occur in one of the `search_fields`."""

    prefetch = ()

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related(*self.prefetch)

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words = clean_terms(self.search_query).split()
        if not words:
            return queryset.none()
        for word in words:
            queryset = queryset.filter(
                Q.create([(f"{name}__icontains", word) for name in self.search_fields], connector=Q.OR)
            )
        return queryset

    def to_row_dict(self, item):
        return OrderedDict((name, in_words(item, name)) for name in self.list_export)


class ListViewSet(SnippetViewSet):
    """A table of the CMS with list, search, filters, export, history and a page to look at each row."""

    index_view_class = ListView
    search_backend_name = None
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
