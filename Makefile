# What an engineer does with Student Admin. Every command works in a fresh clone: the first one makes
# the environment (.venv) from the pinned and hashed lists in requirements/.

PYTHON ?= python3
PYTEST ?=
# The environment's Python, made or completed on the way.
DEV = $$($(PYTHON) launcher.py --prepare window dev)

SERVICES = mariadb-server redis-server chromium xvfb openbox xdotool imagemagick fonts-noto-cjk \
	libegl1 libgl1 libnss3 libnspr4 libasound2 libxkbcommon-x11-0 libxkbfile1 libxcb-cursor0 \
	libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-randr0 libxcb-shape0 \
	libxcb-xkb1 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libgbm1 libfontconfig1 python3-venv
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

.DEFAULT_GOAL := help
.PHONY: help run test check fix migration services translations screenshots lock vendor bench

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Open the register, as a double-click does
	@$(PYTHON) launcher.py

test: ## Run all tests; PYTEST="-k name" chooses
	@python=$(DEV) && $$python -m pytest $(PYTEST)

check: ## All that CI asks: style, types, layers, tests with branch coverage
	@python=$(DEV) && bin=$$(dirname $$python) && set -e; \
	$$python -m ruff check .; \
	$$python -m ruff format --check .; \
	$$python -m mypy; \
	$$bin/lint-imports; \
	$$python -m pytest --cov --cov-branch --cov-report=term:skip-covered $(PYTEST)

fix: ## Mend style where it can be mended by a program
	@python=$(DEV) && $$python -m ruff check --fix . ; $$python -m ruff format .

migration: ## Draft a migration from the models: make migration m="add nickname"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add nickname"'; exit 2; }
	@python=$(DEV) && folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	STUDENTADMIN_DATA_DIR=$$folder $$python launcher.py db upgrade && \
	STUDENTADMIN_DATA_DIR=$$folder $$python launcher.py db migrate -m "$(m)"

services: ## Install what the full tests need (Debian, Ubuntu): databases, browser, display, fonts
	@missing=; for package in $(SERVICES); do \
	dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then echo "All services are installed."; else \
	$(SUDO) apt-get update -q && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive \
	apt-get install -q -y --no-install-recommends $$missing; fi

translations: ## Bring the Chinese catalogue up to the sources and compile it
	@python=$(DEV) && $$python scripts/translations.py

screenshots: ## Take the pictures in docs/pictures/ anew
	@python=$(DEV) && $$python scripts/screenshots.py $(PAGES)

lock: ## Pin requirements/*.in anew, with hashes for every system (needs uv); U=-U takes newer versions
	@command -v uv >/dev/null || { echo "This needs uv: pip install uv"; exit 2; }
	@cd requirements && for group in app window dev; do uv pip compile -q $(U) --universal \
	--python-version 3.11 --generate-hashes --no-header --no-annotate $$group.in -o $$group.txt; done

vendor: ## Refresh the front-end files from npm, as package-lock.json says
	@python=$(DEV) && $$python scripts/vendor.py

bench: ## Measure pages at 1k, 100k and 1M students, and a start, a bulk change; BENCH="--sizes 1k" is a quick look
	@python=$(DEV) && $$python -m benchmarks.pages $(BENCH) && $$python -m benchmarks.search $(BENCH) && $$python -m benchmarks.start && $$python -m benchmarks.bulk
