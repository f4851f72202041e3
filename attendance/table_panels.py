"""Buttons on a session's page that lead to its tables and its printed kit."""

from django.urls import reverse

from bookings.buttons import Button
from cohorts.permissions import can_edit_cohort


def table_buttons(session, user):
    """For those who may change the session, unless it was called off."""
    if session.cancelled_at or not can_edit_cohort(user, session.cohort):
        return []
    return [
        Button("Make groups", reverse("attendance:tables", args=[session.pk]), is_secondary=True),
        Button("Print the kit", reverse("attendance:kit", args=[session.pk]), is_secondary=True),
    ]
