"""What is signed: an OpenBadgeCredential (Open Badges 3.0, W3C VC Data Model 2.0) about one certificate.

It names nobody. Whoever holds the certificate too can prove, without asking us, that this badge is about the
name on it: see `holder_commitment`. The proof is eddsa-rdfc-2022 (W3C Data Integrity), which is deterministic:
the same words, index, moment and key give the same bytes.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from openbadgeslib.ob3 import add_data_integrity_proof, status_entry

from certificates.badges import addresses
from certificates.badges.achievements import achievement
from certificates.badges.keys import current_key, iso
from certificates.drawing.glyphs import tidy
from certificates.printed import Printed
from trainingsite.lib.templatetags.gds import day, duration

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
IDENTITY_TYPE = "ext:nameAndCheckAddress"


def make_credential(
    printed: Printed, *, achievement_url: str, status_list_url: str, status_index: int, at: datetime
) -> str:
    """Return the signed credential as JSON text. at: the moment of issue."""
    status = status_entry(status_list_url, "revocation", status_index)
    return as_text(sign(unsigned(printed, achievement_url=achievement_url, status=status, at=at), at))


def sign(document: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Return `document` with its proof.

    That the proof covers every member is a matter of the document's shape, and tested there: looking it up for
    each badge would double the cost.
    """
    key = current_key()
    return add_data_integrity_proof(document, key.pem, f"{addresses.issuer_did()}#{key.kid}", created=at)


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def unsigned(
    printed: Printed, *, achievement_url: str, status: dict[str, str], at: datetime
) -> dict[str, Any]:
    """Return the credential before it is signed.

    There is no validUntil: what was learned stays true after the day on which a refresher is due, and a wallet
    would call the badge invalid. The day stands in the narrative, and the public check says when it has passed.
    """
    return {
        "@context": CONTEXTS,
        "id": addresses.credential_url(printed.number),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": tidy(printed.title),
        "issuer": profile(printed.provider_name, printed.provider_number),
        "validFrom": iso(at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [holder_commitment(printed.holder_name, printed.check_url)],
            "activityStartDate": printed.started_on.isoformat(),
            "activityEndDate": printed.completed_on.isoformat(),
            "narrative": narrative(printed),
            "achievement": achievement(
                url=achievement_url,
                image_url=addresses.image_url(),
                title=printed.title,
                version=printed.version,
                provider_name=printed.provider_name,
                delivery=printed.delivery,
                outcomes=printed.outcomes,
                assessment_basis=printed.assessment_basis,
            ),
        },
        "credentialStatus": status,
    }


def profile(name: str, number: str) -> dict[str, Any]:
    """Return the issuer. number: of the charity or company, or empty."""
    about = {
        "id": addresses.issuer_did(),
        "type": ["Profile"],
        "name": tidy(name),
        "url": addresses.issuer_url(),
    }
    if number:
        entry = {"type": "IdentifierEntry", "identifier": tidy(number), "identifierType": "identifier"}
        about["otherIdentifier"] = [entry]
    return about


def holder_commitment(name: str, check_url: str) -> dict[str, Any]:
    """Return who the badge is about, so that only someone with the certificate can tell.

    The hash is SHA-256 of the name as printed, a line feed, and the address in the certificate's QR code, in
    UTF-8. The address holds 128 random bits: without it no list of names leads from the badge to a person.
    """
    digest = hashlib.sha256(f"{tidy(name)}\n{check_url}".encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": IDENTITY_TYPE,
    }


def narrative(printed: Printed) -> str:
    """Return in a few sentences what was done: time, edition, accreditation, and when to refresh."""
    time = f"{duration(printed.cpd_minutes)} of learning, breaks excluded"
    if printed.participatory_minutes:
        time += f"; of these, {duration(printed.participatory_minutes)} together with other people"
    sentences = [f"{time}."]
    if printed.replaces:
        sentences.append(f"Edition {printed.edition}, which replaces {printed.replaces}.")
    if printed.accreditor:
        provider = printed.accreditor_provider_number and f", provider {printed.accreditor_provider_number}"
        sentences.append(
            f"Accredited by {printed.accreditor}{provider}, activity {printed.accreditation_number}."
        )
    if printed.refresh_by:
        sentences.append(f"A refresher is due by {day(printed.refresh_by)}.")
    return tidy(" ".join(sentences))
