# make demo    the whole job as a story, on this machine alone
# make test    lint, types, arrows and the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PACKAGE := contaazul_sync
CORE := $(PACKAGE)/core/*,$(PACKAGE)/erp/payloads.py,$(PACKAGE)/erp/answers.py,$(PACKAGE)/erp/refusals.py
PO := $(PACKAGE)/locale/pt_BR/LC_MESSAGES/$(PACKAGE).po
MO := $(PO:.po=.mo)

CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# One more than there are cores, since some tests wait. Each takes the next test when it has done its own.
SPREAD ?= -n $(shell expr $(CORES) + 1) --dist load --maxschedchunk 1
# The quick ones hardly wait, and neighbours share what is prepared for them.
QUICK ?= -n $(CORES) --dist load --maxschedchunk 16

.DEFAULT_GOAL := help
.NOTPARALLEL:
unexport PYTHONDONTWRITEBYTECODE # hundreds of processes would each compile the program
SOAK_SECONDS ?= 600
HISTORIES ?= 200
FIRST ?= 0
FUZZ_SECONDS ?= 60
SOAK_SEED ?= $(shell date +%s)
ENGINES := build/engines
BROWSER ?= $(or $(CONTAAZUL_BROWSER),$(shell command -v chromium || command -v chromium-browser || command -v google-chrome))
.PHONY: help demo test coverage test-browser test-sim test-fleet engines lint fast sim fuzz mutants soak compat bench messages python clean

help:
	@echo "make demo    show the whole job as a story, against a sandbox on this machine"
	@echo "make test    lint, types, import arrows, all tests but the two sets below"
	@echo "make coverage    the same, and that the tests reach all of the core and nearly all else; twice as long"
	@echo "make test-browser   the page of status --html in a headless Chromium; pictures in build/browser"
	@echo "make test-sim    kills and power cuts at every moment, nonsense in every file, all states of one order"
	@echo "make test-fleet    twelve shops on a real Airflow, the image's steps, Kubernetes' schemas; make engines: what for"
	@echo "make fast    the quick tests alone"
	@echo "make sim     months of a simulated world: HISTORIES (200) of them from the seed FIRST (0), or one as a story: SEED=..."
	@echo "make fuzz    nonsense in each field of each answer and each file of the home, for FUZZ_SECONDS (60); one again: SEED=..."
	@echo "make mutants break the program on purpose, and see that the simulated world notices; an hour"
	@echo "make soak    random faults for SOAK_SECONDS (600), from SOAK_SEED"
	@echo "make compat  the quick tests with the lowest versions of what it needs, and the newest, on each Python found"
	@echo "make bench   how close it comes to the ERP's limits, how it grows, and a fleet; three quarters of an hour"
	@echo "make lint    lint, types, import arrows"
	@echo "make messages   bring the Portuguese catalogue up to date with the messages in the code"
	@echo "make clean   remove what the above made"

demo: $(VENV)/.demo $(MO)
	@$(BIN)/contaazul-sync demo

test: lint
	$(BIN)/python -m pytest -q $(SPREAD) --ignore=tests/sim --durations=10

coverage: lint
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q $(SPREAD) --ignore=tests/sim --durations=10
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='$(CORE)' --fail-under=100

lint: $(VENV)/.dev $(MO)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGE) tests tools sim
	$(BIN)/python tools/settings.py --check
	$(BIN)/lint-imports

fast: $(VENV)/.dev $(MO)
	$(BIN)/python -m pytest -q -m "not slow" $(QUICK)

test-sim: $(VENV)/.dev $(MO)
	$(BIN)/python -m pytest -q $(SPREAD) tests/sim

sim: $(VENV)/.dev $(MO)
	@$(BIN)/python -m sim $(if $(SEED),--seed $(SEED) $(SIM),--histories $(HISTORIES) --first $(FIRST) --cores $(CORES) $(SIM))

fuzz: $(VENV)/.dev $(MO)
	@$(BIN)/python -m sim.fuzz $(if $(SEED),--seed $(SEED),--seconds $(FUZZ_SECONDS) --first $(FIRST) --cores $(CORES))

mutants: $(VENV)/.dev $(MO)
	@$(BIN)/python -m sim.mutate $(MUTANTS)

soak: $(VENV)/.dev $(MO)
	@echo "SOAK_SEED=$(SOAK_SEED) SOAK_SECONDS=$(SOAK_SECONDS)"
	SOAK_SEED=$(SOAK_SEED) SOAK_SECONDS=$(SOAK_SECONDS) $(BIN)/python -m pytest -q tests/passes/test_faults.py -k fifth

compat: $(VENV)/.dev $(MO)
	@$(BIN)/python tools/compat.py

bench: $(VENV)/.dev $(MO)
	$(BIN)/python -m bench $(BENCH)

test-browser: $(VENV)/.dev $(MO)
	@test -n "$(BROWSER)" || { \
	  echo "No Chromium found. Install it (Debian: apt-get install chromium) or set CONTAAZUL_BROWSER." >&2; exit 1; }
	CONTAAZUL_BROWSER="$(BROWSER)" $(BIN)/python -m pytest -q tests/browser

test-fleet: $(VENV)/.dev $(MO) engines
	CONTAAZUL_FLEET_ENGINES="$(CURDIR)/$(ENGINES)/bin" \
	  $(BIN)/python -m pytest -q -n $(CORES) --dist loadfile --durations=5 tests/fleet

engines: $(ENGINES)/.ready

messages: $(VENV)/.dev
	$(BIN)/python tools/settings.py
	$(BIN)/python tools/messages.py

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "contaazul-sync needs Python 3.11 or newer, and '$(PYTHON)' is not that. Try: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }

# Each stamp says that what it is named after is installed for this pyproject.toml.
$(VENV)/.demo: pyproject.toml | python
	@echo "Installing into $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[messages]'
	@touch $@

$(VENV)/.dev: pyproject.toml | python
	@echo "Installing into $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/.demo $@

# An environment of its own, with exactly these versions: Airflow needs others than the program does.
$(ENGINES)/.ready: contrib/airflow/requirements.txt contrib/kubernetes/requirements.txt | python
	@echo "Installing Airflow into $(ENGINES) (once) ..."
	@rm -rf $(ENGINES)
	@$(PYTHON) -m venv $(ENGINES)
	@$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(foreach file,$^,-r $(file))
	@touch $@

# The build makes it too (hatch_build.py); this is for a translation that was changed since.
$(MO): $(PO) | $(VENV)/.demo
	@$(BIN)/pybabel --quiet compile --domain=$(PACKAGE) --directory=$(PACKAGE)/locale

clean:
	rm -rf $(VENV) $(MO) build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(PACKAGE) tests sim -name __pycache__ -type d -prune -exec rm -rf {} +
