"""Corrections of marks: what was decided, by whom, and each score that changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from quizzes.models.attempts import Attempt
from quizzes.models.bank import Item, ItemVersion


class RegradeAction(models.TextChoices):
    KEY = "key", "Mark again by the key of the ready version"
    FULL = "full", "Give everybody full marks"
    LEAVE_OUT = "out", "Leave the question out of the score"


class Regrade(models.Model):
    """One correction of a question's marks, carried out. A trial run leaves none."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="regrades")
    version = models.ForeignKey(
        ItemVersion, models.PROTECT, related_name="+", help_text="Whose key counts now."
    )
    action = models.CharField(max_length=4, choices=RegradeAction, default=RegradeAction.KEY)
    reason = models.CharField(max_length=400)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]

    def __str__(self):
        return f"{self.item}: {self.get_action_display()}"


class ScoreChange(models.Model):
    """What a correction did to one attempt. A pass once given stays: `pass_kept` says that it fell below."""

    regrade = models.ForeignKey(Regrade, models.PROTECT, related_name="changes")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="score_changes")
    old_marks = models.DecimalField(max_digits=9, decimal_places=6)
    new_marks = models.DecimalField(max_digits=9, decimal_places=6)
    old_score = models.DecimalField(max_digits=5, decimal_places=2)
    new_score = models.DecimalField(max_digits=5, decimal_places=2)
    old_passed = models.BooleanField()
    new_passed = models.BooleanField()
    pass_kept = models.BooleanField(default=False)

    class Meta:
        ordering = ["regrade_id", "attempt_id"]
        constraints = [models.UniqueConstraint(fields=["regrade", "attempt"], name="one_change_an_attempt")]

    def __str__(self):
        return f"{self.attempt}: {self.old_score} to {self.new_score}"
