"""Writes about sessions and bookings. What a session is: sessions.py; who gets a place in it: places.py."""

from bookings.services.copies import copy_cohort
from bookings.services.places import (
    BookingRefused,
    approve,
    book,
    cancel,
    decline,
    fill,
    release_quotas,
)
from bookings.services.sessions import (
    SafetyPlanIncomplete,
    call_off,
    change_session,
    close_bookings,
    create_session,
    open_bookings,
)

__all__ = [
    "BookingRefused",
    "SafetyPlanIncomplete",
    "approve",
    "book",
    "call_off",
    "cancel",
    "change_session",
    "close_bookings",
    "copy_cohort",
    "create_session",
    "decline",
    "fill",
    "open_bookings",
    "release_quotas",
]
