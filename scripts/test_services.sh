#!/usr/bin/env bash
# The whole suite on PostgreSQL and Redis, then the tests that start real worker and web processes.
# Only databases named fairlead_test_… and Redis keys under our own prefix are touched.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m pytest -n 2
.venv/bin/python -m pytest -m services
