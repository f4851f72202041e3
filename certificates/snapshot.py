"""What an award copies from the person, the course and the site on the day it is earned."""

from datetime import date
from typing import Any

from django.utils import timezone
from wagtail.models import Site

from attendance.queries import attendance_complete_at, attended_minutes
from certificates.dates import add_months
from courses.models import CoursePage, Enrolment
from library.models import SiteSettings
from quizzes.models import Attempt
from quizzes.queries import passing_attempt


def snapshot(enrolment: Enrolment) -> dict[str, Any]:
    """Return the fields of an award for `enrolment` as everything stands now."""
    attempt = passing_attempt(enrolment)
    completed_on = evidence_complete_on(enrolment, attempt)
    return {
        "learner_name": enrolment.learner.name,
        "assessment_basis": assessment_basis(enrolment.course, attempt),
        "started_on": min(timezone.localdate(enrolment.enrolled_at), completed_on),
        "completed_on": completed_on,
        **site_facts(),
        **enrolment_facts(enrolment, completed_on),
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


def assessment_basis(course: CoursePage, attempt: Attempt | None) -> str:
    parts = [f"quiz passed at {attempt.pass_mark}% or more"] if attempt else []
    parts.append("all required modules completed")
    if course.sessions_required:
        sessions = "session" if course.sessions_required == 1 else "sessions"
        parts.append(f"{course.sessions_required} {sessions} attended")
    words = "; ".join(parts)
    return words[0].upper() + words[1:]


def site_facts() -> dict[str, str]:
    """Return who provides the course and who signs."""
    site = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    return {
        "provider_name": site.provider_name,
        "provider_number": site.provider_number,
        "signatory_name": site.signatory_name,
        "signatory_role": site.signatory_role,
    }


def enrolment_facts(enrolment: Enrolment, completed_on: date) -> dict[str, Any]:
    """Return what the certificate says of the course as this learner took it.

    Where sessions are required, participatory is what they attended, and never more than the course's whole.
    """
    facts = course_facts(enrolment.course, completed_on)
    if enrolment.course.sessions_required:
        minutes = attended_minutes([enrolment])[enrolment.pk]
        facts["participatory_minutes"] = min(minutes, enrolment.course.cpd_minutes)
    return facts


def course_facts(course: CoursePage, completed_on: date) -> dict[str, Any]:
    """Return what the certificate says of the course; accreditation only if valid on that day."""
    facts = {
        "course_title": course.title,
        "course_version": course_version(course),
        "delivery": course.delivery,
        "outcomes": [outcome.text for outcome in course.outcomes.all()],
        "cpd_minutes": course.cpd_minutes,
        "participatory_minutes": min(course.participatory_minutes, course.cpd_minutes),
        "refresh_by": add_months(completed_on, course.refresh_months) if course.refresh_months else None,
    }
    if is_accredited(course, completed_on):
        facts |= {
            "accreditor": course.accreditor,
            "accreditation_number": course.accreditation_number,
            "accredited_to": course.accredited_to,
        }
    return facts


def course_version(course: CoursePage) -> str:
    """Return the day of publication and the revision: “2026-11-16.42”."""
    day = timezone.localdate(course.last_published_at) if course.last_published_at else course.reviewed_on
    return f"{day}.{course.live_revision_id}" if course.live_revision_id else str(day)


def is_accredited(course: CoursePage, on: date) -> bool:
    """Say whether the course's accreditation was valid on that day; an empty end of the window is open."""
    return bool(
        course.accreditor
        and course.accreditation_number
        and (course.accredited_from is None or course.accredited_from <= on)
        and (course.accredited_to is None or on <= course.accredited_to)
    )
