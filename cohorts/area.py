"""The navigation of the trainers' area. Apps above add their pages when they start (AppConfig.ready)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from cohorts import permissions


@dataclass(frozen=True)
class Entry:
    """One page of the area. address: name of a URL without arguments; may_see: who finds it there."""

    text: str
    address: str
    may_see: Callable[[object], bool]
    order: int


_entries: dict[str, Entry] = {
    "cohorts:list": Entry("Groups", "cohorts:list", permissions.can_enter_trainer_area, 10),
    "cohorts:programmes": Entry("Programmes", "cohorts:programmes", permissions.can_enter_programmes, 30),
}


def register_entry(text: str, address: str, *, may_see: Callable[[object], bool], order: int) -> None:
    """Add a page to the area's navigation. order: Groups has 10, Programmes 30."""
    _entries[address] = Entry(text, address, may_see, order)


def entries_for(user, path: str) -> list[dict]:
    """Return the entries for `user`, the one that `path` belongs to marked as current.

    The longest address that begins `path` wins, because the list of groups stands at the area's root.
    """
    seen = sorted((e for e in _entries.values() if e.may_see(user)), key=lambda e: e.order)
    rows = [{"text": e.text, "href": reverse(e.address)} for e in seen]
    here = max((row["href"] for row in rows if path.startswith(row["href"])), key=len, default="")
    return [row | {"current": row["href"] == here} for row in rows]
