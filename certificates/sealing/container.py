"""The container of a seal: a detached CMS signature (RFC 5652) with the attributes of PAdES B-B or B-T.

There is one form of it, written here and nowhere else. A check rebuilds the container from what the signature
vouches for and compares bytes, so that no bit of it can change unnoticed, not even one outside the signature.
It is put together byte by byte because asn1crypto takes 200 ms for the same: it encodes nested values again and
again. What each piece says still comes from asn1crypto, and pyHanko and pdfsig read the whole (see the tests).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos, cms, core, tsp, x509

SEQUENCE, SET, OCTETS, CONTEXT_0, CONTEXT_1 = (bytes([tag]) for tag in (0x30, 0x31, 0x04, 0xA0, 0xA1))
VERSION_1 = core.Integer(1).dump()
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
SHA256_WITH_RSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}).dump()
SIGNED_DATA = cms.ContentType("signed_data").dump()
DATA = cms.ContentType("data").dump()
TIME_STAMP = cms.CMSAttributeType("signature_time_stamp_token").dump()


class NotAContainer(Exception):
    """These bytes are no signature that we could have made."""


@dataclass(frozen=True)
class Parts:
    """What differs from one container to the next. DER throughout.

    certificates: the signer's and those that vouch for it, in any order.  attributes: the signed ones, as the SET
    that the signature is made over.  token: a time stamp (RFC 3161) of the signature, or empty.
    """

    certificates: frozenset[bytes]
    attributes: bytes
    signature: bytes
    token: bytes = b""


def signed_attributes(digest: bytes, signer: bytes) -> bytes:
    """Return what PAdES asks to be signed: content type, who signs, and the document's SHA-256."""
    return _set([*_attributes_of(signer), _attribute("message_digest", digest)])


@lru_cache(maxsize=4)
def _attributes_of(signer: bytes) -> tuple[bytes, ...]:
    certificate = x509.Certificate.load(signer)
    issuer = x509.GeneralName(name="directory_name", value=certificate.issuer)
    identifier = tsp.ESSCertIDv2(
        {
            "cert_hash": hashlib.sha256(signer).digest(),
            "issuer_serial": {"issuer": [issuer], "serial_number": certificate.serial_number},
        }
    )
    return (
        _attribute("content_type", "data"),
        _attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [identifier]})),
    )


def _attribute(name: str, value: object) -> bytes:
    return cms.CMSAttribute({"type": name, "values": [value]}).dump()


def document_digest(attributes: bytes) -> bytes:
    """Return the SHA-256 of the document that signed `attributes` name. Raises NotAContainer."""
    for attribute in cms.CMSAttributes.load(attributes):
        if attribute["type"].native == "message_digest":
            return attribute["values"][0].native
    raise NotAContainer


def write(parts: Parts, signer: bytes) -> bytes:
    """Return the container in DER. signer: the one of `parts.certificates` whose key signed."""
    certificate = x509.Certificate.load(signer)["tbs_certificate"]
    stamp = _der(SEQUENCE, TIME_STAMP, _der(SET, parts.token)) if parts.token else b""
    signer_info = _der(
        SEQUENCE,
        VERSION_1,
        _der(SEQUENCE, certificate["issuer"].dump(), certificate["serial_number"].dump()),
        SHA256,
        CONTEXT_0 + parts.attributes[1:],
        SHA256_WITH_RSA,
        _der(OCTETS, parts.signature),
        _der(CONTEXT_1, stamp) if stamp else b"",
    )
    signed_data = _der(
        SEQUENCE,
        VERSION_1,
        _der(SET, SHA256),
        _der(SEQUENCE, DATA),
        CONTEXT_0 + _set(parts.certificates)[1:],
        _der(SET, signer_info),
    )
    return _der(SEQUENCE, SIGNED_DATA, _der(CONTEXT_0, signed_data))


def read(content: bytes) -> Parts:
    """Return what the container at the start of `content` holds. Says nothing of whether it is true.

    Raises NotAContainer or, for bytes made to be awkward, whatever asn1crypto raises.
    """
    info = cms.ContentInfo.load(content)
    if info["content_type"].native != "signed_data":
        raise NotAContainer
    signed = info["content"]
    if len(signed["signer_infos"]) != 1:
        raise NotAContainer
    signer_info = signed["signer_infos"][0]
    return Parts(
        certificates=frozenset(choice.chosen.dump() for choice in signed["certificates"]),
        attributes=SET + signer_info["signed_attrs"].dump()[1:],
        signature=signer_info["signature"].native,
        token=_token(signer_info["unsigned_attrs"]),
    )


def _token(attributes: cms.CMSAttributes) -> bytes:
    """Return the one time stamp among `attributes`, or nothing."""
    for attribute in attributes:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0].dump()
    return b""


def _set(members: Iterable[bytes]) -> bytes:
    return _der(SET, *sorted(members))  # DER: the members of a set stand in the order of their bytes


def _der(tag: bytes, *content: bytes) -> bytes:
    size = sum(map(len, content))
    if size < 0x80:
        return b"".join((tag, bytes([size]), *content))
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return b"".join((tag, bytes([0x80 | len(length)]), length, *content))
