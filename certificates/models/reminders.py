"""Letters before a refresh date."""

from django.db import models
from django.utils import timezone

from certificates.models.awards import Award


class RefreshReminder(models.Model):
    """A letter so many days before the refresh date of an award: noted once, sent once."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="refresh_reminders")
    days = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["award", "days"], name="one_refresh_reminder")]

    def __str__(self):
        return f"{self.days} days before award {self.award_id} is to be refreshed"
