"""What has been sent about content due for review."""

from django.conf import settings
from django.db import models


class ReviewReminder(models.Model):
    """The reminder of one week to one moderator: the row is the claim, so nobody gets two."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="review_reminders")
    week = models.DateField(help_text="Monday of the week.")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "week"], name="one_review_reminder_a_week")
        ]

    def __str__(self):
        return f"{self.week}: {self.recipient}"
