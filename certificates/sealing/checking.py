"""Is this file sealed by us, and unchanged since? Pure: bytes and published keys in, a report out.

Nothing of the PDF is parsed. What a seal vouches for is every byte of the file but the one gap that holds the seal,
so a file whose bytes fit is the file that was sealed, whatever tricks its objects play; and there is nothing to
unpack, follow or recurse into that an upload could turn against us. Only the seal itself, of limited size, is read.
"""

import hashlib
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from certificates.sealing import container
from certificates.sealing.stamped import stamped_at

PDF_HEADER = re.compile(rb"%PDF-\d")
HEADER_WITHIN = 1024  # bytes; where readers look for it
BYTE_RANGE = re.compile(
    rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,8}\]"
)
SIGNING_TIME = re.compile(rb"/M\s{0,8}\(D(?::|\\072)(\d{14})Z\)")
SEALS_LOOKED_AT = 8
CONTAINER_BYTES = 128 * 1024
DICTIONARY_BYTES = 2_000  # about where, after the gap, the rest of a seal's dictionary ends


class SealState(Enum):
    """What can be said of the seal in a file."""

    NOT_A_PDF = "not_a_pdf"
    UNSEALED = "unsealed"
    FOREIGN = "foreign"  # signed, but not with a key of ours, or changed so much that ours cannot be made out
    CHANGED = "changed"  # has a seal of ours that the content does not fit
    ADDED_TO = "added_to"  # what we sealed is all there, and something was added after it
    INTACT = "intact"  # to the last bit as it was sealed, with a key of ours


@dataclass(frozen=True)
class PublishedKey:
    """The public half of a key that we seal with, or did. certificates: DER, the signer's first."""

    kid: str
    certificates: tuple[bytes, ...]
    valid_from: datetime
    retired_at: datetime | None = None
    compromised_at: datetime | None = None

    @property
    def signer(self) -> bytes:
        return self.certificates[0]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signer's certificate in pairs, as readers of PDFs show it."""
        return hashlib.sha256(self.signer).digest().hex(" ").upper()

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.signer)

    @property
    def holder(self) -> str:
        return _in_words(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """Who vouches for the certificate; empty for one that stands by itself."""
        own, issuer = self.certificate.subject, self.certificate.issuer
        return _in_words(issuer) if issuer != own else ""


def _in_words(name: x509.Name) -> str:
    """Return what a certificate's name says, the most particular first: “Our seal, Our organisation, GB”."""
    return ", ".join(str(attribute.value) for attribute in reversed(list(name)))


@dataclass(frozen=True)
class SealReport:
    """What a file's seal says.

    key: which of ours, for every state from CHANGED on.  sealed_at: the time that the seal itself gives.
    stamped_at: the time that a time stamping authority gives; that the authority is one to trust is not checked.
    Both times only where the seal fits its content.
    """

    state: SealState
    key: PublishedKey | None = None
    sealed_at: datetime | None = None
    stamped_at: datetime | None = None

    @property
    def is_intact(self) -> bool:
        """To the last bit as it was sealed. Says nothing of whether the key was in the right hands."""
        return self.state is SealState.INTACT

    @property
    def is_key_compromised(self) -> bool:
        """Somebody else may have sealed this. Only the register, by the file's hash, can tell."""
        return bool(self.key and self.key.compromised_at)

    @property
    def is_proof(self) -> bool:
        """The seal alone shows that we issued this file as it is."""
        return self.is_intact and not self.is_key_compromised


@dataclass(frozen=True)
class _Gap:
    """Where in a file a seal says it is: from `start`, a “<”, up to `end`; and where what it vouches for ends."""

    start: int
    end: int
    until: int


def examine(pdf: bytes, keys: Sequence[PublishedKey]) -> SealReport:
    """Return what the seal in `pdf` says, by the public halves of our own keys. Never raises, whatever the bytes.

    The caller limits the size. Of several seals the best counts; one of ours that does not reach the end of the
    file makes it ADDED_TO. A seal with a time stamp carries the certificates of the authority that stand above the
    stamp's own: those few bytes nobody's signature covers, and only the register's hash does.
    """
    if not PDF_HEADER.search(pdf[:HEADER_WITHIN]):
        return SealReport(SealState.NOT_A_PDF)
    if b"/ByteRange" not in pdf:
        return SealReport(SealState.UNSEALED)
    reports = [_examine(pdf, gap, keys) for gap in _gaps(pdf)]
    return max(reports, key=lambda report: _ORDER.index(report.state), default=SealReport(SealState.FOREIGN))


_ORDER = list(SealState)


def _gaps(pdf: bytes) -> Iterator[_Gap]:
    """Yield the gaps that seals in `pdf` name, the last in the file first. Each stands right beside its dictionary."""
    for match in reversed(deque(BYTE_RANGE.finditer(pdf), maxlen=SEALS_LOOKED_AT)):
        begin, start, end, rest = map(int, match.groups())
        if begin or not 0 < start < end <= len(pdf) or end - start > 2 * CONTAINER_BYTES + 2:
            continue
        is_beside = pdf[:start][-16:].rstrip().endswith(b"/Contents") and end <= match.start() <= end + 16
        if is_beside and pdf[start : start + 1] == b"<" and pdf[end - 1 : end] == b">":
            yield _Gap(start, end, end + rest)


def _examine(pdf: bytes, gap: _Gap, keys: Sequence[PublishedKey]) -> SealReport:
    try:
        written = pdf[gap.start + 1 : gap.end - 1]
        parts = container.read(bytes.fromhex(written.decode("ascii")))
    except Exception:  # Bytes made to be awkward: asn1crypto promises nothing about what it raises.
        return SealReport(SealState.FOREIGN)
    key = next((key for key in keys if parts.certificates == frozenset(key.certificates)), None)
    if key is None:
        return SealReport(SealState.FOREIGN)
    try:
        stamp = _verify(pdf, gap, written, parts, key)
    except Exception:
        return SealReport(SealState.CHANGED, key)
    state = SealState.INTACT if gap.until == len(pdf) else SealState.ADDED_TO
    return SealReport(state, key, _signing_time(pdf, gap), stamp)


def _verify(
    pdf: bytes, gap: _Gap, written: bytes, parts: container.Parts, key: PublishedKey
) -> datetime | None:
    """Return the time stamp's moment, if there is one. Raises unless all of the seal fits."""
    public = x509.load_der_x509_certificate(key.signer).public_key()
    public.verify(parts.signature, parts.attributes, padding.PKCS1v15(), hashes.SHA256())
    view, digest = memoryview(pdf), hashlib.sha256()
    digest.update(view[: gap.start])
    digest.update(view[gap.end : gap.until])
    if gap.until > len(pdf) or digest.digest() != container.document_digest(parts.attributes):
        raise InvalidSignature
    only_form = container.write(parts, key.signer).hex().upper().encode().ljust(len(written), b"0")
    if written != only_form:
        raise InvalidSignature
    return stamped_at(parts.token, parts.signature) if parts.token else None


def _signing_time(pdf: bytes, gap: _Gap) -> datetime | None:
    """Return the time in the seal's dictionary, which the seal itself vouches for."""
    found = SIGNING_TIME.search(pdf, gap.end, min(gap.end + DICTIONARY_BYTES, gap.until))
    if not found:
        return None
    try:
        return datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
