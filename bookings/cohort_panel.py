"""The sessions on a group's page."""

from bookings.queries import listed_sessions
from bookings.stages import stage
from cohorts.models import Cohort


def sessions_panel(cohort: Cohort, user) -> dict:
    """Return the group's sessions, each with where it stands; one query."""
    return {"rows": [(session, stage(session)) for session in listed_sessions(cohort)]}
