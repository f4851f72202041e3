"""New keys for the seal, and certificates or requests for them."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

BITS = 3072
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


def new_key() -> rsa.RSAPrivateKey:
    """Return an RSA-3072 key; takes up to some seconds. RSA, because readers of PDFs all know it."""
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS)


def subject(common_name: str, organisation: str = "", country: str = "") -> x509.Name:
    """Return a name for a certificate. country: two letters. Raises ValueError for what a certificate cannot hold."""
    given = [
        (NameOID.COUNTRY_NAME, country),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.COMMON_NAME, common_name),
    ]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in given if text])


def self_signed(
    key: rsa.RSAPrivateKey, name: x509.Name, begins: datetime, ends: datetime
) -> x509.Certificate:
    """Return a certificate that only its own publication vouches for."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in _extensions():
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, hashes.SHA256())


def request(key: rsa.RSAPrivateKey, name: x509.Name) -> x509.CertificateSigningRequest:
    """Return what a certificate authority is sent."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    for extension, critical in _extensions():
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, hashes.SHA256())


def _extensions() -> Sequence[tuple[x509.ExtensionType, bool]]:
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    )
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
    return (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), True),
        (x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), False),
    )


def private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
