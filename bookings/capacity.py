"""Who of the queue gets a place. Pure: no database, no clock."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Sector = Any  # whatever names a sector; None for people who gave none


@dataclass(frozen=True)
class Quota:
    """Places that a sector gets at least, while they are held, and at most."""

    minimum: int = 0
    maximum: int | None = None


def places(
    queue: Iterable[tuple[Any, Sector]],
    *,
    capacity: int,
    booked: Mapping[Sector, int],
    quotas: Mapping[Sector, Quota],
    is_released: bool = False,
) -> list[Any]:
    """Return who of `queue` gets a place now, in its order.

    queue: (person, sector) in the order in which places are given; booked: sector -> places taken.
    Held places wait for their sector until they are released. Somebody whose sector is full, or for whom only
    held places are left, is passed over and keeps their turn. One pass is enough: giving a place never makes
    room for somebody passed over.
    """
    taken = Counter(booked)
    total = sum(taken.values())
    given = []
    for person, sector in queue:
        if total >= capacity:
            break
        quota = quotas.get(sector, Quota())
        if quota.maximum is not None and taken[sector] >= quota.maximum:
            continue
        has_held_place = taken[sector] < quota.minimum
        if not (is_released or has_held_place) and total + _held(quotas, taken) >= capacity:
            continue
        taken[sector] += 1
        total += 1
        given.append(person)
    return given


def _held(quotas: Mapping[Sector, Quota], taken: Mapping[Sector, int]) -> int:
    """Places still kept for people who have not come forward."""
    return sum(max(0, quota.minimum - taken[sector]) for sector, quota in quotas.items())


def free(
    *,
    capacity: int,
    booked: Mapping[Sector, int],
    quotas: Mapping[Sector, Quota],
    is_released: bool = False,
) -> int:
    """Return how many places are left for people of any sector."""
    taken = Counter(booked)
    held = 0 if is_released else _held(quotas, taken)
    return max(0, capacity - sum(taken.values()) - held)
