"""Reads about awards and certificates that span models."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from attendance.models import Attendance
from certificates.models import Award, Certificate
from courses.models import Enrolment, ModuleCompletion
from quizzes.models import Attempt, Quiz

#: A letter that could not be sent in a week is not tried any more.
KEEP_SENDING_FOR = timedelta(days=7)


def perhaps_unawarded() -> QuerySet[Enrolment]:
    """Enrolments without an award that have passed their quiz, or have none to pass; latest evidence first.

    What a crash left behind is always among the first, so a bounded slice of these is enough.
    """
    passed = Attempt.objects.passes().filter(enrolment=OuterRef("pk")).order_by("-submitted_at")
    completions = ModuleCompletion.objects.filter(enrolment__learner=OuterRef("learner"))
    completed = completions.order_by("-completed_at")
    marks = Attendance.objects.filter(learner=OuterRef("learner"), session__cohort__course=OuterRef("course"))
    marked = Subquery(marks.order_by("-marked_at").values("marked_at")[:1])
    held = Award.objects.filter(
        enrolment__learner=OuterRef("learner"),
        enrolment__course=OuterRef("course"),
        enrolment__cycle=OuterRef("cycle"),
        revoked_at=None,
    )
    asked = Quiz.objects.assessments().filter(course=OuterRef("course"))
    return (
        Enrolment.objects.filter(~Exists(held), awards=None, learner__is_active=True)
        .filter(Exists(passed) | (Exists(completed) & ~Exists(asked)))
        .annotate(
            own_work=Coalesce(
                Subquery(passed.values("submitted_at")[:1]), Subquery(completed.values("completed_at")[:1])
            ),
            latest_evidence=Greatest("own_work", Coalesce(marked, "own_work")),
        )
        .select_related("learner", "course")
        .order_by("-latest_evidence")
    )


def unclaimed() -> Q:
    """Certificates that nobody is drawing, or whose claim has run out."""
    return Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - settings.CERTIFICATE_CLAIM)


def undelivered() -> QuerySet[Certificate]:
    """Certificates to be drawn, and those of the last week still to be sent; oldest first."""
    now = timezone.now()
    unsent = Q(state=Certificate.State.ISSUED, emailed_at=None, issued_at__gt=now - KEEP_SENDING_FOR)
    return (
        Certificate.objects.filter((Q(state=Certificate.State.PENDING) & unclaimed()) | unsent)
        .filter(award__revoked_at=None, award__enrolment__learner__is_active=True)
        .select_related("award__activity", "award__enrolment__learner")
        .order_by("problem", "pk")
    )


def certified_on(enrolments: Sequence[Enrolment]) -> dict[int, date]:
    """Return enrolment id -> day it was completed, for those certified; one query. Revoked awards do not count."""
    awards = Award.objects.filter(enrolment__in=enrolments, revoked_at=None)
    return dict(awards.values_list("enrolment", "completed_on"))
