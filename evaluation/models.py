"""What people say of a course: how sure they feel before and after, what the session was like, whether it helped.

Nothing here is ever shown by person to trainers, managers or employers.
"""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from bookings.models import TrainingSession
from courses.models import Enrolment

OPEN_DAYS = 60  # how long a follow-up can be answered after the letter
ONE_TO_FIVE = [MinValueValidator(1), MaxValueValidator(5)]


class Stage(models.TextChoices):
    BEFORE = "before", "Before"
    AFTER = "after", "After"
    LATER = "later", "Three months on"


class ConfidenceRatingQuerySet(models.QuerySet):
    def matched(self, stage: str):
        """Ratings before the course whose learner rated the same outcome at `stage`: that one is `then`."""
        return self.filter(
            stage=Stage.BEFORE,
            enrolment__confidence_ratings__stage=stage,
            enrolment__confidence_ratings__outcome=F("outcome"),
        ).annotate(then=F("enrolment__confidence_ratings__rating"))


class ConfidenceRating(models.Model):
    """How sure a learner feels that they can do what one learning outcome says: 1 not at all, 5 completely."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="confidence_ratings")
    stage = models.CharField(max_length=6, choices=Stage)
    outcome = models.CharField(max_length=12, help_text="Code of the course's learning outcome: LO3.")
    rating = models.PositiveSmallIntegerField(validators=ONE_TO_FIVE)
    rated_at = models.DateTimeField(default=timezone.now)
    objects = ConfidenceRatingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "stage", "outcome"], name="one_rating_a_stage"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="rating_one_to_five"),
        ]

    def __str__(self):
        return f"{self.enrolment}: {self.outcome} {self.stage} {self.rating}"


class FeedbackGiven(models.Model):
    """That somebody gave feedback on a session: asks nobody twice, and is not tied to what they said."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="feedback_given")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "learner"], name="one_feedback_a_person")]

    def __str__(self):
        return f"{self.learner}: {self.session}"


class FeedbackInvitation(models.Model):
    """A letter that asks what a session was like, to somebody who came. Says nothing of whether they answered."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="feedback_invitations")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="They had answered already, or the address takes no mail."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "learner"], name="one_feedback_invitation")]
        indexes = [
            models.Index(
                fields=["session"], name="feedback_letter_waiting", condition=Q(sent_at=None, dropped_at=None)
            )
        ]

    def __str__(self):
        return f"{self.session}: letter to {self.learner}"


class SessionFeedback(models.Model):
    """What somebody said of a session. Holds no person, no time of day, and no number that tells who came first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="feedback")
    usefulness = models.PositiveSmallIntegerField(validators=ONE_TO_FIVE)
    pace = models.PositiveSmallIntegerField(
        validators=ONE_TO_FIVE, help_text="1 too slow, 3 right, 5 too fast."
    )
    trainer = models.PositiveSmallIntegerField("trainers", validators=ONE_TO_FIVE)
    will_change = models.TextField("what will you do differently?", blank=True, max_length=1000)
    given_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["given_on", "pk"]

    def __str__(self):
        return f"{self.session}: {self.usefulness}"


def new_token() -> str:
    return secrets.token_urlsafe(16)


class FollowUpQuerySet(models.QuerySet):
    def waiting(self):
        """The letter has not gone out, and nobody said not to send it."""
        return self.filter(sent_at=None, stopped_at=None)

    def open(self):
        """May be answered, or answered anew."""
        return self.filter(stopped_at=None, sent_at__gt=timezone.now() - timedelta(days=OPEN_DAYS))


class FollowUp(models.Model):
    """The question after ninety days, answered from the letter: no log-in. Made when it is due."""

    class Answer(models.TextChoices):
        USED = "used", "I have used it"
        NOT_YET = "notyet", "Not yet"
        NEEDED_HELP = "help", "I needed help to use it"

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="follow_up")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    passed_on = models.BooleanField(
        null=True, blank=True, help_text="Whether they passed on what they learnt."
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="“Do not ask me again”, or account closed."
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on"], name="follow_up_waiting", condition=Q(sent_at=None, stopped_at=None)
            )
        ]

    def __str__(self):
        return f"{self.enrolment}: {self.get_answer_display() or 'no answer'}"
