"""The badge's public documents and the holder's download."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.cache import cache
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from certificates.badges import keys, pictures
from certificates.badges.checks import badge_key_is_ready
from certificates.badges.containers import credential_in_png
from certificates.models import Certificate, SigningKey
from tests.factories.accounts import UserFactory
from tests.factories.certificates import ActivityVersionFactory, CertificateFactory, certificate_with_badge
from trainingsite.lib.keyfiles import made_once


def holder(certificate: Certificate):
    return certificate.award.enrolment.learner


# --- Public documents -------------------------------------------------------------------------------
def public_paths(certificate: Certificate) -> list[str]:
    return [
        "/.well-known/did.json",
        "/badges/issuer/",
        "/badges/badge.png",
        "/badges/status/1/",
        f"/badges/achievements/{certificate.award.activity.fingerprint}/",
    ]


def test_any_site_may_read_them_and_they_name_nobody(db, client):
    certificate = certificate_with_badge()
    for path in public_paths(certificate):
        response = client.get(path)
        assert response["Access-Control-Allow-Origin"] == "*", path
        assert response["Cache-Control"].startswith("public, max-age="), path
        assert not response.cookies, path
        assert holder(certificate).name.encode() not in response.content, path


def test_what_the_credential_points_at_is_there_and_says_the_same(db, client):
    certificate = certificate_with_badge()
    credential = json.loads(certificate.credential)
    achievement = credential["credentialSubject"]["achievement"]
    site = "http://127.0.0.1:8000"
    for address in (
        achievement["id"],
        achievement["image"]["id"],
        credential["issuer"]["url"],
        credential["credentialStatus"]["statusListCredential"],
    ):
        assert client.get(address.removeprefix(site)).status_code == 200, address
    served = client.get(achievement["id"].removeprefix(site)).json()
    del served["@context"]
    assert served == achievement
    assert credential["id"] == f"{site}/verify/{certificate.number}/"


def test_a_person_who_opens_the_achievement_gets_a_page(db, client):
    version = ActivityVersionFactory(title="Signs of trafficking", outcomes=["notice <signs>"])
    response = client.get(
        f"/badges/achievements/{version.fingerprint}/",
        headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
    )
    assert response["Content-Type"].startswith("text/html")
    assert "Accept" in response["Vary"]
    assert "public" not in response.get("Cache-Control", "")
    assert "Signs of trafficking" in response.text
    assert "notice &lt;signs&gt;" in response.text


@pytest.mark.parametrize(
    "path", ["/badges/status/1/", "/badges/achievements/none/", "/badges/achievements/%00/"]
)
def test_what_is_not_there_is_not_found(db, client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "public" not in response.get("Cache-Control", "")


# --- Keys -------------------------------------------------------------------------------------------
def test_a_new_key_is_added_and_the_old_ones_stay_published(db, client, settings, tmp_path):
    certificate_with_badge()
    first = keys.current_key().kid
    settings.BADGE_KEY_FILE = tmp_path / "next.pem"
    certificate_with_badge()
    second = keys.current_key().kid

    document = client.get("/.well-known/did.json").json()
    assert document["assertionMethod"] == [f"{document['id']}#{kid}" for kid in (second, first)]
    assert [(key.kid, key.retired_at is None) for key in SigningKey.objects.order_by("pk")] == [
        (first, False),
        (second, True),
    ]


def test_a_compromised_key_is_named_as_revoked_and_vouches_for_nothing(db, client, settings, tmp_path):
    certificate_with_badge()
    settings.BADGE_KEY_FILE = tmp_path / "next.pem"
    SigningKey.objects.update(compromised_at=timezone.now())
    document = client.get("/.well-known/did.json").json()
    good, bad = document["verificationMethod"]
    assert document["assertionMethod"] == [good["id"]]
    assert ("revoked" in good, "revoked" in bad) == (False, True)


def test_nothing_more_is_signed_with_a_compromised_key(db):
    certificate_with_badge()
    SigningKey.objects.update(compromised_at=timezone.now())
    cache.clear()  # what was taken for granted is so for five minutes
    with pytest.raises(keys.KeyUnavailable):
        certificate_with_badge()


def test_before_the_first_badge_the_key_is_published_already(db, client):
    document = client.get("/.well-known/did.json").json()
    assert document["assertionMethod"] == [f"did:web:127.0.0.1%3A8000#{keys.current_key().kid}"]


def test_only_an_ed25519_key_signs_badges(settings, tmp_path):
    path = settings.BADGE_KEY_FILE = tmp_path / "rsa.pem"
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(keys.KeyUnavailable, match="Ed25519"):
        keys.current_key()


def test_all_that_start_together_get_the_one_key(tmp_path):
    path = tmp_path / "keys" / "badge.pem"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: made_once(path, keys._new_pem), range(8)))
    assert made == {path.read_bytes()}
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["badge.pem"]


# --- The holder's download ----------------------------------------------------------------------------
def test_the_holder_gets_the_badge_as_text_and_as_a_picture(db, client_for):
    certificate = certificate_with_badge()
    client = client_for(holder(certificate))
    text = client.get(f"/my/certificates/{certificate.number}/badge.json")
    picture = client.get(f"/my/certificates/{certificate.number}/badge.png")

    assert text.text == certificate.credential
    assert credential_in_png(picture.content) == certificate.credential
    assert Image.open(io.BytesIO(picture.content)).size == (600, 600)
    for response in (text, picture):
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"].startswith(
            f'attachment; filename="badge-{certificate.number}.'
        )


def test_after_a_revocation_it_is_still_theirs_to_download(db, client_for):
    certificate = certificate_with_badge()
    Certificate.objects.filter(pk=certificate.pk).update(state=Certificate.State.REVOKED)
    client = client_for(holder(certificate))
    assert client.get(f"/my/certificates/{certificate.number}/badge.json").status_code == 200


def test_nobody_else_but_a_programme_manager_gets_it(db, client_for):
    certificate = certificate_with_badge()
    for kind in ("json", "png"):
        path = f"/my/certificates/{certificate.number}/badge.{kind}"
        assert client_for(UserFactory()).get(path).status_code == 404
        assert client_for(UserFactory(role=Role.TRAINER)).get(path).status_code == 404
        assert client_for(UserFactory(role=Role.PROGRAMME_MANAGER)).get(path).status_code == 200
        assert client_for().get(path).status_code == 302


def test_one_that_is_being_made_or_was_erased_has_none(db, client_for):
    pending = CertificateFactory()
    erased = certificate_with_badge()
    Certificate.objects.filter(pk=erased.pk).update(credential="", erased_at=timezone.now())
    for certificate in (pending, erased):
        client = client_for(holder(certificate))
        assert client.get(f"/my/certificates/{certificate.number}/badge.png").status_code == 404


def test_the_picture_is_small_and_the_same_for_all():
    assert len(pictures.plain_png()) < 40_000


# --- check --deploy -----------------------------------------------------------------------------------
def test_a_public_site_needs_a_key_of_its_own_that_nobody_else_reads(settings, tmp_path):
    def found() -> list[str]:
        return [problem.id for problem in badge_key_is_ready(None)]

    settings.BADGE_KEY_FILE = settings.BASE_DIR / "var" / "keys" / "badge.pem"
    assert found() == ["certificates.W003"]
    path = settings.BADGE_KEY_FILE = tmp_path / "badge.pem"
    keys.current_key()
    assert found() == []
    path.chmod(0o644)
    assert found() == ["certificates.W004"]
    path = settings.BADGE_KEY_FILE = tmp_path / "other.pem"
    path.write_text("no key")
    assert found() == ["certificates.E003"]
