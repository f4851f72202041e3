"""The public check: what may be said of a certificate, and the question whether a name matches."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass

from django.core.cache import cache
from django.db import models
from django.db.models import Q

from certificates.models import Award, Certificate, ShareLink, Standing
from certificates.numbers import parse_number

HOUR = 60 * 60
TRIES_A_NUMBER = 10  # an hour, whoever asks: so a name cannot be guessed
TRIES_AN_ADDRESS = 60  # an hour: an office that checks its new starters shares one address

ALIKE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


class TooManyTries(Exception):
    """No more is compared or checked for now."""


class Verdict(models.TextChoices):
    """What is said of one edition. A revoked award comes before everything else."""

    VALID = "valid", "This certificate is valid"
    PAST_REFRESH = "past_refresh", "This certificate is real and past its refresh date"
    SUPERSEDED = "superseded", "This certificate was replaced by a later edition"
    REVOKED = "revoked", "This certificate was revoked"


@dataclass(frozen=True)
class Finding:
    """What one way of asking may show.

    initials: for whoever holds the code. name: only where the holder shares it. newer: the edition that replaced
    it, for whoever holds the code, a link or the file.
    """

    certificate: Certificate
    verdict: Verdict
    initials: str = ""
    name: str = ""
    newer: Certificate | None = None

    @property
    def award(self) -> Award:
        return self.certificate.award


def find_by_number(text: str) -> Finding | None:
    """Return what the number alone may show; None alike for unknown, malformed, not yet issued and hidden."""
    number = parse_number(text)
    shown = Q(award__sharing=None) | Q(award__sharing__answers_number=True)
    certificate = _drawn().filter(shown, number=number).first() if number else None
    return Finding(certificate, verdict_on(certificate)) if certificate else None


def find_by_token(token: str) -> Finding | None:
    """Return what the code on the certificate may show: initials, and the name if the holder chose so."""
    certificate = _drawn().filter(token=token).first() if is_token(token) else None
    if certificate is None:
        return None
    sharing = getattr(certificate.award, "sharing", None)
    return held(certificate, shows_name=bool(sharing and sharing.shows_name))


def find_by_link(token: str) -> Finding | None:
    """Return what a link shows that the holder made and that is still open: the current edition with the name."""
    link = ShareLink.objects.open().filter(token=token).first() if is_token(token) else None
    if link is None:
        return None
    certificate = _drawn().filter(award=link.award_id, erased_at=None).order_by("-edition").first()
    return held(certificate, shows_name=True) if certificate else None


def held(certificate: Certificate, *, shows_name: bool = False) -> Finding:
    """Return what may be shown to somebody who has the document or its code."""
    newer = getattr(certificate, "superseded_by", None)
    return Finding(
        certificate,
        verdict_on(certificate),
        initials(certificate.holder_name),
        certificate.holder_name if shows_name else "",
        newer if newer and not newer.is_pending else None,
    )


def verdict_on(certificate: Certificate) -> Verdict:
    """Return what is true of this edition today. An edition that was revoked stays so when another replaces it."""
    standing = certificate.award.standing
    if standing == Standing.REVOKED or certificate.state == Certificate.State.REVOKED:
        return Verdict.REVOKED
    if certificate.state == Certificate.State.SUPERSEDED:
        return Verdict.SUPERSEDED
    return Verdict.PAST_REFRESH if standing == Standing.PAST_REFRESH else Verdict.VALID


def is_token(text: str) -> bool:
    return bool(re.fullmatch(r"[\w-]{22}", text, re.ASCII))


def _drawn():
    return Certificate.objects.drawn().select_related("award__activity", "award__sharing", "superseded_by")


def normalised(name: str) -> str:
    """Return `name` without differences of case, spacing, character form, apostrophe or dash."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(text.translate(ALIKE).split())


def name_matches(certificate: Certificate, name: str, address: str) -> bool:
    """Say whether `name` is the holder's. Takes the same time whatever the answer.

    address: where the question comes from. Raises TooManyTries beyond the limits.
    """
    within = [
        count(f"name-check:certificate:{certificate.pk}") <= TRIES_A_NUMBER,
        count(f"name-check:address:{address}") <= TRIES_AN_ADDRESS,
    ]
    if not all(within):
        raise TooManyTries
    asked, kept = (hashlib.sha256(normalised(n).encode()).digest() for n in (name, certificate.holder_name))
    return secrets.compare_digest(asked, kept)


def count(key: str) -> int:
    """Count one more use of `key` in the hour that began with its first use."""
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # the hour ended between the two lines
        cache.set(key, 1, HOUR)
        return 1


def initials(name: str) -> str:
    """Return the first letter of each word: “Jordan Achebe-Reid” gives “J A”."""
    return " ".join(word[0] for word in name.split()).upper()
