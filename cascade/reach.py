"""Whom a delivery in a group reached: the one rule, as conditions for the database."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance.models import Attendance
from courses.models import ModuleCompletion


def took_part(members: QuerySet) -> QuerySet:
    """Members of a group who came to one of its sessions, or completed a module of its course.

    Being on the list is not enough; leaving afterwards takes nothing away.
    """
    came = Attendance.objects.came().filter(
        session__cohort=OuterRef("cohort"), learner=OuterRef("learner"), session__cancelled_at=None
    )
    completed = ModuleCompletion.objects.filter(enrolment=OuterRef("enrolment"))
    return members.filter(Q(Exists(came)) | Q(Exists(completed)))
