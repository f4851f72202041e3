"""Is this digital badge one of ours, unaltered, and does it still stand? Answered in memory, without the network."""

import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openbadgeslib.ob3 import OB3LdpVerifier

from certificates.badges.containers import credential_in
from certificates.badges.credentials import holder_commitment
from certificates.badges.keys import PublicKey, current_key, from_row
from certificates.models import Certificate, SigningKey
from certificates.numbers import parse_number


class Verdict(StrEnum):
    GENUINE = "genuine"  # ours and unaltered; whether it still stands is the certificate's state
    ALTERED = "altered"  # names our key, and the proof does not fit what it says
    FOREIGN = "foreign"  # a badge, signed by a key that is not ours
    UNKNOWN = "unknown"  # signed by our key, and not what the register holds
    UNREADABLE = "unreadable"  # no badge in it that could be read


@dataclass(frozen=True)
class CredentialReport:
    """certificate: the one that the badge is about, with what a public check says of it; only when it is genuine.

    is_key_compromised: its key was lost later, and it stands only because the register holds the very same text.
    """

    verdict: Verdict
    certificate: Certificate | None = None
    is_key_compromised: bool = False
    document: dict[str, Any] | None = None

    @property
    def is_genuine(self) -> bool:
        return self.verdict == Verdict.GENUINE


def check_credential(upload: str | bytes) -> CredentialReport:
    """Say what `upload` is: a credential's JSON, a badge's PNG or a certificate's PDF. Never raises.

    At most two queries: the key, and the certificate. Nothing is kept.
    """
    document = _parse(credential_in(upload))
    if document is None:
        return CredentialReport(Verdict.UNREADABLE)
    method = _verification_method(document)
    if method is None:
        return CredentialReport(Verdict.UNREADABLE)
    key = _our_key(method)
    if key is None:
        return CredentialReport(Verdict.FOREIGN)
    if not _proof_fits(document, method, key):
        return CredentialReport(Verdict.ALTERED)
    certificate = _registered(document)
    if certificate is None:
        return CredentialReport(Verdict.UNKNOWN)
    if certificate.credential:
        if json.loads(certificate.credential) != document:
            return CredentialReport(Verdict.UNKNOWN)
    elif key.compromised_at:  # erased, and so nothing but the key would vouch for it
        return CredentialReport(Verdict.UNKNOWN)
    return CredentialReport(Verdict.GENUINE, certificate, key.compromised_at is not None, document)


def names_holder(document: dict[str, Any], name: str, check_url: str) -> bool:
    """Say whether a genuine badge is about `name`, as the certificate with that QR code's address prints it."""
    asked = holder_commitment(name, check_url)["identityHash"]
    held = document["credentialSubject"]["identifier"][0]["identityHash"]
    return secrets.compare_digest(asked, held)


def _parse(text: str | None) -> dict[str, Any] | None:
    try:
        document = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _verification_method(document: dict[str, Any]) -> str | None:
    """Return the key that the one proof names. Ours have one proof, an object."""
    proof = document.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) and len(method) <= 500 else None


def _our_key(method: str) -> PublicKey | None:
    kid = method.rpartition("#")[2]
    row = (
        SigningKey.objects.filter(purpose=SigningKey.Purpose.BADGE, kid=kid).first()
        if kid.isalnum()
        else None
    )
    if row:
        return from_row(row)
    return PublicKey(kid) if kid == current_key().kid else None


def _proof_fits(document: dict[str, Any], method: str, key: PublicKey) -> bool:
    """Say whether the key signed all of `document`, and the issuer it names is the key's owner."""
    try:
        credential = OB3LdpVerifier(key.pem).verify(document)
    except Exception:  # the library's own error, or any other on a document made to break it
        return False
    return credential.issuer.id == method.rpartition("#")[0]


def _registered(document: dict[str, Any]) -> Certificate | None:
    """Return the certificate that was issued under the number in the badge's id."""
    number = parse_number(str(document["id"]).rstrip("/").rpartition("/")[2])
    found = Certificate.objects.drawn().select_related("award__activity", "award__sharing", "superseded_by")
    return found.filter(number=number).first() if number else None
