"""What a register page and the server say to each other as JSON: marks up, the standing register down."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from attendance.forms import moment_words, said_of
from attendance.models import WalkIn
from attendance.queries import RegisterRow, register_rows
from attendance.services import Marked, MarkRefused, Outcome, mark
from attendance.services.marks import Standing
from bookings.models import TrainingSession

MOST_MARKS = 500
LONGEST_OFFLINE = timedelta(days=30)
LONGEST_KEY = 16
CLAIMED_SINCE = "Marked as the walk-in “{}”, who had claimed it in the meantime"
UNREADABLE = "This mark could not be read."


class Unreadable(Exception):
    """The page sent something that is no batch of marks."""


@dataclass(frozen=True)
class Sent:
    """One mark as it came: `touched_at` is already by the server's clock."""

    mark_id: UUID
    person: str
    status: str
    missed: int | None
    touched_at: datetime


def read(body: bytes) -> list[tuple[str, Sent | None]]:
    """Return (mark id as sent, the mark or None if it cannot be read) for each of a batch.

    The phone's clock may be wrong: what counts is how long before sending the finger was on the screen.
    Raises Unreadable.
    """
    try:
        batch = json.loads(body)
        sent_at, marks = batch["sent_at"], batch["marks"]
        items = [(str(item["mark_id"]), item) for item in marks]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(marks, list) or len(marks) > MOST_MARKS or not _is_number(sent_at):
        raise Unreadable
    now = timezone.now()
    return [(mark_id, _sent(item, sent_at, now)) for mark_id, item in items]


def _sent(item: Any, sent_at: float, now: datetime) -> Sent | None:
    try:
        mark_id, person, status = UUID(item["mark_id"]), item["person"], item["status"]
        missed, touched_at = item.get("missed"), item["touched_at"]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    is_text = isinstance(person, str) and isinstance(status, str)
    is_whole = missed is None or (isinstance(missed, int) and not isinstance(missed, bool))
    if not (is_text and is_whole and _is_number(touched_at)):
        return None
    ago = min(max(sent_at - touched_at, 0), LONGEST_OFFLINE / timedelta(milliseconds=1))
    return Sent(mark_id, person, status, missed, now - timedelta(milliseconds=ago))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def apply(session: TrainingSession, batch: list[tuple[str, Sent | None]], *, by) -> list[dict[str, str]]:
    """Mark each on its own, in the order of the touches, and return for each what became of it."""
    people = {row.key: person_of(row) for row in register_rows(session)}
    gone = [sent.person for _, sent in batch if sent and sent.person not in people]
    people |= claimed_since(session, gone)
    answers = {mark_id: {"outcome": "refused", "words": UNREADABLE} for mark_id, _ in batch}
    readable = [(mark_id, sent) for mark_id, sent in batch if sent]
    for mark_id, sent in sorted(readable, key=lambda pair: pair[1].touched_at):
        answers[mark_id] = _answer(session, people.get(sent.person), sent, by=by)
    return [{"mark_id": mark_id, **answer} for mark_id, answer in answers.items()]


def claimed_since(session: TrainingSession, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return key -> person, as `mark` takes them, of walk-ins who have put themselves into an account since.

    A phone without a network still calls them by their walk-in: its marks are the learner's. No query without keys.
    """
    numbers = {
        int(key[1:]): key for key in keys if key[:1] == "w" and key[1:].isdecimal() and len(key) < LONGEST_KEY
    }
    if not numbers:
        return {}
    rows = WalkIn.objects.filter(session=session, pk__in=numbers, claimed_by__isnull=False, removed_at=None)
    return {
        numbers[walk_in.pk]: {"learner": walk_in.claimed_by, "reason": CLAIMED_SINCE.format(walk_in.name)}
        for walk_in in rows.select_related("claimed_by")
    }


def _answer(session: TrainingSession, person: dict[str, Any] | None, sent: Sent, *, by) -> dict[str, str]:
    if person is None:
        return {"outcome": "refused", "words": "This person is not on the register any more."}
    try:
        marked = mark(
            session,
            status=sent.status,
            minutes_missed=sent.missed,
            mark_id=sent.mark_id,
            touched_at=sent.touched_at,
            by=by,
            **person,
        )
    except MarkRefused as refusal:
        return {"outcome": "refused", "words": str(refusal)}
    return {"outcome": marked.outcome.value, "words": conflict_words(marked, session)}


def person_of(row: RegisterRow) -> dict[str, Any]:
    """Return the row's person as `mark` takes them."""
    return {"walk_in" if row.is_walk_in else "learner": row.person}


def conflict_words(marked: Marked, session: TrainingSession) -> str:
    """Tell in words that somebody else's mark was in the way, or was replaced; empty when none was."""
    other: Standing | None = marked.other
    if other is None:
        return ""
    theirs = f"{other.by} marked “{other.status}” {moment_words(other.at, session)}"
    if marked.outcome is Outcome.LOST:
        return f"Not used: {theirs}, after you. Mark again if yours is right."
    return f"Changed: {theirs}, before you."


def standing(session: TrainingSession) -> dict[str, Any]:
    """Return the register as it stands, without the names of the people on it."""
    now = timezone.now()
    return {
        "time": f"{now.astimezone(session.zone):%H:%M}",
        "at": int(now.timestamp() * 1000),
        "rows": {
            row.key: {
                "status": row.status,
                "missed": row.minutes_missed,
                "version": row.version,
                "said": said_of(row, session),
            }
            for row in register_rows(session)
        },
    }
