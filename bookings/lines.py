"""Lines that apps above add to a session's page for somebody who has a place in it: the table they sit at.

Bookings know nothing of those apps; each registers when it starts (AppConfig.ready).
"""

from collections.abc import Callable, Iterable
from typing import Any

from bookings.models import TrainingSession

Lines = Callable[[TrainingSession, Any], Iterable[str]]

_lines: dict[str, Lines] = {}


def register_lines(name: str, lines: Lines) -> None:
    """Show what `lines(session, user)` returns, plain text, under the person's booking."""
    _lines[name] = lines


def lines_for(session: TrainingSession, user) -> list[str]:
    return [line for lines in _lines.values() for line in lines(session, user)]
