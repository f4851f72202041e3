"""docker-compose.yml: no engine runs in CI, so its shape and its promises are checked here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {"migrate", "web", "worker", "beat"}


def test_the_file_satisfies_the_official_compose_schema():
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_of_the_scaled_set_up_is_there():
    assert set(SERVICES) == OURS | {"proxy", "postgres", "redis", "mail"}
    assert SERVICES["mail"]["profiles"] == ["development"]
    assert [name for name in SERVICES if "profiles" in SERVICES[name]] == ["mail"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_says_whether_it_is_healthy(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_nothing_secret_is_in_the_file():
    """Secrets are asked for by name, and the start stops when one is missing."""
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|CLIAUTH|DATABASE_URL|REDIS_URL|EMAIL_URL", name):
                assert ":?" in value, name
            assert not re.search(r"//[^$@/]+:[^$@/]+@", value), name


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_have_few_rights(name):
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    assert "ports" not in service


def test_only_the_proxy_is_reachable_from_outside():
    reachable = {
        name for name in SERVICES if any("127.0.0.1" not in p for p in SERVICES[name].get("ports", []))
    }
    assert reachable == {"proxy"}


def test_the_proxy_sees_uploads_and_no_private_file():
    volumes = SERVICES["proxy"]["volumes"]
    assert [v for v in volumes if not v.startswith("./deploy/")] == ["media:/srv/media:ro"]


def test_every_named_volume_is_declared_and_used():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(COMPOSE["volumes"])


def test_web_and_workers_wait_for_the_migrations():
    for name in OURS - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["restart"] == "no"


def test_the_example_environment_names_every_variable_that_must_be_set():
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))
    assert required <= example


def test_the_image_runs_as_a_user_of_its_own_and_starts_the_same_web_server():
    lines = (ROOT / "Dockerfile").read_text()
    final = lines[lines.rindex("FROM ") :]
    assert "USER fairlead" in final
    assert f"CMD {str(SERVICES['web']['command']).replace(chr(39), chr(34))}" in final
    assert "nodejs" not in final
