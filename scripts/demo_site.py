"""A throw-away demo site in a process of its own, for journeys, screenshots and Lighthouse."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "demo-site"
MADE_FROM = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/roles.py", "demo/**/*", "uv.lock")


@dataclass
class DemoSite:
    url: str
    folder: Path

    def letters(self) -> list[EmailMessage]:
        """Every letter sent, oldest first."""
        files = sorted((self.folder / "mail").glob("*.log"), key=lambda file: file.stat().st_mtime)
        raw = [letter for file in files for letter in file.read_text().split("-" * 79) if letter.strip()]
        return [message_from_string(letter.lstrip("\n"), policy=policy.default) for letter in raw]


@contextmanager
def demo_site() -> Iterator[DemoSite]:
    """Serve a fresh copy of the demo until the block ends. The copied-from is made once and kept in var/."""
    with tempfile.TemporaryDirectory(prefix="fairlead-demo-") as name:
        folder = Path(name)
        shutil.copytree(made_once(), folder, dirs_exist_ok=True)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = environment(folder) | {"SITE_URL": url}
        command = [
            sys.executable, "-m", "gunicorn", "trainingsite.wsgi", f"--bind=127.0.0.1:{port}",
            "--worker-class=gthread", "--threads=8", "--limit-request-line=0", "--log-level=warning",
            "--timeout=120", "--no-control-socket",
        ]  # fmt: skip
        server = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            wait_until_up(url, server)
            yield DemoSite(url, folder)
        finally:
            server.terminate()
            server.wait()


def made_once() -> Path:
    """Return the folder with the demo's database and files."""
    digest = hashlib.sha256()
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    made = KEPT / digest.hexdigest()[:12]
    if not made.exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        draft = KEPT / "draft"
        draft.mkdir(parents=True)
        for command in (["migrate", "--verbosity=0"], ["demo", "--force"]):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment(draft), check=True
            )
        draft.rename(made)
    return made


def environment(folder: Path) -> dict[str, str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "EMAIL_URL"}
    }
    return clean | {"DJANGO_SETTINGS_MODULE": "tests.journeys.settings", "DEMO_FOLDER": str(folder)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=30).close()
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The demo site did not start: {error}") from error
            time.sleep(0.2)
        else:
            return
