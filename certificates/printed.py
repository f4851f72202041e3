"""What one edition of a certificate says, as plain data. Pure.

`Printed` is frozen when the document is issued, kept with it as JSON, and all that drawing and the digital badge
may use: so a document can be drawn again to the same bytes, whatever became of the person and the course.
`Design` is how it looks: what an editor chose in the CMS, frozen as a version of a template.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Signatory:
    name: str
    role: str


@dataclass(frozen=True)
class Printed:
    """The words and numbers of one edition. Times are whole minutes of learning, breaks excluded.

    replaces: number of the edition before, or "".  check_url: where the QR code leads.
    accreditor and its numbers are empty unless the accreditation was valid on `completed_on`.
    """

    number: str
    edition: int
    replaces: str
    holder_name: str
    title: str
    version: str
    provider_name: str
    provider_number: str
    delivery: str
    outcomes: tuple[str, ...]
    cpd_minutes: int
    participatory_minutes: int
    assessment_basis: str
    accreditor: str
    accreditor_provider_number: str
    accreditation_number: str
    accredited_to: date | None
    signatories: tuple[Signatory, ...]
    started_on: date
    completed_on: date
    refresh_by: date | None
    issued_at: datetime
    check_url: str

    def as_payload(self) -> dict[str, Any]:
        """Return values that JSON can hold; dates and times in ISO 8601."""
        return json.loads(json.dumps(asdict(self), default=lambda moment: moment.isoformat()))

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Printed":
        """Return what `as_payload` was made from. Raises KeyError when a field is missing."""
        values = {field.name: payload[field.name] for field in fields(cls)}
        for name in ("accredited_to", "started_on", "completed_on", "refresh_by"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        values["issued_at"] = datetime.fromisoformat(values["issued_at"])
        values["outcomes"] = tuple(values["outcomes"])
        values["signatories"] = tuple(Signatory(**one) for one in values["signatories"])
        return cls(**values)


def payload_sha256(payload: dict[str, Any]) -> str:
    """Return the hash of the canonical text: keys in order, no spaces, UTF-8."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Picture:
    """An image to be drawn. alt is empty for one that says nothing which the words do not."""

    content: bytes
    media_type: str
    alt: str = ""


@dataclass(frozen=True)
class Design:
    """How a certificate looks. The default is the product's own.

    palette: a name in `certificates.drawing.palettes`.  logo: stands in the place of the product's mark and name.
    signatures: a picture or None for each signatory, in their order.
    heading, lead and completed stand above the name and the course: “Certificate of completion”, “This is to
    certify that”, “has completed”.  note: a line at the foot, beside the fixed words about CPD.
    Named fields in the wording ({course}, {provider}, {completed}, {hours}) are already filled in.
    """

    palette: str = "pine"
    logo: Picture | None = None
    partner_logos: tuple[Picture, ...] = ()
    signatures: tuple[Picture | None, ...] = ()
    heading: str = "Certificate of completion"
    lead: str = "This is to certify that"
    completed: str = "has completed"
    note: str = ""
