"""Prepare the demo database once, then run the web server and the scheduled work side by side.

Both stop together: on Ctrl-C, on TERM, when either ends by itself, and when whoever started us goes away.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / "var" / "prepared"
PREPARED_FROM = ("*/migrations/*.py", "demo/**/*", "uv.lock")
GRACE_SECONDS = 8
ACCOUNTS = (
    ("learner@demo.example", "a learner at the start"),
    ("learner2@demo.example", "a learner half way through"),
    ("learner3@demo.example", "a learner with a certificate"),
    ("trainer@demo.example", "a trainer with groups"),
    ("trainer2@demo.example", "another trainer"),
    ("lead@demo.example", "lead trainer"),
    ("agency@demo.example", "agency lead"),
    ("editor@demo.example", "editor (CMS)"),
    ("moderator@demo.example", "moderator (CMS)"),
    ("manager@demo.example", "programme manager"),
    ("funder@demo.example", "a funder (numbers only)"),
    ("admin@demo.example", "superuser"),
)


def main() -> None:
    port = int(os.environ.get("PORT") or 8000)
    site = f"http://127.0.0.1:{port}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingsite.settings.dev")
    os.environ.setdefault("SITE_URL", site)
    if answers(port):
        sys.exit(f"Port {port} is taken. Stop what runs there, or choose another: make run PORT=8080")
    prepare()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    children = [start(*web_command(port)), start(sys.executable, "manage.py", "run_scheduled", "--forever")]
    try:
        wait_until_up(site, children)
        print_welcome(site)
        watch(children)
    except KeyboardInterrupt:
        pass
    finally:
        stop(children)


def prepare() -> None:
    """Migrate and load the demo, unless this database was prepared from the very same files."""
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    print("Preparing the database and the demo: two minutes or so, only this once …", flush=True)
    manage("migrate", "--verbosity", "0")
    manage("demo")
    STAMP.write_text(fingerprint())


def fingerprint() -> str:
    """What the data was made from, and which database it is in (a replaced file counts as another)."""
    digest = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode())
    database = ROOT / "var" / "fairlead.sqlite3"
    digest.update(str(database.stat().st_ino if database.exists() else 0).encode())
    for pattern in PREPARED_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and ".venv" not in path.parts and path.suffix != ".pyc":
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def manage(*args: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *args], cwd=ROOT)
    if done.returncode:
        sys.exit(done.returncode)


def web_command(port: int) -> list[str]:
    """One process: without Redis the cache lives in it. Threads keep a slow PDF from holding up a page."""
    return [
        sys.executable, "-m", "gunicorn", "trainingsite.wsgi", f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread", "--threads=8", "--limit-request-line=0", "--timeout=120",
        f"--graceful-timeout={GRACE_SECONDS - 3}", "--log-level=warning", "--no-control-socket",
    ]  # fmt: skip


def start(*command: str) -> subprocess.Popen:
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_up(site: str, children: list[subprocess.Popen]) -> None:
    """Ask for the home page until it comes, so that the first visitor does not wait for imports."""
    while not any_ended(children):
        try:
            urllib.request.urlopen(f"{site}/", timeout=30).close()
        except urllib.error.HTTPError as error:
            sys.exit(f"The home page answers {error.code}; the reason is above.")
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not start; the reason is above.")


def watch(children: list[subprocess.Popen]) -> None:
    parent = os.getppid()
    while not any_ended(children) and os.getppid() == parent:
        time.sleep(0.5)


def any_ended(children: list[subprocess.Popen]) -> bool:
    return any(child.poll() is not None for child in children)


def stop(children: list[subprocess.Popen]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def print_welcome(site: str) -> None:
    print(f"\nFairlead is at {site}/   (stop with Ctrl-C)\n")
    rows = (
        ("courses", "/courses/"), ("my learning", "/my/"), ("trainers", "/trainer/"), ("editors", "/cms/"),
        ("certificate check", "/verify/"), ("mail that was sent", "/dev/mail/"),
    )  # fmt: skip
    for what, path in rows:
        print(f"  {what:20} {site}{path}")
    print("\nDemo accounts, password for all: demo-Thornwell-2026\n")
    for address, who in ACCOUNTS:
        print(f"  {address:24} {who}")
    print(flush=True)


if __name__ == "__main__":
    main()
