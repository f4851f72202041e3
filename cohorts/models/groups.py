"""A group: which course, which trainers, which programme, and the link by which people join."""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from cohorts.models.programmes import Programme
from courses.models import CoursePage

LINK_DAYS = 30  # how long a group's invitation link stays open unless its trainer says otherwise


def new_token() -> str:
    """128 random bits that fit into an address: 22 characters."""
    return secrets.token_urlsafe(16)


def link_end(days: int = LINK_DAYS):
    return timezone.now() + timedelta(days=days)


class Delivery(models.TextChoices):
    """How a group takes its course."""

    E_LEARNING = "online", "E-learning"
    FACE_TO_FACE = "face", "Face to face"
    BLENDED = "blended", "E-learning and sessions"


def in_charge(user) -> Q:
    """Return the condition for the groups that `user` runs: the rule behind everything in the trainers' area.

    Trainers run the groups they are trainers of. Lead trainers run these, those of the programmes they lead, and
    those that belong to no programme.
    """
    if user.has_role(Role.LEAD_TRAINER):
        led = Q(programme=None) | Q(programme__in=user.programmes_led.values("pk"))
        return led | Q(pk__in=user.cohorts_trained.values("pk"))
    return Q(pk__in=user.cohorts_trained.values("pk") if user.has_role(Role.TRAINER) else [])


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Groups whose people `user` may see: all for managers, else those they are in charge of."""
        return self if user.has_role(Role.PROGRAMME_MANAGER) else self.filter(in_charge(user))

    def editable_by(self, user):
        """Groups that `user` may change: those they are in charge of. Managers only read."""
        return self if user.is_superuser and user.is_active else self.filter(in_charge(user))

    def with_member_count(self):
        """Add `member_count`, the people in the group now."""
        return self.annotate(member_count=Count("members", filter=Q(members__left_at=None), distinct=True))


class Cohort(models.Model):
    """A group: people taking a course together, and the trainers who may see how far they are."""

    name = models.CharField(max_length=120)
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="cohorts")
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cohorts",
        help_text="Whose report counts it.",
    )
    delivery = models.CharField("format", max_length=8, choices=Delivery, default=Delivery.BLENDED)
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="cohorts_trained")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    join_token = models.CharField(max_length=32, unique=True, default=new_token)
    join_open_until = models.DateTimeField(
        default=link_end, help_text="The invitation link works before this moment."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    form_key = models.UUIDField(
        default=uuid.uuid4, help_text="One per form opened: a double click makes one group."
    )
    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["created_by", "form_key"], name="one_cohort_a_form")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cohorts:detail", args=[self.pk])

    @property
    def is_link_open(self) -> bool:
        return timezone.now() < self.join_open_until

    @property
    def join_url(self) -> str:
        """The full address, as the QR code carries it."""
        return settings.SITE_URL + reverse("cohorts:join", args=[self.join_token])
