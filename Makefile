# Signal Tree. `make demo` and `make test` need only Python 3.11+ and make; they make .venv by themselves.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.signaltree-set-up
CODE := bot broadcasts drills handlers templates tests
PORT ?= 8080
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test check fix bench lock pictures
help:
	@echo "make demo    see it: simulator, web and worker with a sample county (PORT=$(PORT))"
	@echo "make test    run the tests (ARGS=... goes to pytest)"
	@echo "make check   format, lint, types, advisories; rewrites nothing"
	@echo "make fix     rewrite what ruff can mend"
	@echo "make bench   measure (QUICK=1 for a short run)"
	@echo "make pictures  take the pictures of docs/pictures anew (needs Chromium)"
	@echo "make setup   only make .venv;  make lock   renew requirements.lock"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@python=; for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "需要 Python 3.11 或更新的版本；现在是：$$(python3 --version 2>&1)。Python 3.11 or newer is needed; PYTHON=/path/to/python3 make $(MAKECMDGOALS) names one." >&2; exit 1; fi; \
	if [ ! -x $(BIN)/python ] && ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "这个 Python 缺少 venv 或 ensurepip；Debian、Ubuntu 上请先：apt install python3-venv。This Python lacks venv or ensurepip (Debian, Ubuntu: python3-venv)." >&2; exit 1; fi; \
	echo "[1/3] $(VENV), $$($$python --version)"; \
	[ -x $(BIN)/python ] || $$python -m venv $(VENV)
	@echo "[2/3] packages of requirements.lock, by hash (a minute or two)"
	@$(BIN)/python -m pip install --no-deps --require-hashes -r requirements.lock | grep --line-buffered -vE '^(Requirement already|Looking in|Ignoring )' || test $${PIPESTATUS[0]} -eq 0
	@echo "[3/3] Signal Tree itself"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(CODE)
	@touch $@

demo: setup
	@$(BIN)/signaltree demo --port $(PORT) $(ARGS)

test: setup
	$(BIN)/python -m pytest -n auto --maxprocesses 4 $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(BIN)/python .ci/audit.py

fix: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m tests.benchmarks

pictures: setup
	SHOTS=docs/pictures $(BIN)/python -m pytest -q tests/browser/test_pictures.py tests/browser/test_both_ways_pictures.py tests/browser/test_room_pictures.py

lock: setup
	@set -o pipefail; { echo '# Versions and hashes for every platform and every Python from 3.11 on. `make lock` renews this file.'; \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    --upgrade --group dev pyproject.toml; } > requirements.lock.new && mv requirements.lock.new requirements.lock
