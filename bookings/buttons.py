"""Buttons that apps above add to a session's page: register, groups, kit.

Bookings know nothing of those apps; each registers when it starts (AppConfig.ready).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bookings.models import TrainingSession


@dataclass(frozen=True)
class Button:
    """A link drawn as a button at the head of the page; secondary ones are paler."""

    text: str
    href: str
    is_secondary: bool = False


Buttons = Callable[[TrainingSession, Any], Iterable[Button]]

_buttons: dict[str, Buttons] = {}


def register_buttons(name: str, buttons: Buttons) -> None:
    """Show what `buttons(session, user)` returns before the page's own buttons."""
    _buttons[name] = buttons


def buttons_for(session: TrainingSession, user) -> list[Button]:
    return [button for buttons in _buttons.values() for button in buttons(session, user)]
