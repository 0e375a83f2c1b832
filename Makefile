PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
LOCK = requirements.lock

.PHONY: run test lint check bench lock clean

run: $(VENV)/installed
	$(BIN)/gatherly demo

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -q -n 2 -m "not bench and not long"

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# All that must be green before a change lands.
check: lint test

bench: $(VENV)/installed-dev
	$(BIN)/python -m pytest -q -m bench tests/bench

# Names, versions and hashes only: the lock file works with any index.
lock: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --all-extras --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --no-annotate \
		--output-file $(LOCK) pyproject.toml

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --constraint requirements.txt --editable .
	touch $@

$(VENV)/installed-dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --constraint requirements.txt --editable ".[dev]"
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
