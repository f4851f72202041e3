"""Award, the fact, and Certificate, one edition of its document. Both are frozen once written."""

import secrets

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from certificates.numbers import new_number
from courses.models import Enrolment


def credited(minutes: int) -> int:
    """Return minutes rounded down to the quarter hour; less than a quarter stays as it is."""
    return minutes // 15 * 15 or minutes


class Standing(models.TextChoices):
    """What the public check says of an award."""

    VALID = "valid", "Valid"
    PAST_REFRESH = "past_refresh", "Past its refresh date"
    REVOKED = "revoked", "Revoked"


class AwardQuerySet(models.QuerySet):
    def of(self, learner):
        return self.filter(enrolment__learner=learner)

    def with_certificates(self):
        """Load the editions too: two queries however many rows."""
        return self.prefetch_related("certificates")


class Award(models.Model):
    """The fact that a learner earned a course, with everything its certificate says, copied at the time.

    Times are whole minutes of learning, breaks excluded. Names, titles and numbers are as they were on the
    day: later changes to the person, the course or the site never reach it.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="awards")
    learner_name = models.CharField(max_length=150)
    course_title = models.CharField(max_length=255)
    course_version = models.CharField(max_length=40, help_text="Publication date and revision of the course.")
    provider_name = models.CharField(max_length=160)
    provider_number = models.CharField(max_length=80, blank=True)
    delivery = models.CharField(max_length=60)
    outcomes = models.JSONField(help_text="A list of texts.")
    cpd_minutes = models.PositiveSmallIntegerField()
    participatory_minutes = models.PositiveSmallIntegerField()
    assessment_basis = models.CharField(max_length=255)
    accreditor = models.CharField(max_length=120, blank=True)
    accreditation_number = models.CharField(max_length=60, blank=True)
    accredited_to = models.DateField(null=True, blank=True)
    signatory_name = models.CharField(max_length=120)
    signatory_role = models.CharField(max_length=120)
    started_on = models.DateField()
    completed_on = models.DateField()
    awarded_at = models.DateTimeField(default=timezone.now)
    refresh_by = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.TextField(blank=True, help_text="Never shown to the public.")
    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], name="one_award_an_enrolment"),
            models.CheckConstraint(
                condition=Q(participatory_minutes__lte=F("cpd_minutes")), name="participatory_within_total"
            ),
        ]

    def __str__(self):
        return f"{self.learner_name}: {self.course_title}"

    @property
    def certificate(self) -> "Certificate | None":
        """The latest edition."""
        return next(iter(self.certificates.all()), None)

    @property
    def credited_minutes(self) -> int:
        return credited(self.cpd_minutes)

    @property
    def credited_participatory_minutes(self) -> int:
        return credited(self.participatory_minutes)

    @property
    def standing(self) -> Standing:
        """What is true today."""
        if self.revoked_at:
            return Standing.REVOKED
        if self.refresh_by and self.refresh_by < timezone.localdate():
            return Standing.PAST_REFRESH
        return Standing.VALID


class CertificateQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=Certificate.State.PENDING)

    def waiting(self):
        """Pending ones that cannot be drawn until somebody corrects a name or a text."""
        return self.pending().exclude(problem="")

    def issued(self):
        return self.filter(state=Certificate.State.ISSUED)

    def visible_to(self, user):
        """The holder's own; all of them for programme managers."""
        if user.has_role(Role.PROGRAMME_MANAGER):
            return self
        return self.filter(award__enrolment__learner=user)


def private_storage():
    return storages["private"]


def fresh_number() -> str:
    return new_number(settings.CERTIFICATE_PREFIX, timezone.localdate().year)


def fresh_token() -> str:
    """Return 128 random bits for the QR code's address."""
    return secrets.token_urlsafe(16)


def stored_at(certificate: "Certificate", filename: str) -> str:
    return f"certificates/{certificate.number}/{filename}"


class Certificate(models.Model):
    """One edition of the document for an award. Drawn once, stored, hashed, and only ever streamed after that."""

    class State(models.TextChoices):
        PENDING = "pending", "Being made"
        ISSUED = "issued", "Issued"

    award = models.ForeignKey(Award, models.PROTECT, related_name="certificates")
    edition = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=40, unique=True, default=fresh_number)
    token = models.CharField(max_length=22, unique=True, default=fresh_token)
    holder_name = models.CharField(max_length=150, help_text="As printed on this edition.")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    problem = models.TextField(blank=True, help_text="Why it cannot be drawn; empty when nothing is wrong.")
    pdf = models.FileField(storage=private_storage, upload_to=stored_at, max_length=255, blank=True)
    size_bytes = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(fields=["award", "edition"], name="one_certificate_an_edition"),
            models.CheckConstraint(
                condition=Q(state="pending", issued_at=None)
                | (Q(state="issued", issued_at__isnull=False) & ~Q(sha256="")),
                name="issued_certificates_are_hashed",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_issued(self) -> bool:
        return self.state == self.State.ISSUED

    @property
    def filename(self) -> str:
        return f"certificate-{self.number}.pdf"

    @property
    def size_words(self) -> str:
        return f"{max(1, round((self.size_bytes or 0) / 1024))} KB"

    @property
    def check_path(self) -> str:
        """Where the QR code leads."""
        return reverse("certificates:verify_token", args=[self.token])
