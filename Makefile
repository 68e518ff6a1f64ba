# Two commands on a fresh machine with Python 3.11+, python3-venv and make:
#   make demo    a running service with example data
#   make test    all tests

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

# No source package is built here: a machine without a compiler is enough.
INSTALL = $(PIP) install --require-hashes --only-binary :all: -r $(1)
INSTALL_PROJECT := $(PIP) install --no-deps --no-build-isolation -e .

CLIENT_BIN := .venv-clients/bin
OPENAPI_TYPESCRIPT := openapi-typescript@7.13.0
TYPESCRIPT := typescript@5.9.3

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test check openapi fuzz soak bench clients clients-python clients-typescript lock fmt

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.run  ## Start the service with example data
	$(BIN)/kinerja demo

test: $(VENV)/.dev  ## Run all tests
	$(BIN)/pytest -n $(WORKERS)

check: $(VENV)/.dev  ## Format, lint, types, layers, own rules, dependencies, dead code, OpenAPI drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/ast-grep test --skip-snapshot-tests
	$(BIN)/ast-grep scan --error
	$(BIN)/deptry src
	$(BIN)/vulture
	$(BIN)/kinerja openapi --check

openapi: $(VENV)/.dev  ## Write openapi/openapi.json
	$(BIN)/kinerja openapi

fuzz: $(VENV)/.dev  ## Send generated requests to a real server, as several roles (about 10 minutes)
	$(BIN)/python -m tests.contract.fuzz

soak: $(VENV)/.dev  ## Kill server, worker and database two hundred times under load (about 15 minutes)
	$(BIN)/python -m tests.robustness.soak

bench: $(VENV)/.dev  ## Measure speed and load (long)
	$(BIN)/python -m tests.benchmarks

clients: clients-python clients-typescript  ## Generate typed clients below clients/ and check their types

lock: $(VENV)/.dev  ## Pin all dependencies again, with hashes
	$(COMPILE) pyproject.toml --extra build -o requirements.lock
	$(COMPILE) pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --group clients -o requirements-clients.lock

fmt: $(VENV)/.dev  ## Format, and repair what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed. Name one that is: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "The venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(call INSTALL,requirements.lock)
	$(INSTALL_PROJECT)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call INSTALL,requirements-dev.lock)
	$(INSTALL_PROJECT)
	@touch $@ $(VENV)/.run

.venv-clients/.done: requirements-clients.lock | $(BIN)/python
	$(BIN)/python -m venv .venv-clients
	$(CLIENT_BIN)/python -m pip --quiet --disable-pip-version-check --no-input \
		install --require-hashes --only-binary :all: -r requirements-clients.lock
	@touch $@

clients-python: $(VENV)/.dev .venv-clients/.done
	@mkdir -p clients
	PATH="$(CURDIR)/$(CLIENT_BIN):$$PATH" $(CLIENT_BIN)/openapi-python-client generate \
		--path openapi/openapi.json --output-path clients/python --overwrite --fail-on-warning
	@echo '{"include": ["python"], "typeCheckingMode": "standard"}' > clients/pyrightconfig.json
	$(BIN)/basedpyright --project clients/pyrightconfig.json --pythonpath $(CLIENT_BIN)/python

clients-typescript:
	@mkdir -p clients/typescript
	@if command -v npx >/dev/null; then set -ex; \
		npx --yes -p $(OPENAPI_TYPESCRIPT) -p $(TYPESCRIPT) \
			openapi-typescript openapi/openapi.json -o clients/typescript/schema.ts; \
		npx --yes -p $(TYPESCRIPT) tsc --noEmit --strict clients/typescript/schema.ts; \
	else echo "No Node.js here: the TypeScript types are left out."; fi
