"""The scaled set-up, started natively: web and worker as in docker-compose.yml, on a database of this run."""

import http.client
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string

from tests.services.processes import ROOT, Process, RedisServer, compose_command, free_port, listens, until


@dataclass
class Answer:
    status: int
    body: str
    seconds: float
    location: str


@dataclass
class Site:
    """Everything a deployment has, in one folder."""

    folder: Path
    redis: RedisServer
    env: dict[str, str]
    port: int
    running: list[Process] = field(default_factory=list)

    def start(self, service: str) -> Process:
        process = Process(compose_command(service), self.folder / f"{service}.log", self.env)
        self.running.append(process)
        if service == "web":
            until(lambda: listens(self.port))
        return process

    def manage(self, *args: str) -> str:
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, method: str, path: str, user=None, form: dict[str, str] | None = None) -> Answer:
        """Ask the web server as a browser in which `user` is logged in."""
        token = _get_new_csrf_string()
        headers = {"Cookie": f"{settings.CSRF_COOKIE_NAME}={token}; {self.session_cookie(user)}"}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode((form or {}) | {"csrfmiddlewaretoken": token})
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.monotonic()
        line.request(method, path, body, headers)
        response = line.getresponse()
        text = response.read().decode(errors="replace")
        line.close()
        location = urlsplit(response.headers.get("Location", "")).path
        return Answer(response.status, text, time.monotonic() - begun, location)

    def session_cookie(self, user) -> str:
        if user is None:
            return ""
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def letters(self) -> list[str]:
        """The letters sent so far, as text."""
        files = (self.folder / "mail").glob("*.log")
        return [raw for file in files for raw in file.read_text().split("-" * 79) if raw.strip()]

    def close(self) -> None:
        for process in self.running:
            process.stop()
        self.redis.kill()


@pytest.fixture(scope="session")
def static_files(tmp_path_factory):
    """What the image builds once: hashed and compressed."""
    folder = tmp_path_factory.mktemp("site")
    env = environment(folder, "redis://127.0.0.1:1/0", 1, "postgres://127.0.0.1:1/none")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    return folder / "static"


@pytest.fixture
def postgresql():
    """Row locks, and workers beside the web server, need PostgreSQL."""
    if connection.vendor != "postgresql":
        pytest.skip("this needs PostgreSQL: make test-services")


@pytest.fixture
def site(postgresql, transactional_db, tmp_path, static_files):
    (tmp_path / "static").symlink_to(static_files)
    redis = RedisServer(tmp_path)
    port = free_port()
    site = Site(tmp_path, redis, environment(tmp_path, redis.url, port, database_address()), port)
    yield site
    site.close()


def database_address() -> str:
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@{at['HOST'] or '127.0.0.1'}:{at['PORT'] or 5432}/{at['NAME']}"


def environment(folder: Path, redis_url: str, port: int, database_url: str) -> dict[str, str]:
    import os

    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "tests.services.settings",
        "PYTHONPATH": str(ROOT),
        "TEST_SCRATCH": str(folder),
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"filemail:///{folder}/mail",
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_PROCESSES": "1",
        "SECOND_FACTOR_REQUIRED": "false",
    }
