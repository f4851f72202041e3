"""What is held about a person, app by app: each tells how to give it back and how to erase it.

An app registers in its AppConfig.ready:

    personal_data.register("courses", export=export_enrolments, erase=erase_enrolments,
                           kept="Which modules were completed and when, without your name.")
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction


@dataclass(frozen=True)
class Holding:
    """One app's data about people. `kept` says in a sentence what survives erasure, and why."""

    export: Callable[[Any], Any]
    erase: Callable[[Any], None]
    kept: str


_holdings: dict[str, Holding] = {}


def register(
    name: str, *, export: Callable[[Any], Any], erase: Callable[[Any], None], kept: str = ""
) -> None:
    """Name what an app holds. `export(user)` returns what JSON can hold, dates included; `erase(user)` writes."""
    _holdings[name] = Holding(export, erase, kept)


def export(user) -> dict[str, Any]:
    """Return everything held about `user`, by the name it was registered under."""
    return {name: holding.export(user) for name, holding in sorted(_holdings.items())}


@transaction.atomic
def erase(user) -> None:
    """Erase what may be erased: all of it or, if one part fails, nothing."""
    for holding in _holdings.values():
        holding.erase(user)


def kept() -> list[str]:
    """Return the sentences on what stays after erasure."""
    return [holding.kept for _, holding in sorted(_holdings.items()) if holding.kept]
