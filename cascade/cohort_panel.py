"""The trainer pack on a group's page."""

from cascade.permissions import can_read_pack
from cohorts.models import Cohort


def pack_panel(cohort: Cohort, user) -> dict | None:
    """Show the pack of the group's course to those who may read it."""
    return {"course": cohort.course} if cohort.course.live and can_read_pack(user, cohort.course) else None
