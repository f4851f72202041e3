"""What an award copies from the person and the evidence on the day it is earned, and what its document then says."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from attendance.queries import attendance_complete_at, attended
from certificates.activities import assessment_basis, version_for
from certificates.designs import template_for
from certificates.models import ActivityVersion, Certificate
from certificates.printed import Printed, Signatory
from certificates.refreshing import date_before
from courses.models import Enrolment
from quizzes.models import Attempt
from quizzes.queries import passing_attempt


def snapshot(enrolment: Enrolment) -> dict[str, Any]:
    """Return the fields of an award for `enrolment` as everything stands now."""
    attempt = passing_attempt(enrolment)
    completed_on = evidence_complete_on(enrolment, attempt)
    activity = version_for(enrolment.course, assessment_basis(enrolment, attempt), template_for(enrolment))
    total, together = minutes_learned(enrolment, activity)
    return {
        "activity": activity,
        "learner_name": enrolment.learner.name,
        "started_on": min(timezone.localdate(enrolment.enrolled_at), completed_on),
        "completed_on": completed_on,
        "refresh_by": activity.refresh_by(completed_on, date_before(enrolment)),
        "cpd_minutes": total,
        "participatory_minutes": together,
    }


def evidence_complete_on(enrolment: Enrolment, attempt: Attempt | None) -> date:
    """Return the day of the last piece of evidence, however much later the award is written."""
    last = enrolment.completions.order_by("-completed_at").first()
    moments = [last.completed_at] if last else []
    if attempt:
        moments.append(attempt.submitted_at)
    attended_at = attendance_complete_at(enrolment)
    if attended_at:
        moments.append(attended_at)
    return timezone.localdate(max(moments, default=enrolment.enrolled_at))


def minutes_learned(enrolment: Enrolment, activity: ActivityVersion) -> tuple[int, int]:
    """Return the minutes in all and, of these, those learned with others.

    Where sessions are required, those with others are what this learner attended; what they missed of the minutes
    that the course has with others counts for nothing, unless another session made up for it.
    """
    total, together = activity.minutes_total, activity.minutes_participatory
    if not enrolment.course.sessions_required:
        return total, together
    sessions = attended([enrolment])[enrolment.pk]
    there = min(sum(one.minutes for one in sessions), total)
    missed = min(sum(one.missed for one in sessions), max(0, together - there))
    return total - missed, there


def printed(certificate: Certificate, issued_at: datetime) -> Printed:
    """Return everything that this edition says if it is issued at `issued_at`.

    The accreditation is named only where it was valid on the day of completion.
    """
    award = certificate.award
    activity = award.activity
    accredited = activity.is_accredited(award.completed_on)
    return Printed(
        number=certificate.number,
        edition=certificate.edition,
        replaces=certificate.supersedes.number if certificate.supersedes_id else "",
        holder_name=certificate.holder_name,
        title=activity.title,
        version=activity.version,
        provider_name=activity.provider_name,
        provider_number=activity.provider_number,
        delivery=activity.delivery,
        outcomes=tuple(activity.outcomes),
        cpd_minutes=award.credited_minutes,
        participatory_minutes=award.credited_participatory_minutes,
        assessment_basis=activity.assessment_basis,
        accreditor=activity.accreditor if accredited else "",
        accreditor_provider_number=activity.accreditor_provider_number if accredited else "",
        accreditation_number=activity.accreditation_number if accredited else "",
        accredited_to=activity.accredited_to if accredited else None,
        signatories=tuple(Signatory(**one) for one in activity.signatories),
        started_on=award.started_on,
        completed_on=award.completed_on,
        refresh_by=award.refresh_by,
        issued_at=issued_at,
        check_url=settings.SITE_URL + certificate.check_path,
    )
