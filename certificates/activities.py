"""Which version of an activity an award is for: made from the course and the site as they stand."""

import hashlib
import json
from typing import Any

from django.utils import timezone
from wagtail.models import Site

from certificates.models import ActivityVersion, TemplateVersion
from courses.models import CoursePage, Enrolment
from library.models import SiteSettings
from quizzes.models import Attempt


def version_for(course: CoursePage, basis: str, template: TemplateVersion | None = None) -> ActivityVersion:
    """Return the version that says what `course` and the site say now, made if nobody earned it before.

    basis: what the award rests on, in words. template: how its certificates look
    (`certificates.designs.template_for`); who signs there signs instead of the site's signatory.
    Two queries where it exists; safe to call at once from many.
    """
    facts = {**course_facts(course), **site_facts(), **template_facts(template), "assessment_basis": basis}
    return ActivityVersion.objects.get_or_create(
        course=course, fingerprint=fingerprint(facts), defaults=facts
    )[0]


def fingerprint(facts: dict[str, Any]) -> str:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def site_facts() -> dict[str, Any]:
    """Return who provides the course and who signs."""
    site = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    return {
        "provider_name": site.provider_name,
        "provider_number": site.provider_number,
        "signatories": [{"name": site.signatory_name, "role": site.signatory_role}],
    }


def template_facts(template: TemplateVersion | None) -> dict[str, Any]:
    """Return the look, and who signs if the template says so."""
    if template is None:
        return {}
    signed = [{"name": one["name"], "role": one["role"]} for one in template.data["signatories"]]
    return {"template_version_id": template.pk} | ({"signatories": signed} if signed else {})


def in_todays_look(activity: ActivityVersion, template: TemplateVersion | None) -> ActivityVersion:
    """Return the version that says the same as `activity` and looks as `template` does, made if there is none.

    Who signs belongs to the look: the template's signatories sign if it names any, else those of `activity`.
    """
    if activity.template_version_id == (template.pk if template else None):
        return activity
    own = {"id", "fingerprint", "created_at", "course_id"}
    kept = {
        f.attname: getattr(activity, f.attname)
        for f in activity._meta.concrete_fields
        if f.attname not in own
    }
    facts = kept | {"template_version_id": None} | template_facts(template)
    return ActivityVersion.objects.get_or_create(
        course_id=activity.course_id, fingerprint=fingerprint(facts), defaults=facts
    )[0]


def course_facts(course: CoursePage) -> dict[str, Any]:
    """Return what a certificate says of the course."""
    return {
        "title": course.title,
        "version": course_version(course),
        "delivery": course.delivery,
        "outcomes": [outcome.text for outcome in course.outcomes.all()],
        "minutes_total": course.cpd_minutes,
        "minutes_participatory": min(course.participatory_minutes, course.cpd_minutes),
        "refresh_months": course.refresh_months,
        "refresh_rule": course.refresh_rule,
        "refresh_window_months": course.refresh_window_months,
        "refresh_fixed_from": course.refresh_fixed_from,
        "accreditor": course.accreditor,
        "accreditor_provider_number": course.accreditor_provider_number,
        "accreditation_number": course.accreditation_number,
        "accredited_from": course.accredited_from,
        "accredited_to": course.accredited_to,
    }


def course_version(course: CoursePage) -> str:
    """Return the day of publication and the revision: “2026-11-16.42”."""
    day = timezone.localdate(course.last_published_at) if course.last_published_at else course.reviewed_on
    return f"{day}.{course.live_revision_id}" if course.live_revision_id else str(day)


def assessment_basis(enrolment: Enrolment, attempt: Attempt | None) -> str:
    """Return what the award of `enrolment` rests on, in words. attempt: the one that passed, if any."""
    parts = [f"quiz passed at {attempt.pass_mark}% or more"] if attempt else []
    parts.append("all required modules completed")
    required = enrolment.course.sessions_required
    if required:
        parts.append(f"{required} {'session' if required == 1 else 'sessions'} attended")
    words = "; ".join(parts)
    return words[0].upper() + words[1:]
