"""What was learned, as it stood when people learned it: shared by all awards of the same kind, never changed."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from certificates.recertification import Rule, refresh_by
from courses.models import CoursePage, RefreshRule


class ActivityVersion(models.Model):
    """A course as one publication of it, with its provider and accreditation; frozen by the database.

    Editing the course, the site's names or the accreditation makes a new version at the next award
    (`certificates.activities.version_for`). Times are whole minutes of learning, breaks excluded.
    """

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="activity_versions")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of everything below.")
    title = models.CharField(max_length=255)
    version = models.CharField(max_length=40, help_text="Publication date and revision of the course.")
    provider_name = models.CharField(max_length=160)
    provider_number = models.CharField(max_length=80, blank=True)
    delivery = models.CharField(max_length=60)
    outcomes = models.JSONField(help_text="A list of texts.")
    minutes_total = models.PositiveSmallIntegerField()
    minutes_participatory = models.PositiveSmallIntegerField()
    assessment_basis = models.CharField(max_length=255)
    refresh_months = models.PositiveSmallIntegerField(null=True, blank=True)
    refresh_rule = models.CharField(max_length=11, choices=RefreshRule, default=RefreshRule.ROLLING)
    refresh_window_months = models.PositiveSmallIntegerField(default=3)
    refresh_fixed_from = models.DateField(null=True, blank=True)
    accreditor = models.CharField(max_length=120, blank=True)
    accreditor_provider_number = models.CharField(max_length=60, blank=True)
    accreditation_number = models.CharField(max_length=60, blank=True)
    accredited_from = models.DateField(null=True, blank=True)
    accredited_to = models.DateField(null=True, blank=True)
    signatories = models.JSONField(help_text="A list of names and roles, in the order of the page.")
    template_version = models.ForeignKey(
        "certificates.TemplateVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activity_versions",
        help_text="How its certificates look; empty for the product's own look.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "fingerprint"], name="one_activity_version_a_content"),
            models.CheckConstraint(
                condition=Q(minutes_participatory__lte=F("minutes_total")),
                name="activity_participatory_within_total",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.version})"

    def refresh_by(self, completed_on: date, previous: date | None = None) -> date | None:
        """Return the day by which it should be refreshed, None if never. previous: the day that held before."""
        if not self.refresh_months:
            return None
        return refresh_by(
            Rule(self.refresh_rule),
            completed_on,
            self.refresh_months,
            window_months=self.refresh_window_months,
            previous=previous,
            fixed_from=self.refresh_fixed_from,
            least_months=self.refresh_window_months,
        )

    def is_accredited(self, on: date) -> bool:
        """Say whether the accreditation was valid on that day; an empty end of the window is open."""
        return bool(
            self.accreditor
            and self.accreditation_number
            and (self.accredited_from is None or self.accredited_from <= on)
            and (self.accredited_to is None or on <= self.accredited_to)
        )
