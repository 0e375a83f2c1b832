# What one does with this checkout. Needs Python 3.11 or newer with venv, and make; nothing else.
# Once installed, nothing here but `lock` uses the network.

PYTHON ?= python3
VENV ?= .venv
JOBS ?= auto
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST = $(BIN)/python -m pytest -q
UV_VERSION = 0.13.8

.PHONY: run demo-google test lint check bench chaos fuzz simulate lock clean

run: $(VENV)/installed
	$(BIN)/gatherly demo

# The same with two people at Google: a stand-in on loopback plays it.
demo-google: $(VENV)/installed-dev
	$(BIN)/python -m tests.standins.google.demo

test: $(VENV)/installed-dev
	$(PYTEST) -n $(JOBS) -m "not bench and not long"

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# All that must be green before a change lands.
check: lint test

# Speed, side by side with what else one could use.
bench: $(VENV)/installed-dev
	$(PYTEST) -m bench

# The long runs of what `test` runs briefly: kills and faults, hostile input, simulated time.
chaos fuzz simulate: $(VENV)/installed-dev
	$(PYTEST) -m "long and $@"

# Resolve anew: names, versions and hashes only, so that the lock files work with any index.
lock: $(VENV)/installed-dev
	$(PIP) install uv==$(UV_VERSION)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade \
		--group build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade \
		--group build --all-extras --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('gatherly needs Python 3.11 or newer: make PYTHON=python3.11')"
	$(PYTHON) -m venv $(VENV)

# The project itself comes last and without dependencies: whatever it imports is in the lock file.
$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
