"""Keys of the seal: where they come from, what is refused, how one follows another, and what the public may see."""

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from certificates.models import SigningKey
from certificates.sealing import SealState, SealUnavailable, check_seal, current_seal_key, seal
from certificates.sealing.material import seal_material
from tests.certificates.sealing import AT, another_key, certificate_of, plain_pdf, sealed_pdf, write_pem
from trainingsite.lib.env import require_signing_files
from trainingsite.lib.signingfiles import read_signing_files


@pytest.fixture
def another_seal(settings, tmp_path):
    """`another_seal()` is what an operator does who sets another key and restarts."""

    def change(**certificate):
        settings.SIGNING_KEY_FILE = write_pem(tmp_path / "seal.key.pem", another_key())
        name = tmp_path / f"seal.cert.{len(list(tmp_path.iterdir()))}.pem"
        settings.SIGNING_CERT_FILE = write_pem(name, certificate_of(another_key(), **certificate))
        return seal_material()

    return change


# --- The development key ---------------------------------------------------------------------------
def _kid_in_another_process(path: Path, barrier, answers) -> None:
    from django.conf import settings

    settings.SIGNING_DEVELOPMENT_FILE = path
    barrier.wait()
    answers.put(seal_material().kid)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_two_processes_that_start_at_once_make_one_key_that_its_owner_alone_can_read(tmp_path):
    path = tmp_path / "keys" / "seal.pem"
    fork = multiprocessing.get_context("fork")
    barrier, answers = fork.Barrier(2), fork.Queue()
    both = [fork.Process(target=_kid_in_another_process, args=(path, barrier, answers)) for _ in range(2)]
    for process in both:
        process.start()
    kids = {answers.get(timeout=60) for _ in both}
    for process in both:
        process.join()

    assert len(kids) == 1
    assert [file.name for file in path.parent.iterdir()] == ["seal.pem"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_development_certificate_says_what_it_is():
    name = x509.load_der_x509_certificate(seal_material().signer).subject.rfc4514_string()

    assert "development" in name
    assert seal_material().is_development


def test_a_spoilt_development_key_keeps_certificates_pending_and_says_why(settings, tmp_path):
    settings.SIGNING_DEVELOPMENT_FILE = tmp_path / "seal.pem"
    settings.SIGNING_DEVELOPMENT_FILE.write_text("half a key")

    with pytest.raises(OSError, match="holds no private key"):
        seal(plain_pdf(), AT)


def test_a_folder_that_cannot_be_written_keeps_certificates_pending(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.SIGNING_DEVELOPMENT_FILE = tmp_path / "file" / "seal.pem"

    with pytest.raises(SealUnavailable, match="No development key"):
        seal(plain_pdf(), AT)


# --- Files named by the environment ------------------------------------------------------------------
def weak_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def for_something_else(key: rsa.RSAPrivateKey) -> x509.Certificate:
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    name, now = x509.Name([]), datetime.now(UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
        .sign(key, SHA256())
    )


BAD = {
    "no certificate": ("SIGNING_CERT_FILE", "go together", lambda: ([another_key()], None, None)),
    "no key": ("SIGNING_KEY_FILE", "go together", lambda: (None, [certificate_of(another_key())], None)),
    "empty key": ("SIGNING_KEY_FILE", "no private key", lambda: ([], [certificate_of(another_key())], None)),
    "empty certificate": ("SIGNING_CERT_FILE", "no certificate", lambda: ([another_key()], [], None)),
    "not its certificate": (
        "SIGNING_CERT_FILE",
        "not that of",
        lambda: ([another_key()], [certificate_of(seal_material().private)], None),
    ),
    "weak key": ("SIGNING_KEY_FILE", "3072", lambda: ([key := weak_key()], [certificate_of(key)], None)),
    "expired": (
        "SIGNING_CERT_FILE",
        "expired on",
        lambda: ([another_key()], [certificate_of(another_key(), begins=-9, ends=-1)], None),
    ),
    "not yet": (
        "SIGNING_CERT_FILE",
        "not valid before",
        lambda: ([another_key()], [certificate_of(another_key(), begins=1)], None),
    ),
    "not for documents": (
        "SIGNING_CERT_FILE",
        "may not be used",
        lambda: ([another_key()], [for_something_else(another_key())], None),
    ),
    "a chain of others": (
        "SIGNING_CHAIN_FILE",
        "does not lead on",
        lambda: ([another_key()], [certificate_of(another_key())], [certificate_of(seal_material().private)]),
    ),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_a_bad_file_stops_the_start_with_one_line_that_names_the_setting(case, tmp_path):
    setting, why, things = case
    files = [
        None if content is None else write_pem(tmp_path / f"{number}.pem", *content)
        for number, content in enumerate(things())
    ]

    with pytest.raises(SystemExit) as stopped:
        require_signing_files(*files)

    assert stopped.value.code.startswith(f"Setting {setting}: ")
    assert why in stopped.value.code
    assert "\n" not in stopped.value.code
    assert str(tmp_path) not in stopped.value.code


def test_keys_that_are_locked_or_of_another_kind_stop_the_start(tmp_path):
    certificate = write_pem(tmp_path / "c.pem", certificate_of(another_key()))
    kinds = {
        "passphrase": another_key().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
        ),
        "RSA": ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
    }
    for why, pem in kinds.items():
        (tmp_path / "k.pem").write_bytes(pem)
        with pytest.raises(SystemExit, match=why):
            require_signing_files(tmp_path / "k.pem", certificate, None)


def test_nothing_set_needs_nothing():
    require_signing_files(None, None, None)


def test_a_chain_is_put_in_order_and_travels_with_the_seal(settings, tmp_path):
    root = certificate_of(seal_material().private, name="Root")
    leaf = issued_by(root, seal_material().private, another_key())
    settings.SIGNING_KEY_FILE = write_pem(tmp_path / "k.pem", another_key())
    settings.SIGNING_CERT_FILE = write_pem(tmp_path / "c.pem", leaf)
    settings.SIGNING_CHAIN_FILE = write_pem(tmp_path / "chain.pem", root)

    read = read_signing_files(
        settings.SIGNING_KEY_FILE, settings.SIGNING_CERT_FILE, settings.SIGNING_CHAIN_FILE
    )

    assert read.certificates == (leaf, root)
    assert root.public_bytes(Encoding.DER).hex().upper().encode() in seal(plain_pdf(), AT)


def issued_by(
    root: x509.Certificate, root_key: rsa.RSAPrivateKey, key: rsa.RSAPrivateKey
) -> x509.Certificate:
    now, name = datetime.now(UTC), x509.Name.from_rfc4514_string("CN=Leaf")
    builder = x509.CertificateBuilder(
        root.subject, name, key.public_key(), 7, now - timedelta(1), now + timedelta(1)
    )
    return builder.sign(root_key, root.signature_hash_algorithm)


def test_a_key_that_expires_while_the_site_runs_seals_nothing_more(monkeypatch):
    key = seal_material()

    with pytest.raises(SealUnavailable, match="in force"):
        key.require_in_force(key.ends + timedelta(seconds=1))


# --- On record ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_key_is_put_on_record_once_and_then_costs_no_query(django_assert_num_queries):
    kid = current_seal_key().kid

    with django_assert_num_queries(0):
        assert current_seal_key().kid == kid
        seal(plain_pdf(), AT)
    row = SigningKey.objects.get()
    assert (row.kid, row.purpose, row.algorithm, row.retired_at) == (kid, "seal", "RSA-3072", None)
    assert "PRIVATE" not in row.public


@pytest.mark.django_db
def test_what_a_rolled_back_transaction_put_on_record_is_put_there_again():
    assert connection.in_atomic_block
    current_seal_key()
    SigningKey.objects.all().delete()

    current_seal_key()

    assert SigningKey.objects.count() == 1


@pytest.mark.django_db
def test_after_a_rotation_both_old_and_new_documents_check(another_seal, django_assert_num_queries):
    old_kid = current_seal_key().kid
    new_kid = another_seal().kid

    assert current_seal_key().kid == new_kid
    newly_sealed = seal(plain_pdf(), AT)

    with django_assert_num_queries(1):
        old = check_seal(sealed_pdf())
    new = check_seal(newly_sealed)
    assert (old.state, old.key.kid, bool(old.key.retired_at)) == (SealState.INTACT, old_kid, True)
    assert (new.state, new.key.kid, new.key.retired_at) == (SealState.INTACT, new_kid, None)


@pytest.mark.django_db
def test_going_back_to_a_key_puts_it_in_use_again(another_seal, settings):
    current_seal_key()
    another_seal()
    current_seal_key()
    settings.SIGNING_KEY_FILE = None

    kid = current_seal_key().kid

    in_use = SigningKey.objects.filter(retired_at=None)
    assert [row.kid for row in in_use] == [kid]


@pytest.mark.django_db
def test_a_badge_key_is_left_in_use_when_the_seal_changes():
    badge = SigningKey.objects.create(kid="z6Mk", purpose="badge", algorithm="Ed25519", public="{}")

    current_seal_key()

    badge.refresh_from_db()
    assert badge.retired_at is None


# --- Commands -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_compromised_key_seals_no_more_and_its_documents_prove_nothing(capsys):
    kid = current_seal_key().kid
    cache.set(f"seal-key-on-record:{kid}", True)

    call_command("signing_keys", compromised=kid, since="2026-11-20T08:00Z")

    with pytest.raises(SealUnavailable, match="compromised"):
        current_seal_key()
    report = check_seal(sealed_pdf())
    assert report.is_intact
    assert not report.is_proof
    assert "compromised 2026-11-20 08:00Z" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kid", "since", "why"), [("nobody", "", "no key"), ("", "2126-01-01", "past"), ("", "perhaps", "past")]
)
def test_a_slip_of_the_pen_marks_no_key(kid, since, why):
    with pytest.raises(CommandError, match=why):
        call_command("signing_keys", compromised=kid or current_seal_key().kid, since=since)

    assert not SigningKey.objects.exclude(compromised_at=None).exists()


def test_a_new_key_and_certificate_serve_as_they_are_and_are_never_written_over(tmp_path):
    make = {
        "folder": tmp_path / "new",
        "name": "Thornwell seal",
        "organisation": "Thornwell",
        "country": "GB",
    }
    call_command("new_signing_key", **make, verbosity=0)
    key, certificate = tmp_path / "new" / "seal.key.pem", tmp_path / "new" / "seal.cert.pem"

    read = read_signing_files(key, certificate, None)

    assert read.certificates[0].subject.rfc4514_string() == "CN=Thornwell seal,O=Thornwell,C=GB"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="already"):
        call_command("new_signing_key", **make)


