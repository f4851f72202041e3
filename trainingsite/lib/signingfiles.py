"""The key, certificate and chain of the seal: read from PEM files and checked against each other."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

#: ETSI TS 119 312 asks for about 3,000 bits from 2026 on; above this size nothing is gained but waiting.
RSA_BITS = (3072, 8192)
WEAK_HASHES = {"md5", "sha1"}


class BadKeyFile(Exception):
    """A key or certificate cannot be used; `setting` names where it came from, str() says why."""

    def __init__(self, setting: str, why: str):
        super().__init__(why)
        self.setting = setting


@dataclass(frozen=True)
class SigningFiles:
    """A private key with its certificate first, then the certificates that vouch for it."""

    key: rsa.RSAPrivateKey
    certificates: tuple[x509.Certificate, ...]


def read_signing_files(key_file: Path, cert_file: Path, chain_file: Path | None) -> SigningFiles:
    """Return what the files hold. Raises BadKeyFile naming the SIGNING_… setting to mend; never prints a value.

    The key must be RSA of at least 3,072 bits without a passphrase, the certificate its own, in force now, and
    allowed to sign. What follows the certificate in its file, and the chain file, must lead on from it.
    """
    key = read_private_key(key_file, "SIGNING_KEY_FILE")
    certificates = read_certificates(cert_file, "SIGNING_CERT_FILE")
    require_same_key(key, certificates[0])
    require_good_for_signing(certificates[0])
    chain = [*certificates[1:], *(read_certificates(chain_file, "SIGNING_CHAIN_FILE") if chain_file else [])]
    return SigningFiles(key, in_order(certificates[0], chain))


def read_private_key(path: Path, setting: str) -> rsa.RSAPrivateKey:
    """Return the RSA key. OpenSSL's own test of a key takes a fifth of a second: `require_same_key` stands for it."""
    try:
        key = serialization.load_pem_private_key(
            _read(path, setting), password=None, unsafe_skip_rsa_key_validation=True
        )
    except TypeError as problem:
        raise BadKeyFile(
            setting, "the key has a passphrase; store it without one, readable by us alone"
        ) from problem
    except (ValueError, UnsupportedAlgorithm) as problem:
        raise BadKeyFile(setting, "the file holds no private key in PEM form") from problem
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BadKeyFile(setting, "use an RSA key")
    if not RSA_BITS[0] <= key.key_size <= RSA_BITS[1]:
        raise BadKeyFile(setting, f"use an RSA key of at least {RSA_BITS[0]} and at most {RSA_BITS[1]} bits")
    return key


def read_certificates(path: Path, setting: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path, setting))
    except ValueError as problem:
        raise BadKeyFile(setting, "the file holds no certificate in PEM form") from problem


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadKeyFile(setting, f"the file cannot be read ({problem.strerror})") from problem


def require_same_key(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    """Raise BadKeyFile unless what `key` signs is confirmed by `certificate`."""
    probe, how = b"Do these two belong together?", (padding.PKCS1v15(), hashes.SHA256())
    try:
        public = certificate.public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            raise InvalidSignature
        public.verify(key.sign(probe, *how), probe, *how)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm) as problem:
        raise BadKeyFile("SIGNING_CERT_FILE", "the certificate is not that of SIGNING_KEY_FILE") from problem


def require_good_for_signing(certificate: x509.Certificate) -> None:
    setting, now = "SIGNING_CERT_FILE", datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        raise BadKeyFile(setting, f"the certificate expired on {certificate.not_valid_after_utc:%-d %B %Y}")
    if now < certificate.not_valid_before_utc:
        raise BadKeyFile(
            setting, f"the certificate is not valid before {certificate.not_valid_before_utc:%-d %B %Y}"
        )
    if certificate.signature_hash_algorithm and certificate.signature_hash_algorithm.name in WEAK_HASHES:
        raise BadKeyFile(setting, "the certificate is signed with a hash that is no longer safe")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise BadKeyFile(setting, "the certificate may not be used to sign documents")


def in_order(certificate: x509.Certificate, others: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the chain from `certificate` upwards. Raises BadKeyFile when one of `others` has no place in it."""
    chain, left = [certificate], list(dict.fromkeys(others))
    while left:
        issuer = next((other for other in left if _issued(other, chain[-1])), None)
        if issuer is None:
            raise BadKeyFile("SIGNING_CHAIN_FILE", "the chain does not lead on from the certificate")
        chain.append(issuer)
        left.remove(issuer)
    return tuple(chain)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
