# make demo    the whole job as a story, on this machine alone
# make test    lint, types, arrows and all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PACKAGE := contaazul_sync
CORE := $(PACKAGE)/models.py,$(PACKAGE)/money.py,$(PACKAGE)/drafts.py,$(PACKAGE)/payloads.py,$(PACKAGE)/plan.py,$(PACKAGE)/errors.py

CATALOGUES := $(wildcard $(PACKAGE)/locale/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.NOTPARALLEL:
SOAK_SECONDS ?= 600
SOAK_SEED ?= $(shell date +%s)
BROWSER ?= $(or $(CONTAAZUL_BROWSER),$(shell command -v chromium || command -v chromium-browser || command -v google-chrome))
.PHONY: help demo test test-browser lint fast soak bench messages python clean

help:
	@echo "make demo    show the whole job as a story, against a sandbox on this machine"
	@echo "make test    lint, types, import arrows, all tests with their coverage"
	@echo "make test-browser   the page of status --html in a headless Chromium; pictures in build/browser"
	@echo "make fast    the quick tests alone"
	@echo "make soak    random faults for SOAK_SECONDS (600), from SOAK_SEED"
	@echo "make bench   how close it comes to the ERP's limits, and how it grows; twenty minutes"
	@echo "make messages   bring the Portuguese catalogue up to date with the source"
	@echo "make lint    lint, types, import arrows"
	@echo "make clean   remove what the above made"

demo: $(VENV)/.demo
	@$(BIN)/contaazul-sync demo

test: lint
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='$(CORE)' --fail-under=100

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGE) tests
	$(BIN)/lint-imports

fast: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m "not slow"

soak: $(VENV)/.dev
	@echo "SOAK_SEED=$(SOAK_SEED) SOAK_SECONDS=$(SOAK_SECONDS)"
	SOAK_SEED=$(SOAK_SEED) SOAK_SECONDS=$(SOAK_SECONDS) $(BIN)/python -m pytest -q tests/shell/test_faults.py -k fifth

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(BENCH)

messages: $(VENV)/.dev
	$(BIN)/python tools/messages.py

test-browser: $(VENV)/.dev
	@test -n "$(BROWSER)" || { \
	  echo "No Chromium found. Install it (Debian: apt-get install chromium) or set CONTAAZUL_BROWSER." >&2; exit 1; }
	CONTAAZUL_BROWSER="$(BROWSER)" $(BIN)/python -m pytest -q tests/browser

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "contaazul-sync needs Python 3.11 or newer, and '$(PYTHON)' is not that. Try: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }

# Each stamp says that what it is named after is installed for this pyproject.toml.
$(VENV)/.demo: pyproject.toml $(CATALOGUES) | python
	@echo "Installing into $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml $(CATALOGUES) | python
	@echo "Installing into $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/.demo $@

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(PACKAGE) tests -name __pycache__ -type d -prune -exec rm -rf {} +
