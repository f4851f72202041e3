"""Whose licence has ended begins no group: they read when it ended and whom to ask."""

from accounts.roles import Role
from cascade.models import Licence
from cohorts.queries import possible_trainers
from courses.models import CoursePage

LEADS_NAMED = 3


def why_no_group(user, course: CoursePage | None) -> str:
    """Return why `user` may not begin a group on `course`, None for any, in words; "" when nothing is in the way.

    A licence that lapsed or was revoked is in the way of its own course, and of every course for those who are
    trainers by a licence alone. Lead trainers, and trainers who never held a licence, train by their role.
    """
    if user.is_superuser or user.has_role(Role.LEAD_TRAINER):
        return ""
    licences = _latest(user)
    ended = [licence for licence in licences if not licence.is_valid]
    in_the_way = next((licence for licence in ended if course and licence.course_id == course.pk), None)
    if in_the_way is None and len(ended) == len(licences):
        in_the_way = next((licence for licence in ended if licence.gave_role), None)
    return _words(in_the_way) if in_the_way else ""


def _latest(user) -> list[Licence]:
    """Return one licence for each course: the one that stands or, without one, the last that was revoked."""
    rows = Licence.objects.filter(holder=user, replaced_at=None).select_related("course")
    found: dict[int, Licence] = {}
    for licence in rows.order_by("granted_at", "pk"):
        old = found.get(licence.course_id)
        if old is None or old.revoked_at or not licence.revoked_at:
            found[licence.course_id] = licence
    return list(found.values())


def _words(licence: Licence) -> str:
    day = licence.revoked_at.date() if licence.revoked_at else licence.valid_until
    ended = "was revoked on" if licence.revoked_at else "ended on"
    names = [str(lead) for lead in possible_trainers().filter(groups__name=Role.LEAD_TRAINER)[:LEADS_NAMED]]
    whom = f": {', '.join(names)}" if names else ""
    return (
        f"Your licence to run “{licence.course.title}” {ended} {day.day} {day:%B %Y}. "
        f"Ask a lead trainer to renew it{whom}. Groups you run already stay yours."
    )