def test_a_request_is_written_for_an_authority(tmp_path):
    call_command("new_signing_key", folder=tmp_path, name="Thornwell seal", request=True)

    request = x509.load_pem_x509_csr((tmp_path / "seal.csr.pem").read_bytes())
    assert request.is_signature_valid
    assert not (tmp_path / "seal.cert.pem").exists()


@pytest.mark.parametrize("wrong", [{"country": "Wales"}, {"name": "x" * 70}, {"years": 10_000}])
def test_a_name_that_no_certificate_can_hold_is_refused(wrong, tmp_path):
    with pytest.raises(CommandError, match="No certificate"):
        call_command("new_signing_key", **{"folder": tmp_path, "name": "Seal"} | wrong)


# --- check --deploy ---------------------------------------------------------------------------------------
def said_of_the_seal() -> list[str]:
    return [
        message.id
        for message in run_checks(tags=["security"], include_deployment_checks=True)
        if message.id in {"certificates.E001", "certificates.E002", "certificates.W001", "certificates.W002"}
    ]


def test_the_operator_is_told_of_a_development_key_and_of_one_that_ends_or_is_open_to_all(
    another_seal, settings
):
    assert said_of_the_seal() == ["certificates.E001"]
    another_seal()
    settings.SIGNING_KEY_FILE.chmod(0o600)
    assert said_of_the_seal() == []
    another_seal(ends=30)
    settings.SIGNING_KEY_FILE.chmod(0o644)
    assert said_of_the_seal() == ["certificates.W001", "certificates.W002"]
    settings.SIGNING_CERT_FILE = settings.SIGNING_KEY_FILE
    assert said_of_the_seal() == ["certificates.E002"]


