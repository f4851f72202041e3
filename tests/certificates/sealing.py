"""One small sealed document and a few keys, made once a process: making a key takes longer than all tests with it."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.test import override_settings

from certificates.sealing import making, seal
from certificates.sealing.checking import PublishedKey
from certificates.sealing.material import seal_material
from trainingsite.lib.pdf import html_to_pdf

AT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


@lru_cache
def plain_pdf() -> bytes:
    page = "<html lang=en-GB><head><title>A sample</title></head><body><h1>Certificate</h1><p>Ann Lee</p></body></html>"
    return html_to_pdf(page, "certificate.css")


#: Whatever a test sets, the sample is sealed with this process's own development key.
as_developed = override_settings(
    SIGNING_KEY_FILE=None, TIMESTAMP_URL="", SIGNING_DEVELOPMENT_FILE=settings.SIGNING_DEVELOPMENT_FILE
)


@lru_cache
@as_developed
def sealed_pdf() -> bytes:
    return seal(plain_pdf(), AT)


@lru_cache
@as_developed
def published() -> PublishedKey:
    key = seal_material()
    return PublishedKey(key.kid, key.certificates, key.begins)


@lru_cache
def another_key() -> rsa.RSAPrivateKey:
    return making.new_key()


def certificate_of(
    key: rsa.RSAPrivateKey, *, name: str = "Test seal", begins: int = -1, ends: int = 365
) -> x509.Certificate:
    """A certificate of its own, in force from and to so many days from now."""
    now = datetime.now(UTC)
    return making.self_signed(key, making.subject(name), now + timedelta(begins), now + timedelta(ends))


def write_pem(path: Path, *things: rsa.RSAPrivateKey | x509.Certificate) -> Path:
    pems = (
        thing.public_bytes(Encoding.PEM) if isinstance(thing, x509.Certificate) else making.private_pem(thing)
        for thing in things
    )
    path.write_bytes(b"".join(pems))
    return path
