"""Learners' attempts. The server owns them: what was drawn, in which order, what was answered, when it ends."""

from django.conf import settings
from django.db import models
from django.db.models import Min, Q
from django.utils import timezone

from courses.models import Enrolment
from quizzes.models.bank import ItemVersion
from quizzes.models.quizzes import Quiz


class AttemptState(models.TextChoices):
    """Where an attempt stands; quizzes.states says what may follow."""

    IN_PROGRESS = "inprogress", "In progress"
    OVERDUE = "overdue", "Time is up, not handed in"
    SUBMITTED = "submitted", "Handed in, not marked yet"
    FINISHED = "finished", "Marked"
    ABANDONED = "abandoned", "Not handed in"
    VOID = "void", "Void"


OPEN = (AttemptState.IN_PROGRESS, AttemptState.OVERDUE)


class AttemptQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN)

    def finished(self):
        return self.filter(state=AttemptState.FINISHED)

    def passes(self):
        """Attempts that count for the certificate."""
        return self.filter(state=AttemptState.FINISHED, passed=True, quiz__kind="assessment")

    def to_tend(self, now):
        """Attempts whose clock or marking asks for the job; one indexed condition."""
        return self.filter(check_at__lte=now).order_by("check_at")

    def taken_by(self, user):
        return self.filter(enrolment__learner=user)

    def best_first(self):
        """Highest score first; of equal ones the earliest."""
        return self.order_by(models.F("score").desc(nulls_last=True), "submitted_at", "pk")

    def with_next_position(self):
        """Add `next_position`: the first question without an answer, None when all have one."""
        return self.annotate(next_position=Min("responses__position", filter=Q(responses__answered_at=None)))


class Attempt(models.Model):
    """One try at a quiz. The rules are those of the moment it began."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.IN_PROGRESS)
    pass_mark = models.PositiveSmallIntegerField(help_text="Per cent, as it was at the start.")
    outcome_minimum = models.PositiveSmallIntegerField(
        default=0, help_text="Per cent, as it was at the start."
    )
    started_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When time is up; empty without a clock.")
    check_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the job must look at it; empty when it is final or has no clock.",
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="Per cent.")
    passed = models.BooleanField(null=True, blank=True)
    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["check_at"], name="attempt_check_at", condition=Q(check_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(state__in=OPEN), name="one_open_attempt"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="score_is_per_cent"
            ),
            models.CheckConstraint(
                condition=~Q(state=AttemptState.FINISHED)
                | Q(score__isnull=False, passed__isnull=False, submitted_at__isnull=False),
                name="finished_is_marked",
            ),
        ]

    def __str__(self):
        return f"{self.enrolment}: attempt {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class AttemptEvent(models.Model):
    """One step of an attempt's life: when, and by whom; without an actor the clock did it."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="events")
    was = models.CharField(max_length=10, choices=AttemptState, blank=True)
    became = models.CharField(max_length=10, choices=AttemptState)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.attempt}: {self.get_became_display()}"


class Confidence(models.TextChoices):
    SURE = "sure", "Sure"
    FAIRLY = "fairly", "Fairly sure"
    GUESSING = "guessing", "Guessing"


class Credit(models.TextChoices):
    """How a correction set the key aside for everybody."""

    FULL = "full", "Full marks for everybody"
    LEFT_OUT = "out", "Left out of the score"


class Response(models.Model):
    """One question of an attempt and what was answered (see quizzes.content for the shapes)."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    position = models.PositiveSmallIntegerField(help_text="From 1, as shown.")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="responses")
    choice_order = models.JSONField(
        default=list, help_text="Keys as shown; of a matching question its left halves."
    )
    half_order = models.JSONField(
        default=list, blank=True, help_text="Of a matching question: other halves as shown."
    )
    answer = models.JSONField(null=True, blank=True)
    confidence = models.CharField(max_length=8, choices=Confidence, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    saved_count = models.PositiveIntegerField(
        default=0, help_text="How often it was saved: tells stale tabs."
    )
    is_final = models.BooleanField(default=False, help_text="Its feedback was shown, so it stays.")
    marks_awarded = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    marks_possible = models.DecimalField(max_digits=5, decimal_places=2)
    marked_with = models.ForeignKey(
        ItemVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="After a correction: the version whose key counts.",
    )
    credit = models.CharField(max_length=4, choices=Credit, blank=True)

    class Meta:
        ordering = ["attempt_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="position_once_in_an_attempt"),
            models.UniqueConstraint(fields=["attempt", "version"], name="version_once_in_an_attempt"),
        ]

    def __str__(self):
        return f"{self.attempt}, question {self.position}"


class Allowance(models.Model):
    """More time or more attempts for one learner at one quiz, and why."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="allowances")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="allowances")
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=400, help_text="Never a diagnosis or a case detail.")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "quiz"], name="one_allowance_a_quiz")]

    def __str__(self):
        return f"{self.enrolment}: {self.extra_minutes} more minutes, {self.extra_attempts} more attempts"
