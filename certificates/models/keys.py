"""Public halves of the keys that seal and sign, and the lists that say which badges were revoked."""

from django.db import models
from django.utils import timezone


class SigningKey(models.Model):
    """A key that we sign with, or did. The private half is in a file; this one stays published for ever."""

    class Purpose(models.TextChoices):
        SEAL = "seal", "Seal of certificates"
        BADGE = "badge", "Digital badges"

    kid = models.CharField("key id", max_length=80, unique=True)
    purpose = models.CharField(max_length=5, choices=Purpose)
    algorithm = models.CharField(max_length=40)
    public = models.TextField(help_text="A certificate as PEM, or a public key as JWK.")
    valid_from = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="Signs no more; what it signed stands."
    )
    compromised_at = models.DateTimeField(null=True, blank=True, help_text="What it signed is in doubt.")

    class Meta:
        ordering = ["-valid_from", "-pk"]

    def __str__(self):
        return self.kid


class StatusList(models.Model):
    """One list of bits for W3C Bitstring Status List v1.0: where a badge's bit is 1, it was revoked.

    The bits themselves are the states of the certificates that hold an index in it.
    """

    LENGTH = 131_072  # bits; the least that the standard allows, so that one index tells nothing of a person

    generation = models.PositiveIntegerField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-generation"]

    def __str__(self):
        return f"Status list {self.generation}"
