# The two commands of the README: `make run` and `make test`. Both make .venv from the pinned versions first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test check lint types contracts bench docs catalogues clean

run: $(READY)
	@$(BIN)/agentconsole demo

test: $(READY)
	@$(BIN)/pytest -n 3 --dist loadfile

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "agentconsole needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@echo 'Installing the pinned packages into $(VENV): once, a minute or two ...'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(READY)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

check: test lint types contracts

bench: $(READY)
	$(BIN)/python -m benchmarks --json | $(BIN)/python -m benchmarks.table

catalogues: $(READY)
	$(BIN)/python -m agentconsole.locale.build

docs: $(READY)
	$(BIN)/python -m docs.make

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
