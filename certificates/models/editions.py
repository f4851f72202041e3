"""Certificate, one edition of the document for an award, and what happened to it."""

import secrets

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from certificates.models.awards import Award
from certificates.models.keys import StatusList
from certificates.numbers import new_number


class CertificateQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=Certificate.State.PENDING)

    def waiting(self):
        """Pending ones that cannot be drawn until somebody corrects a name or a text."""
        return self.pending().exclude(problem="")

    def issued(self):
        """The current ones."""
        return self.filter(state=Certificate.State.ISSUED)

    def drawn(self):
        """Those that have a document, also when it was superseded or revoked since."""
        return self.exclude(state=Certificate.State.PENDING)

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
    """One edition of the document for an award. Drawn once, sealed, hashed, and only ever streamed after that.

    pending → issued → superseded or revoked. What was issued is never changed: the database refuses it
    (`certificates.guards`), except that erasure may empty what names the holder.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Being made"
        ISSUED = "issued", "Issued"
        SUPERSEDED = "superseded", "Replaced by a later edition"
        REVOKED = "revoked", "Revoked"

    class Reason(models.TextChoices):
        FIRST = "", "First edition"
        NAME = "name", "Name corrected"
        REISSUE = "reissue", "Issued again"
        RESTORED = "restored", "Revocation withdrawn"

    award = models.ForeignKey(Award, models.PROTECT, related_name="certificates")
    edition = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(
        max_length=10, choices=Reason, blank=True, help_text="Why this edition was made."
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    number = models.CharField(max_length=40, unique=True, default=fresh_number)
    token = models.CharField(max_length=22, unique=True, default=fresh_token)
    holder_name = models.CharField(max_length=150, help_text="As printed on this edition.")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when a worker has been drawing it."
    )
    problem = models.TextField(blank=True, help_text="Why it cannot be drawn; empty when nothing is wrong.")
    payload = models.JSONField(null=True, blank=True, help_text="Everything that the document says.")
    payload_sha256 = models.CharField(max_length=64, blank=True)
    template_version = models.ForeignKey(
        "certificates.TemplateVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        help_text="How it looks; empty for the product's own look, and until it is issued.",
    )
    renderer = models.CharField(max_length=120, blank=True, help_text="Versions of what drew and sealed it.")
    unsealed_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the PDF before the seal.")
    pdf = models.FileField(storage=private_storage, upload_to=stored_at, max_length=255, blank=True)
    size_bytes = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=80, blank=True, help_text="Key of the seal.")
    credential = models.TextField(blank=True, help_text="The digital badge as JSON.")
    status_list = models.ForeignKey(
        StatusList, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    status_index = models.PositiveIntegerField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Since when it names nobody.")
    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(fields=["award", "edition"], name="one_certificate_an_edition"),
            models.UniqueConstraint(
                fields=["award"], condition=Q(state="pending"), name="one_pending_certificate_an_award"
            ),
            models.UniqueConstraint(
                fields=["award"], condition=Q(state="issued"), name="one_issued_certificate_an_award"
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="one_badge_a_status_index"),
            models.CheckConstraint(
                condition=Q(state="pending", issued_at=None)
                | (~Q(state="pending") & Q(issued_at__isnull=False) & ~Q(sha256="")),
                name="issued_certificates_are_hashed",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING

    @property
    def is_issued(self) -> bool:
        """Whether this is the current edition."""
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


class CertificateEvent(models.Model):
    """Something that happened to a certificate. Only ever added: the database refuses changes."""

    class Kind(models.TextChoices):
        EARNED = "earned", "Earned"
        ISSUED = "issued", "Issued"
        EMAILED = "emailed", "Sent by e-mail"
        DOWNLOADED = "downloaded", "Downloaded"
        CORRECTION_ASKED = "asked", "Correction of the name asked for"
        CORRECTION_REFUSED = "refused", "Correction refused"
        REISSUED = "reissued", "New edition begun"
        SUPERSEDED = "superseded", "Replaced by a later edition"
        REVOCATION_ASKED = "rev_asked", "Revocation asked for"
        REVOCATION_REFUSED = "rev_refused", "Revocation refused"
        REVOKED = "revoked", "Revoked"
        RESTORE_ASKED = "res_asked", "Withdrawal of the revocation asked for"
        RESTORE_REFUSED = "res_refused", "Withdrawal of the revocation refused"
        RESTORED = "restored", "Revocation withdrawn"
        APPEAL = "appeal", "Note about an appeal"
        REMINDED = "reminded", "Reminded of the refresh date"
        SHARED = "shared", "Link or name shared by the holder"
        UNSHARED = "unshared", "Sharing ended by the holder"
        KEEPING_ENDS = "keeping_ends", "Holder told when it will be erased"
        ERASED = "erased", "Name and document erased"

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when the site did it.",
    )
    note = models.TextField(blank=True, help_text="Never shown to the public; names nobody.")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["certificate", "at"])]

    def __str__(self):
        return f"{self.certificate}: {self.get_kind_display()}"
