#!/usr/bin/env bash
# Brings everything the project needs into .venv. `--dev` adds the test and lint tools.
# Safe to repeat: takes about a second when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
say() { printf '%s\n' "$*" >&2; }

as_root_apt() {  # as_root_apt WHY PACKAGE… : installs on Debian and Ubuntu as root, else says what to install.
  local why=$1; shift
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing $why: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
  else
    say "Please install $why and run the command again: sudo apt-get install $*"
    exit 1
  fi
}

find_uv() {  # A uv on the machine serves if it is young enough to read the lock file.
  local found version
  found=$(command -v uv || true)
  if [ -n "$found" ]; then
    version=$("$found" --version 2>/dev/null | awk '{print $2}')
    if [ "$(printf '%s\n' 0.8 "$version" | sort -V | head -n1)" = 0.8 ]; then
      echo "$found"; return
    fi
  fi
  if [ ! -x .tools/bin/uv ]; then
    say "Installing uv $UV_VERSION into .tools"
    python3 -m venv .tools 2>/dev/null || { as_root_apt "Python's venv module" python3-venv; python3 -m venv .tools; }
    .tools/bin/pip install -q --disable-pip-version-check "uv==$UV_VERSION"
  fi
  echo .tools/bin/uv
}

if [ "${1:-}" = --browser ]; then
  command -v chromium >/dev/null || as_root_apt "Chromium for the browser journeys" chromium
  command -v pdftoppm >/dev/null || as_root_apt "the PDF viewer for the screenshots" poppler-utils
  exit 0
fi

if [ "${1:-}" = --conformance ]; then
  command -v javac >/dev/null || as_root_apt "Java for veraPDF" default-jdk-headless
  [ -e /usr/share/java/jaxb-runtime.jar ] || as_root_apt "the XML library that veraPDF needs" libjaxb-java
  command -v pdftoppm >/dev/null || as_root_apt "the PDF reader of the conformance tests" poppler-utils
  exit 0
fi

uv=$(find_uv)
groups=(--no-dev --inexact)
[ "${1:-}" = --dev ] && groups=()
UV_LINK_MODE=${UV_LINK_MODE:-copy} "$uv" sync --frozen --quiet "${groups[@]}"

if ! .venv/bin/python -W ignore -c 'import weasyprint' 2>/dev/null; then
  as_root_apt "the libraries that draw PDF files" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  .venv/bin/python -c 'import weasyprint'
fi

# pdfsig is a second opinion on seals; where it cannot be installed, the tests that ask it say that they were left out.
if [ "${1:-}" = --dev ] && ! command -v pdfsig >/dev/null && [ "$(id -u)" = 0 ]; then
  (as_root_apt "a second opinion on seals" poppler-utils) || say "pdfsig is missing: its tests are left out"
fi
