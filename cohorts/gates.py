"""Why somebody may not begin a group now, as apps above know it: a licence that has ended.

Groups know nothing of those apps; each registers when it starts (AppConfig.ready).
"""

from collections.abc import Callable
from typing import Any

from courses.models import CoursePage

#: Takes the user and the course, None for any course; returns the reason in words, "" when there is none.
Gate = Callable[[Any, CoursePage | None], str]
_gates: dict[str, Gate] = {}


def register_gate(name: str, gate: Gate) -> None:
    _gates[name] = gate


def why_not(user, course: CoursePage | None) -> str:
    """Return the first reason why `user` may not begin a group on `course`, "" when there is none."""
    return next(filter(None, (gate(user, course) for gate in _gates.values())), "")
