"""Who is on a course and what they have completed. Records are withdrawn by date, never deleted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models.pages import CoursePage, ModuleForm, ModulePage


class EnrolmentQuerySet(models.QuerySet):
    def active(self):
        """Neither left nor followed by a refresher: at most one for a learner and a course."""
        return self.filter(withdrawn_at=None, renewed_at=None)

    def of(self, learner):
        return self.filter(learner=learner)


class Enrolment(models.Model):
    """A learner's place on a course: the row that attempts, attendance and awards hang from.

    A refresher is an enrolment of its own, the next `cycle`; what was done before `counts_from` is not asked
    again of it, and stays with the cycle in which it was done.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    cycle = models.PositiveSmallIntegerField(default=1, help_text="1, and one more for each refresher.")
    counts_from = models.DateTimeField(
        null=True, blank=True, help_text="Evidence before this does not count; empty: all counts."
    )
    renewed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the refresher that follows began."
    )
    last_seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When the learner last opened a module."
    )
    last_module = models.ForeignKey(
        ModulePage, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Where they left off."
    )
    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=Q(withdrawn_at=None, renewed_at=None),
                name="one_active_enrolment",
            )
        ]

    def __str__(self):
        return f"{self.learner} on {self.course}"


class ModuleCompletion(models.Model):
    """The fact that a learner completed a module: which text, which version. Never undone."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions")
    module = models.ForeignKey(ModulePage, models.PROTECT, related_name="completions")
    form = models.CharField(max_length=5, choices=ModuleForm, default=ModuleForm.FULL)
    version = models.PositiveSmallIntegerField(help_text="The module's version when it was completed.")
    completed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["completed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module", "form", "version"], name="one_completion_a_version"
            )
        ]

    def __str__(self):
        return f"{self.enrolment}: {self.module}"
