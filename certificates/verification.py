"""The public check: what may be said of a certificate, and the question whether a name matches."""

import hashlib
import re
import secrets
import unicodedata

from django.core.cache import cache

from certificates.models import Certificate
from certificates.numbers import parse_number

HOUR = 60 * 60
TRIES_A_NUMBER = 10  # an hour, whoever asks: so a name cannot be guessed
TRIES_AN_ADDRESS = 60  # an hour: an office that checks its new starters shares one address

ALIKE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


class TooManyTries(Exception):
    """No more names are compared for now."""


def find_by_number(text: str) -> Certificate | None:
    """Return the certificate that `text` means; None alike for unknown, malformed and not yet issued."""
    number = parse_number(text)
    return _issued().filter(number=number).first() if number else None


def find_by_token(token: str) -> Certificate | None:
    return _issued().filter(token=token).first() if re.fullmatch(r"[\w-]{22}", token, re.ASCII) else None


def _issued():
    return Certificate.objects.issued().select_related("award__activity")


def normalised(name: str) -> str:
    """Return `name` without differences of case, spacing, character form, apostrophe or dash."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(text.translate(ALIKE).split())


def name_matches(certificate: Certificate, name: str, address: str) -> bool:
    """Say whether `name` is the holder's. Takes the same time whatever the answer.

    address: where the question comes from. Raises TooManyTries beyond the limits.
    """
    within = [
        _count(f"name-check:certificate:{certificate.pk}") <= TRIES_A_NUMBER,
        _count(f"name-check:address:{address}") <= TRIES_AN_ADDRESS,
    ]
    if not all(within):
        raise TooManyTries
    asked, held = (hashlib.sha256(normalised(n).encode()).digest() for n in (name, certificate.holder_name))
    return secrets.compare_digest(asked, held)


def _count(key: str) -> int:
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
