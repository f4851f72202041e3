"""What trainers write to the people of a group: who wrote what to whom. Only the person written to has a row."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cohorts.models.groups import Cohort
from cohorts.models.people import CohortMember


class Message(models.Model):
    """One message to some people of a group: a trainer's own words, or a reminder in ours."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", "Reminder"
        WORDS = "message", "Message"

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=120, blank=True, help_text="Empty for reminders.")
    text = models.TextField(blank=True, help_text="Plain text; empty for reminders.")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    form_key = models.UUIDField(
        default=uuid.uuid4, help_text="One per page opened: a double click sends one message."
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["sent_by", "form_key"], name="one_message_a_form")]

    def __str__(self):
        return f"{self.get_kind_display()} to {self.cohort}"


class Recipient(models.Model):
    """One person a message goes to."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="recipients")
    member = models.ForeignKey(CohortMember, models.CASCADE, related_name="messages")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reminded_on = models.DateField(null=True, blank=True, help_text="The day, for reminders alone.")
    emailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "learner"], name="one_letter_a_message"),
            models.UniqueConstraint(
                fields=["learner", "reminded_on"],
                condition=Q(reminded_on__isnull=False),
                name="one_reminder_a_day",
            ),
        ]

    def __str__(self):
        return f"{self.message}: {self.learner}"
