# Everything a person types. On a bare machine python3 >= 3.11 (with its venv module) and make are enough.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
ARGS ?=
# Tests side by side: much of the suite waits for processes, so one more than the cores. SIDE_BY_SIDE=0 runs one by one.
SIDE_BY_SIDE ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(VENV)/bin/python -m pytest -n $(SIDE_BY_SIDE) --dist loadfile
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-run
DEV := $(VENV)/.ready-dev
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet

.PHONY: help demo test check fmt lock openapi settings-reference benchmarks-page contracts wheel clean setup setup-dev llama-peer

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{ printf "  make %-20s %s\n", $$1, $$2 }'
	@echo "  make bench-NAME           one benchmark, e.g. make bench-intents ARGS='--data FOLDER'"

demo: $(RUN) ## two seeded companies, real customer messages through HTTP, the summary (ARGS=--no-wait ends by itself)
	$(BIN)/understudy demo $(ARGS)

test: $(DEV) ## the test suite (ARGS go to pytest; STRICT=1 lets no test be skipped)
	$(PYTEST) $(ARGS)

check: $(DEV) ## format, lint, types, import contracts, purity, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tools.make_contracts --check
	$(BIN)/lint-imports
	$(BIN)/python -m tools.check_pure
	$(PYTEST) $(ARGS)

fmt: $(DEV) ## format the code and mend what can be mended by itself
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench-%: $(DEV)
	$(BIN)/python -m benchmarks.bench_$(subst -,_,$*) $(ARGS)

llama-peer: ## llama.cpp with a tiny real model, for the tests that need one (compiles for minutes, kept in ~/.cache)
	@sh tests/peers/llama.sh

contracts: $(DEV) ## write .importlinter for the packages that exist
	$(BIN)/python -m tools.make_contracts

openapi: $(DEV) ## write docs/openapi.json
	$(BIN)/python -m tools.make_openapi

settings-reference: $(DEV) ## write docs/settings.md
	$(BIN)/python -m tools.make_settings_reference

benchmarks-page: $(DEV) ## write docs/benchmarks.md and the measured part of docs/scaling.md
	$(BIN)/python -m tools.make_benchmarks_page

wheel: $(DEV) ## build dist/understudy-*.whl
	$(BIN)/python -m hatchling build -t wheel

lock: ## remake the lock files (needs uv)
	$(LOCK) --group install -o requirements-install.lock
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	@! grep -n '://' requirements*.lock || { echo "a lock file names a host: take it out" >&2; exit 1; }

setup: $(RUN) ## the virtual environment for running
setup-dev: $(DEV) ## the virtual environment for developing

$(RUN): requirements.lock requirements-install.lock pyproject.toml tools/setup.sh
	@if [ -f $(DEV) ] && [ ! $(DEV) -ot requirements-dev.lock ] && [ ! $(DEV) -ot pyproject.toml ]; then :; else sh tools/setup.sh $(VENV) requirements.lock; fi
	@touch $@

$(DEV): requirements-dev.lock requirements-install.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh $(VENV) requirements-dev.lock
	@touch $@ $(RUN)

clean: ## remove the virtual environment and what tools left behind
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
