"""The door's changing code. Pure: what it is at a moment, and whether somebody may use it."""

import hashlib
import hmac
from datetime import datetime, timedelta

INTERVAL = timedelta(seconds=30)
#: Codes of so many intervals before this one still work: time to aim the camera and to press the button.
MARGIN = 1
LENGTH = 6
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0, 1, I, O


def code_at(secret: str, moment: datetime) -> str:
    """Return the code shown at that moment: six letters and digits that nobody mistakes for another."""
    return _code(secret, _interval(moment))


def is_current(secret: str, code: str, moment: datetime) -> bool:
    """Say whether `code` is the one on the screen, or the one before it."""
    now = _interval(moment)
    asked = tidy(code).encode()
    found = [hmac.compare_digest(_code(secret, now - back).encode(), asked) for back in range(MARGIN + 1)]
    return any(found)


def seconds_left(moment: datetime) -> float:
    """Return the seconds until the next code."""
    length = INTERVAL.total_seconds()
    return length - moment.timestamp() % length


def tidy(typed: str) -> str:
    """Return a code as it was meant, however it was typed."""
    return "".join(letter for letter in typed.upper() if letter in LETTERS)[: LENGTH + 1]


def _interval(moment: datetime) -> int:
    return int(moment.timestamp() // INTERVAL.total_seconds())


def _code(secret: str, interval: int) -> str:
    digest = hmac.new(secret.encode(), str(interval).encode(), hashlib.sha256).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
