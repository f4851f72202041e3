"""Writes about registers: marks, people who walk in, and the door where people mark themselves."""

from attendance.services.doors import (
    CheckedIn,
    DoorClosed,
    Entry,
    check_in,
    close_door,
    open_door,
    walk_in_at_door,
)
from attendance.services.marks import (
    Marked,
    MarkRefused,
    Outcome,
    mark,
    mark_everyone_present,
    register_opens_at,
)
from attendance.services.walk_ins import (
    WalkInClosed,
    add_walk_in,
    admit,
    admit_present,
    claim_url,
    claim_walk_in,
    email_waiting_walk_ins,
    remove_walk_in,
    resend_walk_in,
)

__all__ = [
    "CheckedIn",
    "DoorClosed",
    "Entry",
    "MarkRefused",
    "Marked",
    "Outcome",
    "WalkInClosed",
    "add_walk_in",
    "admit",
    "admit_present",
    "check_in",
    "claim_url",
    "claim_walk_in",
    "close_door",
    "email_waiting_walk_ins",
    "mark",
    "mark_everyone_present",
    "open_door",
    "register_opens_at",
    "remove_walk_in",
    "resend_walk_in",
    "walk_in_at_door",
]
