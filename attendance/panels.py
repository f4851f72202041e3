"""What registers add to a group's page and to a session's page."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from attendance.models import Attendance
from attendance.services.marks import OPENS_BEFORE
from bookings.buttons import Button
from bookings.queries import count_of, listed_sessions
from cohorts.permissions import can_edit_cohort

SHOWN = 6
SHOWN_FOR = timedelta(days=7)


def registers_panel(cohort, user):
    """The group's registers of today and the last days, the latest first; None without any. No query of its own."""
    now = timezone.now()
    found = [
        session
        for session in reversed(listed_sessions(cohort))
        if not session.cancelled_at
        and session.starts_at <= now + OPENS_BEFORE
        and session.ends_at > now - SHOWN_FOR
    ][:SHOWN]
    return {"sessions": found, "can_edit": can_edit_cohort(user, cohort)} if found else None


def marked_count():
    """Return how many people a session's register has a mark for, as an annotation."""
    return count_of(Attendance.objects.all())


def session_buttons(session, user):
    """Register and door of a session; one that was called off has none."""
    if session.cancelled_at:
        return []
    if not can_edit_cohort(user, session.cohort):
        return [Button("Register", reverse("attendance:register", args=[session.pk]), is_secondary=True)]
    return [
        Button("Take register", reverse("attendance:register", args=[session.pk])),
        Button("Self check-in", reverse("attendance:door", args=[session.pk]), is_secondary=True),
    ]
