"""What has to be checked again, whatever kind of content it is.

Apps above this one name their own kinds with `register_due_source`; nothing here knows them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.permissions import policy_registry

SOON_DAYS = 30


@dataclass(frozen=True)
class DueSource:
    """One kind of content with a review date."""

    key: str
    label: str
    rows: Callable[[], QuerySet]
    checked_field: str = "checked_on"
    due_field: str = "review_due_on"


@dataclass(frozen=True)
class DueItem:
    """One row of the report; `edit_url` is empty for a reader who may not change it."""

    kind: str
    title: str
    checked_on: date | None
    due_on: date
    edit_url: str

    @property
    def is_overdue(self) -> bool:
        return self.due_on < timezone.localdate()

    @property
    def state(self) -> str:
        return "Overdue" if self.is_overdue else "Due soon"


_sources: dict[str, DueSource] = {}


def register_due_source(
    key: str,
    label: str,
    rows: Callable[[], QuerySet],
    *,
    checked_field="checked_on",
    due_field="review_due_on",
) -> None:
    """Add a kind of content to the report, the dashboard and the reminder.

    rows: returns the queryset of everything in use; the model needs a page in the CMS (page or snippet).
    """
    _sources[key] = DueSource(key, label, rows, checked_field, due_field)


def due_kinds() -> list[tuple[str, str]]:
    """Return key and label of each kind, for a filter."""
    return [(source.key, source.label) for source in _sources.values()]


def due_items(user=None, *, kind: str = "", overdue_only: bool = False) -> list[DueItem]:
    """Return what is overdue or due within 30 days, the oldest first; one query a kind.

    user: whose right to edit decides about the links; None leaves them all out.
    """
    today = timezone.localdate()
    until = today - timedelta(days=1) if overdue_only else today + timedelta(days=SOON_DAYS)
    found = []
    for source in _sources.values():
        if kind in ("", source.key):
            found += _items(source, until, user)
    return sorted(found, key=lambda item: (item.due_on, item.kind, item.title))


def _items(source: DueSource, until: date, user) -> list[DueItem]:
    rows = source.rows().filter(**{f"{source.due_field}__lte": until})
    policy = policy_registry.get_by_type(rows.model)
    may_edit = user is not None and policy.user_has_permission(user, "change")
    return [
        DueItem(
            source.label,
            str(row),
            getattr(row, source.checked_field),
            getattr(row, source.due_field),
            edit_url(row) if may_edit else "",
        )
        for row in rows
    ]


def edit_url(row: Model) -> str:
    """Return where `row`, a page or a snippet, is edited in the CMS."""
    if isinstance(row, Page):
        return reverse("wagtailadmin_pages:edit", args=[row.pk])
    return reverse(row.snippet_viewset.get_url_name("edit"), args=[row.pk])


def counts(items: Collection[DueItem]) -> tuple[int, int]:
    """Return how many of `items` are overdue, and how many come due soon."""
    overdue = sum(item.is_overdue for item in items)
    return overdue, len(items) - overdue
