"""What tables add to a session's page: buttons for its trainers, and to each learner the tables of their own."""

from django.urls import reverse

from attendance.tables import own_tables_words
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


def own_table_line(session, user):
    """Where the person sits, once the trainers show it."""
    words = own_tables_words(session, user) if session.cancelled_at is None else ""
    return [words] if words else []
