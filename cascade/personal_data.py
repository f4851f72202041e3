"""What licences and deliveries hold about a person: how it is given back and how it is erased."""

from cascade.models import Delivery, Licence, Observation

KEPT = (
    "That a person without a name held a trainer licence, who trained whom, and how many people were reached, "
    "so that a programme's numbers stay right."
)


def export_cascade(user) -> dict:
    """Return licences, observations and deliveries of the person, and those they granted or observed."""
    licences = Licence.objects.filter(holder=user).select_related("course", "trained_by", "granted_by")
    observations = Observation.objects.filter(trainer=user).select_related("course", "observed_by")
    deliveries = Delivery.objects.filter(trainer=user).select_related("course", "cohort", "agency")
    return {
        "licences": [
            {
                "course": row.course.title,
                "trained_by": row.trained_by and str(row.trained_by),
                "granted_by": str(row.granted_by),
                "granted": row.granted_on,
                "valid_until": row.valid_until,
                "provisional": row.is_provisional,
                "changes_read": row.changes_read_at,
                "revoked": row.revoked_at,
                "reason": row.revoke_reason,
            }
            for row in licences
        ],
        "observations": [
            {
                "course": row.course.title,
                "what": row.get_kind_display(),
                "by": str(row.observed_by),
                "on": row.observed_on,
                "checklist": row.checklist,
                "comment": row.comment,
                "passed": row.passed,
            }
            for row in observations
        ],
        "deliveries": [
            {
                "course": row.course.title,
                "on": row.delivered_on,
                "format": row.get_format_display(),
                "group": row.cohort and row.cohort.name,
                "organisation": row.agency and row.agency.name,
                "area": row.area,
                "withdrawn": row.withdrawn_at,
            }
            for row in deliveries
        ],
        "licences_granted": Licence.objects.filter(granted_by=user).count(),
        "observations_made": Observation.objects.filter(observed_by=user).count(),
    }


def erase_cascade(user) -> None:
    """Blank the free words written about the person. The line and the numbers stay."""
    Observation.objects.filter(trainer=user).update(comment="")
    Licence.objects.filter(holder=user).update(revoke_reason="")
