"""Seals with the time stamp of an authority (PAdES B-T): a small one of our own, over HTTP."""

import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.sealing import SealState, seal, timestamps
from certificates.sealing.checking import examine
from certificates.sealing.timestamps import Authority, TimestampUnavailable
from tests.certificates.sealing import AT, plain_pdf, published

STAMPED = datetime(2026, 11, 21, 14, 31, tzinfo=UTC)


@lru_cache
def stamper() -> DummyTimeStamper:
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), datetime.now(UTC)
    name = x509.Name.from_rfc4514_string("CN=Test authority")
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 5, now - timedelta(days=365), now + timedelta(days=365)
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(private),
        fixed_dt=STAMPED,
    )


class Answers(BaseHTTPRequestHandler):
    """Stamps what it is sent, unless the server's `spoil` says what to answer instead."""

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        if self.server.hold:
            self.server.hold.wait()
        status, content = self.server.spoil or (
            200, stamper().request_tsa_response(tsp.TimeStampReq.load(asked)).dump(),
        )  # fmt: skip
        self.send_response(status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def authority(settings):
    """A running authority that the site is set to ask, and of which this process knows nothing yet."""
    timestamps.authority.cache_clear()
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.asked, server.spoil, server.hold = 0, None, None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/stamp"
    yield server
    if server.hold:
        server.hold.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_stamped_seal_carries_the_authoritys_time(authority):
    sealed = seal(plain_pdf(), AT)

    report = examine(sealed, [published()])
    assert (report.state, report.sealed_at, report.stamped_at) == (SealState.INTACT, AT, STAMPED)
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    roots = [signature.signer_cert, stamper().tsa_cert]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
    assert status.bottom_line
    assert status.timestamp_validity.valid
    assert status.timestamp_validity.timestamp == STAMPED


def test_the_authority_is_asked_once_a_seal_and_once_more_a_process(authority):
    for _ in range(3):
        seal(plain_pdf(), AT)

    assert authority.asked == 4


def test_an_authority_whose_tokens_grow_gets_more_room(authority, settings):
    timestamps.authority(settings.TIMESTAMP_URL).room = 100

    assert examine(seal(plain_pdf(), AT), [published()]).is_intact


def test_a_stamp_that_was_tampered_with_or_taken_from_another_seal_is_a_change(authority):
    one, other = seal(plain_pdf(), AT), seal(plain_pdf(), AT + timedelta(minutes=1))
    token_at = one.rindex(b"/Contents <") + 2 * 2_100  # within the token, past our own certificate
    spoilt = [
        examine(one[:at] + (b"0" if one[at : at + 1] != b"0" else b"1") + one[at + 1 :], [published()]).state
        for at in range(token_at, token_at + 1500, 60)
    ]
    start, end = one.rindex(b"/Contents <"), one.rindex(b"/ByteRange")
    swapped = one[:start] + other[start:end] + one[end:]

    assert set(spoilt) <= {SealState.CHANGED, SealState.FOREIGN}
    assert examine(swapped, [published()]).state is SealState.CHANGED


REFUSAL = bytes.fromhex("3005 3003 020102")  # status: rejection, and no token


@pytest.mark.parametrize(
    "spoil",
    [(500, b""), (200, b"<html>Welcome</html>"), (200, REFUSAL), (200, b"\x30" * 200_000), (200, b"")],
    ids=["error", "a web page", "refusal", "too long", "empty"],
)
def test_an_authority_that_does_not_stamp_keeps_certificates_pending_and_is_left_alone_for_a_while(
    authority, spoil
):
    authority.spoil = spoil

    for _ in range(3):
        with pytest.raises(OSError, match=r"[Tt]ime stamp"):
            seal(plain_pdf(), AT)

    assert authority.asked == 1


def test_an_authority_that_cannot_be_reached_keeps_certificates_pending(settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:1/"

    with pytest.raises(TimestampUnavailable):
        seal(plain_pdf(), AT)


def test_an_authority_that_never_answers_is_not_waited_for(authority, settings, monkeypatch):
    authority.hold = threading.Event()
    monkeypatch.setattr(timestamps, "PATIENCE_SECONDS", 0.05)

    with pytest.raises(TimestampUnavailable):
        seal(plain_pdf(), AT)


def test_an_authority_is_asked_again_after_the_pause(authority, settings):
    known: Authority = timestamps.authority(settings.TIMESTAMP_URL)
    authority.spoil = (500, b"")
    with pytest.raises(TimestampUnavailable):
        seal(plain_pdf(), AT)
    authority.spoil = None

    known.away_until = 0

    assert examine(seal(plain_pdf(), AT), [published()]).stamped_at == STAMPED
