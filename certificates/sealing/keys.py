"""The keys on record: the one that seals now, and the public halves of all that ever did."""

from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from certificates.models import SigningKey
from certificates.sealing.checking import PublishedKey
from certificates.sealing.material import SealMaterial, SealUnavailable, pem_of, seal_material

#: How long it is taken for granted that the key is on record and in good standing.
REMEMBER_SECONDS = 5 * 60


def current_seal_key() -> SealMaterial:
    """Return the key that seals, its public half written down first, so that it stays published for ever.

    A key that is new here retires the ones before. One query in five minutes (more when the key is new), none
    between. Raises SealUnavailable when the key cannot be read, is not in force, or is on record as compromised.
    """
    key = seal_material()
    key.require_in_force(datetime.now(UTC))
    if cache.get(_known(key.kid)) is None:
        _put_on_record(key)
        # Only what is committed may be taken for granted.
        transaction.on_commit(lambda: cache.set(_known(key.kid), True, REMEMBER_SECONDS))
    return key


def _known(kid: str) -> str:
    return f"seal-key-on-record:{kid}"


def _put_on_record(key: SealMaterial) -> None:
    seals = SigningKey.objects.filter(purpose=SigningKey.Purpose.SEAL)
    row, is_new = SigningKey.objects.get_or_create(
        kid=key.kid,
        defaults={
            "purpose": SigningKey.Purpose.SEAL,
            "algorithm": f"RSA-{key.private.key_size}",
            "public": pem_of(key.certificates),
            "valid_from": key.begins,
        },
    )
    if row.compromised_at:
        raise SealUnavailable("The key of the seal is on record as compromised. Set another one")
    if is_new or row.retired_at:
        seals.filter(pk=row.pk).update(retired_at=None)
        seals.exclude(pk=row.pk).filter(retired_at=None).update(retired_at=timezone.now())


def note_compromised(row: SigningKey, since: datetime) -> None:
    """Record that somebody else may have used the key since then: it seals no more, and the public is told."""
    row.compromised_at = since
    row.retired_at = row.retired_at or timezone.now()
    row.save(update_fields=["compromised_at", "retired_at"])
    cache.delete(_known(row.kid))


def published_seal_keys() -> list[PublishedKey]:
    """Return the public half of every key that seals or did, the newest first; one query."""
    return [from_row(row) for row in SigningKey.objects.filter(purpose=SigningKey.Purpose.SEAL)]


def from_row(row: SigningKey) -> PublishedKey:
    return PublishedKey(
        row.kid, _certificates(row.public), row.valid_from, row.retired_at, row.compromised_at
    )


@lru_cache(maxsize=64)
def _certificates(pem: str) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(pem.encode()))
