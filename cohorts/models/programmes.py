"""What funders pay for: programmes and what was agreed to be reached."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Sector
from accounts.roles import Role


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Programmes whose reports `user` may read: managers all, lead trainers and funders their own."""
        if user.has_role(Role.PROGRAMME_MANAGER):
            return self
        if user.has_role(Role.LEAD_TRAINER, Role.FUNDER):
            return self.filter(Q(leads=user) | Q(funders=user)).distinct()
        return self.none()

    def editable_by(self, user):
        """Programmes that `user` may change: managers all, lead trainers those they lead."""
        if user.has_role(Role.PROGRAMME_MANAGER):
            return self
        return self.filter(pk__in=_led_by(user)) if user.has_role(Role.LEAD_TRAINER) else self.none()

    def going_on(self):
        """Those whose last day is still to come, or not set."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))


def _led_by(user):
    return user.programmes_led.values("pk")


class Programme(models.Model):
    """What a funder pays for: groups with a common purpose, dates, and targets to be measured against."""

    name = models.CharField(max_length=120, unique=True)
    summary = models.TextField(
        blank=True, help_text="What it is for, in two or three sentences; stands in its report."
    )
    funder_name = models.CharField("funder", max_length=160, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    target_people = models.PositiveIntegerField("target: people trained", null=True, blank=True)
    target_agencies = models.PositiveSmallIntegerField("target: organisations", null=True, blank=True)
    target_passed_on_percent = models.PositiveSmallIntegerField(
        "target: per cent who pass it on", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    leads = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="programmes_led", verbose_name="lead trainers"
    )
    funders = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="programmes_funded",
        help_text="Who may read its report.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_start",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cohorts:programme", args=[self.pk])


class ProgrammeTarget(models.Model):
    """So many people of one sector or one area, as agreed with the funder."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="targets")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.CharField(max_length=80, blank=True, help_text="As in the organisations' region.")
    people = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(sector__isnull=False) & Q(area="")) | (Q(sector=None) & ~Q(area="")),
                name="target_of_a_sector_or_an_area",
            )
        ]

    def __str__(self):
        return f"{self.sector or self.area}: {self.people}"
