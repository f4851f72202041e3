#!/usr/bin/env bash
# `make run`: install, prepare the data once, then serve until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh
exec .venv/bin/python scripts/serve.py
