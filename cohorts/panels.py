"""Parts that apps above add to a group's page: its sessions, what the room knows, what it said afterwards.

Groups know nothing of those apps; each registers its part when it starts (AppConfig.ready).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cohorts.models import Cohort

#: Takes the group and the user who looks; None shows nothing. A fixed number of queries however many people.
Context = Callable[[Cohort, Any], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """One part of the page. The template gets `cohort`, `can_edit` and `panel`, what the context returned."""

    order: int
    name: str
    template: str
    context: Context


_panels: dict[str, Panel] = {}


def register_panel(name: str, template: str, context: Context, *, order: int) -> None:
    """Show `template` on every group's page; the smaller `order` comes first."""
    _panels[name] = Panel(order, name, template, context)


def panels_for(cohort: Cohort, user) -> list[tuple[str, Mapping[str, Any]]]:
    """Return (template, context) of each part that has something to show."""
    panels = sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))
    found = [(panel.template, panel.context(cohort, user)) for panel in panels]
    return [(template, context) for template, context in found if context is not None]
