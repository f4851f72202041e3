"""The environment: every variable is explained, and a bad value stops the start with one clear line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "k" * 50,
    "SITE_URL": "https://training.example.org",
    "DATABASE_URL": "postgres://fairlead:secret-part@127.0.0.1:1/fairlead",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DJANGO_SETTINGS_MODULE": "trainingsite.settings.production",
}


def start(**changes: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG; print('started')"]
    return subprocess.run(command, cwd=ROOT, env=GOOD | changes, capture_output=True, text=True)


def test_good_values_start():
    assert start().stdout == "started\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short-secret"),
        ("DEBUG", "true"),
        ("DEBUG", "perhaps"),
        ("SITE_URL", "training.example.org"),
        ("DATABASE_URL", "sqlite:///x"),
        ("DATABASE_URL", "mysql://user:secret-part@host/x"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "http://host"),
        ("STORAGE_URL", "ftp://secret-part@host"),
        ("TRUSTED_PROXY_COUNT", "one"),
        ("SIGNING_KEY_FILE", "/nowhere/secret.pem"),
        ("TIMESTAMP_URL", "secret-host/stamp"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_line_that_names_the_setting_and_not_its_value(name, value):
    done = start(**{name: value})
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith(f"Setting {name}: ")
    assert "secret" not in done.stderr


def variables_read() -> set[str]:
    names = set()
    for file in [*ROOT.glob("trainingsite/settings/*.py"), *ROOT.glob("deploy/*.py")]:
        names |= set(re.findall(r'env\.\w+\(\s*"(\w+)"', file.read_text()))
        names |= set(re.findall(r'environ\.get\("(\w+)"', file.read_text()))
    return names


def test_the_operators_guide_explains_every_variable():
    explained = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "operators.md").read_text(), re.M))
    assert variables_read() - explained == set()
