"""PDF to sealed PDF (PAdES B-B, or B-T with a time stamp) by pyHanko. The slow import: load it when first needed.

The seal certifies the document and allows no change. Its field has no place on the page, which PDF/A-3 and PDF/UA-1
both accept. The same document, key and moment give the same bytes (B-B), because nothing else goes in: no new
metadata, and an identifier made from the content instead of at random.
"""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from certificates.sealing import container
from certificates.sealing.material import SealMaterial
from certificates.sealing.timestamps import Authority

FIELD = SigFieldSpec(
    "Seal",
    invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    readable_field_name="Seal: shows that this document is unchanged",
)
REASON = "To show that this document was issued here and has not been changed since"
NO_CHANGES = SigMDPSetup("sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
DIGEST_BYTES = 32


class _TooLong(Exception):
    """The container does not fit into the place kept for it."""


class _Writer(IncrementalPdfFileWriter):
    """Adds the seal and nothing else."""

    def _update_meta(self):
        """Leave the metadata as drawn: their dates and the file's must agree in PDF/A."""

    @classmethod
    def _handle_id(cls, prev):
        """Return the identifier of the drawing, and one of its content for the sealed file."""
        prev.stream.seek(0)
        digest = hashlib.sha256(prev.stream.read()).digest()
        try:
            first = prev.trailer["/ID"][0]
        except KeyError:
            first = generic.ByteStringObject(digest[16:])
        return generic.ArrayObject([first, generic.ByteStringObject(digest[:16])])


def seal_pdf(pdf: bytes, at: datetime, key: SealMaterial, place: str, authority: Authority | None) -> bytes:
    """Return `pdf` sealed by `key` at the aware moment `at`.

    place: what the seal names as its location.  authority: who stamps the time; None for no time stamp.
    Raises TimestampUnavailable, which is an OSError, when the authority does not answer.
    """
    if authority and not authority.room:
        authority.stamp(b"How long is a token?")
    try:
        return _seal(pdf, at, key, place, authority)
    except _TooLong:  # The authority's tokens have grown; the room for them has been made by now.
        return _seal(pdf, at, key, place, authority)


def _seal(pdf: bytes, at: datetime, key: SealMaterial, place: str, authority: Authority | None) -> bytes:
    room = _room(key, authority)
    signature = SignatureObject(
        timestamp=at.astimezone(UTC),
        subfilter=SigSeedSubFilter.PADES,
        location=place,
        reason=REASON,
        bytes_reserved=2 * room,
    )
    steps = PdfCMSEmbedder(new_field_spec=FIELD).write_cms(FIELD.sig_field_name, _Writer(BytesIO(pdf)))
    next(steps)
    steps.send(SigObjSetup(signature, NO_CHANGES))
    prepared, output = steps.send(SigIOSetup("sha256"))
    content = _contain(prepared.document_digest, key, authority)
    if len(content) > room:
        raise _TooLong
    steps.send(content)
    return output.getvalue()


def _contain(digest: bytes, key: SealMaterial, authority: Authority | None) -> bytes:
    attributes = container.signed_attributes(digest, key.signer)
    signature = key.private.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    token = authority.stamp(signature) if authority else b""
    parts = container.Parts(frozenset(key.certificates), attributes, signature, token)
    return container.write(parts, key.signer)


def _room(key: SealMaterial, authority: Authority | None) -> int:
    """Return the bytes that the container needs; without a token they are the same for every document."""
    attributes = container.signed_attributes(bytes(DIGEST_BYTES), key.signer)
    signature = bytes(key.private.key_size // 8)
    token = bytes(authority.room) if authority else b""
    return len(
        container.write(
            container.Parts(frozenset(key.certificates), attributes, signature, token), key.signer
        )
    )
