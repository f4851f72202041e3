"""The key that this process seals with, read once: from the environment's files, or the development key."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from certificates.sealing import making
from trainingsite.lib.keyfiles import made_once
from trainingsite.lib.signingfiles import BadKeyFile, read_signing_files

DEVELOPMENT_DAYS = 20 * 365


class SealUnavailable(OSError):
    """Nothing can be sealed with the key as it stands. Certificates stay pending until that is mended."""


@dataclass(frozen=True)
class SealMaterial:
    """A private key and, in DER, its certificate followed by those that vouch for it. kid: our name for all of them."""

    kid: str
    private: rsa.RSAPrivateKey
    certificates: tuple[bytes, ...]
    begins: datetime
    ends: datetime
    is_development: bool

    @property
    def signer(self) -> bytes:
        return self.certificates[0]

    def require_in_force(self, now: datetime) -> None:
        if not self.begins <= now <= self.ends:
            raise SealUnavailable(
                f"The certificate of the seal is in force from {self.begins} to {self.ends}"
            )


def seal_material() -> SealMaterial:
    """Return this process's key, read on first use. Raises SealUnavailable when it cannot be read."""
    if settings.SIGNING_KEY_FILE:
        return _read(
            settings.SIGNING_KEY_FILE, settings.SIGNING_CERT_FILE, settings.SIGNING_CHAIN_FILE, False
        )
    path = Path(settings.SIGNING_DEVELOPMENT_FILE)
    try:
        made_once(path, development_pem)
    except OSError as problem:
        raise SealUnavailable(f"No development key could be made: {problem}") from problem
    return _read(path, path, None, True)


@lru_cache(maxsize=4)
def _read(key: Path, certificate: Path, chain: Path | None, is_development: bool) -> SealMaterial:
    try:
        files = read_signing_files(key, certificate, chain)
    except BadKeyFile as problem:
        raise SealUnavailable(f"The key of the seal cannot be used: {problem}") from problem
    own = files.certificates[0]
    certificates = tuple(one.public_bytes(Encoding.DER) for one in files.certificates)
    return SealMaterial(
        key_id(certificates),
        files.key,
        certificates,
        own.not_valid_before_utc,
        own.not_valid_after_utc,
        is_development,
    )


def key_id(certificates: tuple[bytes, ...]) -> str:
    """Return our name for a key with exactly these certificates, in DER."""
    return f"seal-{hashlib.sha256(b''.join(certificates)).hexdigest()[:16]}"


def development_pem() -> bytes:
    """Return a new key and a certificate that says what it is; in force long since, for a demo with a past."""
    key, now = making.new_key(), datetime.now(UTC)
    name = making.subject(f"{settings.PRODUCT_NAME} development seal (not for real certificates)")
    certificate = making.self_signed(
        key, name, now - timedelta(days=DEVELOPMENT_DAYS), now + timedelta(days=DEVELOPMENT_DAYS)
    )
    return making.private_pem(key) + certificate.public_bytes(Encoding.PEM)


def pem_of(certificates: tuple[bytes, ...]) -> str:
    """Return certificates in DER as one PEM text."""
    return "".join(
        x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM).decode() for one in certificates
    )
