"""Award: the fact that somebody earned a course."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from certificates.models.activities import ActivityVersion
from courses.models import Enrolment


def credited(minutes: int) -> int:
    """Return minutes rounded down to the quarter hour; less than a quarter stays as it is."""
    return minutes // 15 * 15 or minutes


class Standing(models.TextChoices):
    """What is true of an award today."""

    VALID = "valid", "Valid"
    PAST_REFRESH = "past_refresh", "Past its refresh date"
    REVOKED = "revoked", "Revoked"


class AwardQuerySet(models.QuerySet):
    def of(self, learner):
        return self.filter(enrolment__learner=learner)

    def with_certificates(self):
        """Load the activity and the editions too: two queries however many rows."""
        return self.select_related("activity").prefetch_related("certificates")


class Award(models.Model):
    """The fact that a learner earned an activity, with what is theirs alone, copied at the time.

    Times are whole minutes of learning, breaks excluded. Later changes to the person never reach it, and those
    to the course make another activity version.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="awards")
    activity = models.ForeignKey(ActivityVersion, models.PROTECT, related_name="awards")
    learner_name = models.CharField(max_length=150)
    cpd_minutes = models.PositiveSmallIntegerField()
    participatory_minutes = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    completed_on = models.DateField()
    awarded_at = models.DateTimeField(default=timezone.now)
    refresh_by = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.TextField(blank=True, help_text="Never shown to the public.")
    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], name="one_award_an_enrolment"),
            models.CheckConstraint(
                condition=Q(participatory_minutes__lte=F("cpd_minutes")), name="participatory_within_total"
            ),
        ]

    def __str__(self):
        return f"{self.learner_name}: {self.activity.title}"

    @property
    def certificate(self):
        """The document to show: the latest edition that was drawn, else the one that is being made."""
        editions = list(self.certificates.all())
        return next((one for one in editions if not one.is_pending), next(iter(editions), None))

    @property
    def credited_minutes(self) -> int:
        return credited(self.cpd_minutes)

    @property
    def credited_participatory_minutes(self) -> int:
        return credited(self.participatory_minutes)

    @property
    def standing(self) -> Standing:
        """What is true today."""
        if self.revoked_at:
            return Standing.REVOKED
        if self.refresh_by and self.refresh_by < timezone.localdate():
            return Standing.PAST_REFRESH
        return Standing.VALID
