# The handbook: `make help` lists every verb with its line of comment.
PYTHON ?= python3
VENV := .venv
# processes that run tests, each on servers of its own
WORKERS ?= logical
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.8
export UV_PYTHON_DOWNLOADS := never
# values that let tools load the settings module; nothing is connected to
CHECK_ENV := SECRET_KEY=only-for-static-checks-only-for-static-checks DATABASE_URL=postgresql://nobody@localhost/none \
	REDIS_URL=redis://localhost/0 BUREAU_FIELD_KEYS_FILE=/dev/null

.DEFAULT_GOAL := help

help: ## list these verbs
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.base: requirements/base.lock pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.base
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

run: $(VENV)/.base ## install, start everything with demo data, print where to click (BUREAU_PORT, BUREAU_DATA)
	@exec $(BIN)/bureau up --demo

install: $(VENV)/.base ## install what running needs into .venv

dev: $(VENV)/.dev ## install what developing needs into .venv

test: $(VENV)/.dev ## run all tests on servers that come with the packages; TESTS=path for some
	$(BIN)/pytest -q -n $(WORKERS) --maxprocesses=4 --dist=loadfile $(TESTS)

security: $(VENV)/.dev ## run the tests of what strangers and curious colleagues try, and print what was tried
	$(BIN)/pytest -q -m security -n $(WORKERS) --maxprocesses=4 --dist=loadfile --security-report

fuzz: $(VENV)/.dev ## send generated requests to all APIs as each kind of caller (CASES=10000)
	CASES=$(or $(CASES),10000) $(BIN)/pytest -q tests/access/test_fuzz.py

test-external: $(VENV)/.dev ## run the contract and conformance suites against TEST_SUPERUSER_URL, REDIS_URL, CELERY_BROKER_URL
	$(BIN)/pytest -q tests src/bureau/kernel

check: format-check lint types imports lock-check test ## everything a change must pass

format: $(VENV)/.dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

format-check: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev ## lint
	$(BIN)/ruff check .

types: $(VENV)/.dev ## check types, strictly
	$(CHECK_ENV) $(BIN)/mypy

imports: $(VENV)/.dev ## check that no room imports what it may not, and that no files import each other
	$(BIN)/lint-imports
	$(BIN)/python scripts/import_chains.py

lock: $(UV) ## write the lock files anew from pyproject.toml
	$(UV) pip compile --universal --generate-hashes --no-header --quiet pyproject.toml -o requirements/base.lock
	$(UV) pip compile --universal --generate-hashes --no-header --quiet pyproject.toml --all-extras --group dev \
		-c requirements/base.lock -o requirements/dev.lock

lock-check:
	@! grep -nE 'https?://|file:' requirements/*.lock

bench: $(VENV)/.dev ## run the races and print their tables
	$(BIN)/python -m benchmarks

docs: $(VENV)/.dev ## write the generated parts of docs/ anew
	$(CHECK_ENV) $(BIN)/python -m docs.generate

schema: $(VENV)/.dev ## write anew what the migrations make, which `prepare` compares a database with
	$(BIN)/python -m scripts.write_schema

clean: ## remove the virtual environment and caches (not your data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help run install dev test security fuzz test-external check format format-check lint types imports lock lock-check bench docs schema clean
