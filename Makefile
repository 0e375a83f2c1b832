# What one does with this checkout. Needs Python 3.11 or newer with venv, and make; nothing else.
# Once installed, nothing here but `lock` uses the network.

PYTHON ?= python3
VENV ?= .venv
# Half as many again as there are cores: a good part of a test of servers is waiting.
JOBS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() * 3 // 2)')
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
UV_VERSION = 0.13.8
PYTEST = $(BIN)/python -m pytest -q
SIDE_BY_SIDE = -n $(JOBS) --dist worksteal --durations=10
# A test that hangs ends with a trace of where it stands, and the others go on.
NONE_HANGS = -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true
# What an operator may add; with all of them requirements-extras.lock is made.
EXTRAS = cluster firestore google learn notify otel outlook parquet postgres relations web
SUITE = not bench and not long and not packaging

# Byte code is kept, whatever the surroundings say: the suite starts hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

# By uv, which takes a fraction of pip's time: the one that is there, else the locked one; by pip where neither runs.
define install
	{ uv=$$(command -v uv || echo $(BIN)/uv); test -x "$$uv" && \
	"$$uv" pip install --quiet --compile-bytecode --python $(BIN)/python $(1); } || $(PIP) install $(1)
endef

.PHONY: run pictures demo-google demo-outlook test quick lint check thorough bench chaos fuzz simulate service deb lock clean

run: $(VENV)/installed
	$(BIN)/gatherly demo
	@echo 'To go on: export PATH="$$PWD/$(BIN):$$PATH"; gatherly init'

# The pictures of README, drawn anew from the demonstration; needs Debian's chromium.
pictures: $(VENV)/installed-dev
	$(BIN)/python -m tests.browser.pictures

# The same with two people at Google, or at Outlook: a stand-in on loopback plays it.
demo-google: $(VENV)/installed-dev
	$(BIN)/python -m tests.standins.google.demo

demo-outlook: $(VENV)/installed-dev
	$(BIN)/python -m tests.standins.outlook.demo

test: $(VENV)/installed-dev
	$(PYTEST) $(SIDE_BY_SIDE) $(NONE_HANGS) -m "$(SUITE)"

# For every commit, in less than two minutes: without servers, kills and what goes through a whole daemon.
WHOLE := acceptance browser $(addprefix daemon/,commands conversations demo family http notices outside proposals \
	relations runtime series sync)
quick: $(VENV)/installed-dev
	$(PYTEST) $(SIDE_BY_SIDE) -m "$(SUITE) and not server and not chaos and not fuzz" $(addprefix --ignore=tests/,$(WHOLE))

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m packaging tests/house tests/test_packaging.py

# All that must be green before a change lands.
check: lint test

# All that takes longer than the suite; UPLOAD=1 keeps to what says the same each time and fits 15 minutes.
thorough: $(VENV)/installed-dev
	$(PYTEST) -q $(SIDE_BY_SIDE) -m "long $(if $(UPLOAD),and upload)"

# Speed, side by side with what else one could use.
bench: $(VENV)/installed-dev
	$(PYTEST) -m bench

# One kind of the long runs: kills and faults, hostile input, simulated time, the service on a bare Debian (as root).
chaos fuzz simulate service: $(VENV)/installed-dev
	$(PYTEST) -m "long and $@"

# A Debian package with an environment of its own, in dist/deb; looked through by lintian where that is installed.
deb: $(VENV)/installed-dev
	debian/build $(abspath $(BIN))/python dist/deb
	if command -v lintian >/dev/null; then lintian --fail-on error dist/deb/*.deb; fi

# Resolve anew: names, versions and hashes only, so that the lock files work with any index.
lock: $(VENV)/installed-dev
	$(PIP) install uv==$(UV_VERSION)
	echo uv==$(UV_VERSION) | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--output-file requirements-uv.lock -
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade \
		--group build --extra web --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade \
		--group build --all-extras --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--group build $(foreach extra,$(EXTRAS),--extra $(extra)) --constraints requirements-dev.lock \
		--output-file requirements-extras.lock pyproject.toml

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('gatherly needs Python 3.11 or newer: make PYTHON=python3.11')"
	$(PYTHON) -m venv $(VENV)
	command -v uv >/dev/null || $(PIP) install --only-binary :all: --require-hashes --requirement requirements-uv.lock || true

# The project itself comes last and without dependencies: whatever it imports is in the lock file.
$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(call install,--require-hashes --requirement requirements.lock)
	$(call install,--no-deps --no-build-isolation --editable .)
	touch $@

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(call install,--require-hashes --requirement requirements-dev.lock)
	$(call install,--no-deps --no-build-isolation --editable .)
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
