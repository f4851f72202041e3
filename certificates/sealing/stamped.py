"""A time stamp's token (RFC 3161): whether it belongs to a signature, and the time that it gives."""

import hashlib
from datetime import datetime

from asn1crypto import cms, x509


class NotStamped(Exception):
    """The token is not about this signature, or its own signature does not fit."""


def stamped_at(token: bytes, signature: bytes) -> datetime:
    """Return the moment at which `token` says that `signature` existed.

    Raises NotStamped, or whatever asn1crypto and pyHanko raise for bytes made to be awkward. The stamp is checked
    against the certificate inside it; whether that authority is one to trust is the reader's question.
    """
    from pyhanko.sign.general import check_ess_certid  # noqa: PLC0415 -- slow, and seldom needed
    from pyhanko.sign.validation.generic_cms import (  # noqa: PLC0415
        get_signing_cert_attr,
        validate_sig_integrity,
    )

    signed = cms.ContentInfo.load(token)["content"]
    (signer_info,) = signed["signer_infos"]
    signer, content = _signer(signed), signed["encap_content_info"]["content"]
    named = get_signing_cert_attr(signer_info["signed_attrs"])
    digest = hashlib.new(signer_info["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    imprint = content.parsed["message_imprint"]
    about = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, signature).digest()
    fits = (
        all(validate_sig_integrity(signer_info, signer, "tst_info", digest))
        and imprint["hashed_message"].native == about
        and named is not None
        and check_ess_certid(signer, named["certs"][0])
    )
    if not fits:
        raise NotStamped
    return content.parsed["gen_time"].native


def _signer(signed: cms.SignedData) -> x509.Certificate:
    """Return the certificate whose key made the token."""
    who = signed["signer_infos"][0]["sid"].chosen
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if certificate.serial_number == who["serial_number"].native and certificate.issuer == who["issuer"]:
            return certificate
    raise NotStamped
