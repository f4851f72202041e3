"""The Ed25519 key that signs badges, and the public halves of all that ever did."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import transaction
from django.utils import timezone
from openbadgeslib.keys import public_jwk_from_pem
from openbadgeslib.ob3 import multikey_from_pem, resolve_did

from certificates.models import SigningKey
from trainingsite.lib.keyfiles import made_once

ALGORITHM = "Ed25519"
#: How long a process trusts that the key's public half is on record.
REMEMBER_SECONDS = 5 * 60


class KeyUnavailable(OSError):
    """Nothing can be signed now: the key cannot be read, is no Ed25519 key, or is on record as compromised."""


@dataclass(frozen=True)
class PublicKey:
    """kid names the key and is the key: its multibase Multikey form, “z6Mk…”, 48 characters."""

    kid: str
    is_retired: bool = False
    compromised_at: datetime | None = None

    @property
    def pem(self) -> bytes:
        return resolve_did(f"did:key:{self.kid}")


@dataclass(frozen=True)
class PrivateKey:
    kid: str
    pem: bytes


def current_key() -> PrivateKey:
    """Return the key that signs; the default one is made on first use. Raises KeyUnavailable."""
    return _read(settings.BADGE_KEY_FILE)


@cache
def _read(path: Path) -> PrivateKey:
    pem = made_once(path, _new_pem)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):  # TypeError: it has a password
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnavailable("BADGE_KEY_FILE must hold an Ed25519 private key as PEM, without a password.")
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PrivateKey(multikey_from_pem(public), pem)


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def on_record() -> PrivateKey:
    """Return the key that signs, its public half written down first, so that it stays published for ever.

    A key that is new here retires the ones before. One query in five minutes, none between. Raises
    KeyUnavailable.
    """
    key = current_key()
    known = f"badge-key-on-record:{key.kid}"
    if shared_cache.get(known) is None:
        _put_on_record(key)
        # Only what is committed may be taken for granted.
        transaction.on_commit(lambda: shared_cache.set(known, True, REMEMBER_SECONDS))
    return key


def _put_on_record(key: PrivateKey) -> None:
    badges = SigningKey.objects.filter(purpose=SigningKey.Purpose.BADGE)
    jwk = json.dumps(public_jwk_from_pem(PublicKey(key.kid).pem))
    row, is_new = SigningKey.objects.get_or_create(
        kid=key.kid,
        defaults={"purpose": SigningKey.Purpose.BADGE, "algorithm": ALGORITHM, "public": jwk},
    )
    if row.compromised_at:
        raise KeyUnavailable("The key for digital badges is on record as compromised. Set another one.")
    if is_new or row.retired_at:
        badges.filter(pk=row.pk).update(retired_at=None)
        badges.exclude(pk=row.pk).filter(retired_at=None).update(retired_at=timezone.now())


def published_keys() -> list[PublicKey]:
    """Return every public key, the one that signs first; one query."""
    key = current_key()
    rows = SigningKey.objects.filter(purpose=SigningKey.Purpose.BADGE)
    known = {row.kid: from_row(row) for row in rows}
    return [known.pop(key.kid, PublicKey(key.kid)), *known.values()]


def from_row(row: SigningKey) -> PublicKey:
    return PublicKey(row.kid, row.retired_at is not None, row.compromised_at)


def did_document(did: str, also_known_as: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the DID document that lets anybody check a proof (W3C Controlled Identifiers 1.0, Multikey).

    Retired keys still vouch for what they signed. A compromised one is listed with the time from which it is
    revoked, and vouches for nothing.
    """
    methods, trusted = [], []
    for key in keys:
        name = f"{did}#{key.kid}"
        method = {"id": name, "type": "Multikey", "controller": did, "publicKeyMultibase": key.kid}
        if key.compromised_at:
            method["revoked"] = iso(key.compromised_at)
        else:
            trusted.append(name)
        methods.append(method)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [also_known_as],
        "verificationMethod": methods,
        "assertionMethod": trusted,
    }


def iso(moment: datetime) -> str:
    """Return the moment in UTC to the second, as XML Schema writes it: 2026-11-22T09:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
