"""Badges under 1EdTech's JSON Schemas, and the proofs' arithmetic under W3C's vectors.

Both are published beside a release of openbadgeslib, in its source archive and not in what is installed; they are
taken from there when these tests run.
"""

import json
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import Draft201909Validator
from openbadgeslib.ob3 import OB3VerificationError, verify_data_integrity_proof

from certificates.badges.keys import PublicKey
from tests.certificates.badges import SHAPES, make
from tests.factories.certificates import certificate_with_badge

pytestmark = pytest.mark.conformance
RELEASE = f"openbadgeslib-{version('openbadgeslib')}"


@pytest.fixture(scope="module")
def fixtures() -> Path:
    """The folder with schemas and vectors, fetched once."""
    folder = settings.BASE_DIR / "var" / "conformance"
    found = folder / RELEASE / "tests" / "fixtures"
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        source = RELEASE.replace("-", "==")
        subprocess.run([*pip, "--no-deps", "--no-binary=:all:", f"--dest={folder}", source], check=True)
        with tarfile.open(folder / f"{RELEASE}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return found


@pytest.fixture
def errors(fixtures):
    """`errors(document, "profile")` lists what the schema of that name has against it."""

    def check(document: dict, name: str) -> list[str]:
        schema = json.loads((fixtures / "ob_schemas" / f"ob_v3p0_{name}_schema.json").read_text())
        validator = Draft201909Validator(schema, format_checker=Draft201909Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]

    return check


@pytest.mark.parametrize("words", SHAPES.values(), ids=SHAPES.keys())
def test_badges_fit_the_schema(errors, words):
    assert errors(json.loads(make(words)), "achievementcredential") == []


def test_the_schema_would_have_said_so(errors):
    document = json.loads(make())
    del document["credentialSubject"]["achievement"]["criteria"]
    assert errors(document, "achievementcredential") != []


def test_what_the_site_serves_fits_the_schemas(db, client, errors):
    certificate = certificate_with_badge()
    assert errors(json.loads(certificate.credential), "achievementcredential") == []
    assert errors(client.get("/badges/issuer/").json(), "profile") == []


@pytest.fixture
def vector(fixtures) -> dict:
    """W3C's signed credential, the key it was signed with, and the one context that is not ours."""
    folder = fixtures / "vc_di_eddsa"
    read = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    return {
        "document": read["signed-credential"],
        "key": PublicKey(read["key-pair"]["publicKeyMultibase"]).pem,
        "contexts": {"https://www.w3.org/ns/credentials/examples/v2": read["credentials-examples-v2"]},
    }


def test_w3c_vector_verifies_and_its_altered_copy_does_not(vector):
    verify_data_integrity_proof(vector["document"], vector["key"], extra_contexts=vector["contexts"])
    altered = vector["document"] | {"name": "Another"}
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(altered, vector["key"], extra_contexts=vector["contexts"])
