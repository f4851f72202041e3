"""Minutes of a session that were learning, and how many of them somebody missed. Pure, no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)

#: Start and length of a break.
Pause = tuple[datetime, int]


def learning_minutes(start: datetime, end: datetime, pauses: Iterable[Pause]) -> int:
    """Return the whole minutes from `start` to `end` that no break covers; 0 when the end is not after the start."""
    total = max(end - start, timedelta(0))
    covered_to = start
    for begins, minutes in sorted(pauses):
        begins, ends = max(begins, covered_to), min(begins + minutes * MINUTE, end)
        if ends > begins:
            total -= ends - begins
            covered_to = ends
    return max(0, total // MINUTE)


def reaches(attended: int, whole: int, percent: int) -> bool:
    """Say whether `attended` of `whole` minutes is at least `percent` of them; whole numbers, nothing rounded."""
    return whole > 0 and attended * 100 >= whole * percent
