# Everything a person or CI does with the project. Each command is safe to repeat.
PORT ?= 8000
export PORT
PYTEST = .venv/bin/python -m pytest
DATABASE_URL_SERVICES = $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/fairlead)
REDIS_URL_SERVICES = $(or $(REDIS_URL),redis://127.0.0.1:6379/0)

.PHONY: help run install test test-services conformance journeys lighthouse bench lint screenshots clean

help:
	@echo "make run            the site with demo content on http://127.0.0.1:$(PORT)"
	@echo "make test           the test suite on SQLite, nothing else needed"
	@echo "make test-services  the suite on PostgreSQL and Redis, with real worker processes"
	@echo "make conformance    badges and documents under validators that are not ours"
	@echo "make journeys       whole stories in headless Chromium"
	@echo "make lighthouse     Lighthouse scores of the main pages"
	@echo "make bench          one JSON object a line: cost of each page against a bare view"
	@echo "make lint           code, templates, import direction, migrations, brand"
	@echo "make screenshots    docs/images from the demo site"

run:
	@exec scripts/run.sh

install:
	@scripts/install.sh --dev

test: install
	$(PYTEST) -n 2

test-services: install
	@DATABASE_URL="$(DATABASE_URL_SERVICES)" REDIS_URL="$(REDIS_URL_SERVICES)" scripts/test_services.sh

conformance: install
	@scripts/install.sh --conformance
	$(PYTEST) -m conformance

journeys: install
	@scripts/install.sh --browser
	@.venv/bin/python scripts/node_tools.py
	$(PYTEST) -m browser tests/journeys

lighthouse: install
	@scripts/install.sh --browser
	@.venv/bin/python scripts/node_tools.py
	@.venv/bin/python -m scripts.lighthouse

bench: install
	@.venv/bin/python -m benchmarks

lint: install
	@scripts/lint.sh

screenshots: install
	@scripts/install.sh --browser
	@.venv/bin/python -m scripts.screenshots

clean:
	rm -rf .venv .tools var node_modules tests/journeys/node_modules tests/certificates/interop/node_modules static/vendor/* .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
