"""What the holder of a certificate lets others see. Everything is hidden until they choose otherwise."""

import secrets

from django.db import models
from django.utils import timezone

from certificates.models.awards import Award


def fresh_link_token() -> str:
    """Return 128 random bits for the address of a link."""
    return secrets.token_urlsafe(16)


class Sharing(models.Model):
    """The holder's choices for the public check of one award; without a row the defaults stand."""

    award = models.OneToOneField(Award, models.PROTECT, related_name="sharing")
    shows_name = models.BooleanField(
        default=False, help_text="Whoever scans the code on the certificate sees the holder's name."
    )
    answers_number = models.BooleanField(
        default=True, help_text="The number alone finds it; otherwise only the code, a link or the file does."
    )

    def __str__(self):
        return f"Sharing of award {self.award_id}"


class ShareLinkQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class ShareLink(models.Model):
    """An address that shows one certificate with the holder's name until it expires or they end it."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="share_links")
    token = models.CharField(max_length=22, unique=True, default=fresh_link_token)
    label = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Link {self.pk} to award {self.award_id}"
