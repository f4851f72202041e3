"""Who may train others, who watched them do it, and whom they reached."""

import uuid
from datetime import date

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Agency, Sector
from bookings.models import TrainingSession
from cohorts.models import Cohort, Programme
from courses.models import CoursePage

RENEWABLE_DAYS = 60  # before its end a licence can be renewed from this day on


class LicenceRule(models.Model):
    """Whoever finishes `trainer_course` may be licensed to run `course`. Without a rule, `course` itself is asked."""

    course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="licence_rules", verbose_name="course they may run"
    )
    trainer_course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="+", verbose_name="course they have to finish"
    )

    class Meta:
        ordering = ["course__title", "trainer_course__title"]
        constraints = [models.UniqueConstraint(fields=["course", "trainer_course"], name="one_licence_rule")]

    def __str__(self):
        return f"{self.trainer_course}: {self.course}"


class DeliveryQuerySet(models.QuerySet):
    def standing(self):
        """Not logged by mistake."""
        return self.filter(withdrawn_at=None)


class Delivery(models.Model):
    """A training that somebody gave: in a group of the platform, or logged with numbers only."""

    class Format(models.TextChoices):
        FACE_TO_FACE = "face", "Face to face"
        E_LEARNING = "elearning", "E-learning"

    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deliveries")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="deliveries")
    cohort = models.ForeignKey(
        Cohort,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name="group",
        help_text="Those of its people who took part are the people reached.",
    )
    delivered_on = models.DateField()
    format = models.CharField(max_length=9, choices=Format)
    area = models.CharField(max_length=80, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    form_key = models.UUIDField(default=uuid.uuid4)
    logged_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Logged by mistake.")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-delivered_on", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["trainer", "form_key"], name="one_delivery_a_form"),
            models.UniqueConstraint(
                fields=["trainer", "cohort"],
                condition=Q(withdrawn_at=None),
                name="one_standing_delivery_a_group",
            ),
        ]

    def __str__(self):
        return f"{self.trainer}, {self.delivered_on}"


class Reach(models.Model):
    """People without an account whom a delivery reached, by sector."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="reaches")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="+")
    people = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["delivery", "sector"], name="one_reach_a_sector")]

    def __str__(self):
        return f"{self.people}"


class Observation(models.Model):
    """A delivery watched and judged against the fidelity checklist."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", "Practice delivery"
        SESSION = "session", "Whole session"

    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="observations")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="+")
    session = models.ForeignKey(
        TrainingSession, models.PROTECT, null=True, blank=True, related_name="observations"
    )
    observed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField("what was watched", max_length=8, choices=Kind, default=Kind.SESSION)
    observed_on = models.DateField()
    checklist = models.JSONField(default=dict, help_text="Code of each point -> yes, partly or no.")
    comment = models.TextField(blank=True)
    passed = models.BooleanField()
    form_key = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-observed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["observed_by", "form_key"], name="one_observation_a_form"),
            models.CheckConstraint(condition=~Q(trainer=F("observed_by")), name="nobody_observes_themselves"),
        ]

    def __str__(self):
        return f"{self.trainer}, {self.observed_on}"


class LicenceQuerySet(models.QuerySet):
    def standing(self):
        """The latest of each person and course: neither revoked nor replaced. It may be past its date."""
        return self.filter(revoked_at=None, replaced_at=None)

    def valid(self, on: date | None = None):
        """In force on a day, today unless told. Nothing has to run for a licence to lapse."""
        return self.standing().filter(valid_until__gte=on or timezone.localdate())


class Licence(models.Model):
    """That somebody may run a course for others, until when, and who trained them. Renewals are new rows."""

    class State(models.TextChoices):
        VALID = "valid", "Valid"
        PROVISIONAL = "provisional", "Valid, a session is still to be observed"
        ENDS_SOON = "soon", "Ends soon"
        LAPSED = "lapsed", "Lapsed"
        REVOKED = "revoked", "Revoked"

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="licences")
    course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="licences", help_text="Which they may run."
    )
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="licences_passed_on",
        help_text="The line upwards in the cascade.",
    )
    trained_in = models.ForeignKey(
        Cohort,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="licences",
        help_text="The group in which they became a trainer.",
    )
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    granted_on = models.DateField(default=timezone.localdate, help_text="First day of the licence.")
    valid_until = models.DateField(help_text="Last day of the licence.")
    is_provisional = models.BooleanField(
        "provisional", default=False, help_text="Half a year, until a whole session was observed and passed."
    )
    gave_role = models.BooleanField(default=False, help_text="The holder became a trainer by this licence.")
    changes_read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the holder confirmed to have read what changed."
    )
    reminded_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Which reminder went out last: so many days before the end."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoke_reason = models.CharField(max_length=255, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces"
    )
    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "course"],
                condition=Q(revoked_at=None, replaced_at=None),
                name="one_standing_licence",
            ),
            models.CheckConstraint(condition=~Q(holder=F("granted_by")), name="nobody_licenses_themselves"),
            models.CheckConstraint(
                condition=Q(trained_by=None) | ~Q(holder=F("trained_by")), name="nobody_trains_themselves"
            ),
        ]

    def __str__(self):
        return f"{self.holder}: {self.course}"

    @property
    def state(self) -> State:
        """What is true today."""
        if self.revoked_at:
            return self.State.REVOKED
        if self.days_left < 0:
            return self.State.LAPSED
        if self.is_provisional:
            return self.State.PROVISIONAL
        return self.State.ENDS_SOON if self.is_renewable else self.State.VALID

    @property
    def days_left(self) -> int:
        """Days after today on which it is still valid; negative when it has lapsed."""
        return (self.valid_until - timezone.localdate()).days

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.replaced_at is None and self.days_left >= 0

    @property
    def is_renewable(self) -> bool:
        """Whether its last weeks have begun, or it has lapsed."""
        return self.revoked_at is None and self.days_left <= RENEWABLE_DAYS
