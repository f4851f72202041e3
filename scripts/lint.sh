#!/usr/bin/env bash
# Code, templates, import direction, missing migrations, translations, and none of GOV.UK's brand.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
step() { echo "lint: $1"; shift; "$@"; }

brand_gate() {  # Crown, typeface and blue belong to GOV.UK alone.
  ! grep -rIlE 'GDS Transport|govuk-crest|1d70b8' --include='*.css' --include='*.html' --include='*.scss' --include='*.svg' static templates
}
translations_gate() {  # Every catalogue that is kept must compile and match its .po file.
  if find . -path ./.venv -prune -o -path ./node_modules -prune -o -name '*.po' -print | grep -q .; then
    $bin/python manage.py compilemessages --ignore=.venv --ignore=node_modules
  fi
}

step "ruff" $bin/ruff check .
step "ruff format" $bin/ruff format --check .
step "templates" $bin/djlint --lint --quiet templates
step "import direction" $bin/lint-imports --no-cache
step "missing migrations" $bin/python manage.py makemigrations --check --dry-run
step "system checks" $bin/python manage.py check
step "translations" translations_gate
step "brand" brand_gate
