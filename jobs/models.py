"""Long work in small pieces: what is to be done, how far it is, what went wrong with which piece."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting to start"
    RUNNING = "running", "Under way"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped"
    DONE = "done", "Finished"


#: Nothing more happens by itself.
ENDED = (JobState.STOPPED, JobState.DONE)


class JobQuerySet(models.QuerySet):
    def unfinished(self):
        return self.exclude(state__in=ENDED)

    def claimable(self, now):
        """Has work to do, and nobody is at it: a worker that was killed holds its claim for a minute at most."""
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.filter(free, state__in=[JobState.WAITING, JobState.RUNNING])

    def visible_to(self, user):
        """Their own: a list of pieces may hold other people's addresses."""
        return self.filter(started_by=user)


class Job(models.Model):
    """One piece of long work that somebody started. Its items are done one by one, each in its own transaction."""

    kind = models.CharField(max_length=40, help_text="Which work: jobs.services.register_kind names it.")
    title = models.CharField(max_length=160, help_text="For the person who waits: “Inviting 5,000 people”.")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    form_key = models.UUIDField(
        default=uuid.uuid4, help_text="One per form opened: a double click starts one job."
    )
    params = models.JSONField(default=dict, help_text="What all items have in common.")
    back_url = models.CharField(max_length=255, help_text="Where the person goes on when it is finished.")
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    total = models.PositiveIntegerField()
    done_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="A worker is at it until then.")
    claim = models.UUIDField(null=True, blank=True, help_text="Whose claim it is.")
    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["started_by", "form_key"], name="one_job_a_form")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("jobs:job", args=[self.pk])

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_moving(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def handled_count(self) -> int:
        return self.done_count + self.failed_count

    @property
    def progress(self) -> str:
        return f"{self.get_state_display()}: {self.handled_count:,} of {self.total:,}"

    @property
    def percent(self) -> int:
        return 100 * self.handled_count // self.total if self.total else 100


class ItemState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class JobItem(models.Model):
    """One piece. `note` says what became of it; the payload is emptied when it is done."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(help_text="From 1.")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.WAITING)
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["job", "state", "position"], name="job_next_item")]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_item_a_position")]

    def __str__(self):
        return f"{self.job}: {self.position}"
