"""What else ends when somebody leaves a group: their places in its coming sessions.

Groups know nothing of sessions; the app above registers when it starts (AppConfig.ready).
"""

from collections.abc import Callable, Iterable
from typing import Any

from cohorts.models import CohortMember

#: Takes the member who has left and who did it, in the transaction of the leaving.
Departure = Callable[[CohortMember, Any], None]
_departures: dict[str, Departure] = {}


def register_departure(name: str, run: Departure) -> None:
    _departures[name] = run


def announce(members: Iterable[CohortMember], *, by) -> None:
    for member in members:
        for run in _departures.values():
            run(member, by)
