"""Parts that apps above add to a programme's page: progress against target, the way to its report.

Groups know nothing of those apps; each registers its part when it starts (AppConfig.ready).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cohorts.models import Programme

#: Takes the programme and the user who looks; None shows nothing.
Context = Callable[[Programme, Any], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """One part of the page. The template gets `programme`, `can_edit` and `panel`, what the context returned."""

    name: str
    template: str
    context: Context


_panels: dict[str, Panel] = {}


def register_programme_panel(name: str, template: str, context: Context) -> None:
    """Show `template` on every programme's page, in the order of registration."""
    _panels[name] = Panel(name, template, context)


def panels_for(programme: Programme, user) -> list[tuple[str, Mapping[str, Any]]]:
    """Return (template, context) of each part that has something to show."""
    found = [(panel.template, panel.context(programme, user)) for panel in _panels.values()]
    return [(template, context) for template, context in found if context is not None]
