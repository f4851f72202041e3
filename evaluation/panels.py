"""What the evaluation adds to a group's page and to a session's page: the way to it."""

from django.urls import reverse

from bookings.buttons import Button
from cohorts.permissions import can_edit_cohort


def evaluation_panel(cohort, user):
    """A link alone: the figures have a page of their own, and this one has many parts."""
    return {}


def feedback_buttons(session, user):
    """The code that leads to the session's form, for those who run it."""
    if session.cancelled_at or not can_edit_cohort(user, session.cohort):
        return []
    return [
        Button("Feedback code", reverse("evaluation:feedback_code", args=[session.pk]), is_secondary=True)
    ]