# --- The public page ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_page_lists_every_key_and_hands_out_its_certificate(client, another_seal):
    old = current_seal_key()
    new = another_seal()
    current_seal_key()
    call_command("signing_keys", compromised=old.kid, verbosity=0)

    shown = client.get("/verify/keys/").content.decode()

    for key in (old, new):
        fingerprint = x509.load_der_x509_certificate(key.signer).fingerprint(SHA256()).hex(" ").upper()
        assert fingerprint in shown
        pem = client.get(f"/verify/keys/{key.kid}.pem")
        assert x509.load_pem_x509_certificate(pem.content).public_bytes(Encoding.DER) == key.signer
        assert b"PRIVATE" not in pem.content
    assert f"Do not rely on: key {old.kid}" in shown
    assert f"In use: key {new.kid}" in shown
    assert shown.index(new.kid) < shown.index(old.kid)
    assert "Test seal" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_keys(client, count, django_assert_num_queries):
    key = current_seal_key()
    row = SigningKey.objects.get(kid=key.kid)
    for number in range(count - 1):
        SigningKey.objects.create(
            kid=f"old-{number}", purpose="seal", algorithm="RSA-3072", public=row.public, retired_at=AT
        )
    client.get("/verify/keys/")

    with django_assert_num_queries(1):
        client.get("/verify/keys/")


@pytest.mark.django_db
def test_unknown_keys_and_badge_keys_have_no_certificate(client):
    SigningKey.objects.create(kid="z6Mk", purpose="badge", algorithm="Ed25519", public="{}")

    assert client.get("/verify/keys/z6Mk.pem").status_code == 404
    assert client.get("/verify/keys/nobody.pem").status_code == 404
    assert "No key yet" in client.get("/verify/keys/").content.decode()
