"""What registers add to a group's page and to a session's page."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from attendance.models import Attendance
from attendance.services.marks import OPENS_BEFORE
from bookings.buttons import Button
from bookings.models import Booking, TrainingSession
from bookings.queries import listed_sessions
from cohorts.permissions import can_edit_cohort

SHOWN = 6
SHOWN_FOR = timedelta(days=7)


class Register(NamedTuple):
    """A session with how many have a place in it, and how many people its register has a mark for."""

    session: TrainingSession
    booked: int
    marked: int


def registers_panel(cohort, user):
    """The group's registers of today and the last days, the latest first; None without any, else one query."""
    now = timezone.now()
    found = [
        session
        for session in reversed(listed_sessions(cohort))
        if not session.cancelled_at
        and session.starts_at <= now + OPENS_BEFORE
        and session.ends_at > now - SHOWN_FOR
    ][:SHOWN]
    if not found:
        return None
    counts = _counts(found)
    registers = [Register(session, *counts[session.pk]) for session in found]
    return {"registers": registers, "can_edit": can_edit_cohort(user, cohort)}


def _counts(sessions: Iterable[TrainingSession]) -> dict[int, tuple[int, int]]:
    """Return session id -> people with a place, people with a mark."""

    def count(rows):
        of_one = rows.filter(session=OuterRef("pk")).order_by().values("session")
        return Coalesce(Subquery(of_one.annotate(people=Count("pk")).values("people")), 0)

    rows = TrainingSession.objects.filter(pk__in=[session.pk for session in sessions]).order_by()
    found = rows.values_list("pk", count(Booking.objects.booked()), count(Attendance.objects.all()))
    return {pk: (booked, marked) for pk, booked, marked in found}


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
