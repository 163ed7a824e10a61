# Every target does its own set-up; the second time that takes no time at all.
#
#   make run      install what is missing, start Factline on http://127.0.0.1:8080/
#   make test     every test, also those with the real model, real servers, PostgreSQL and a browser
#   make check    style, types, architecture and the fast tests: before each commit
#   make bench    the measurements behind docs/evaluation.md
#
# Variables: PYTHON=python3.12 (which Python makes .venv), TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu (where
# PyTorch comes from; see README).

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run setup test check lint bench clean

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	command -v $$python >/dev/null && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done)
TORCH_INDEX_URL ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
PYTEST_FLAGS ?=

run: setup
	exec $(BIN)/factline serve

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Factline needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) with $(PYTHON) ..."; $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; }
	@echo "Installing what Factline needs (about 2 GB the first time, some minutes) ..."
	@if [ -n "$(TORCH_INDEX_URL)" ]; then \
		$(BIN)/python -m pip install --quiet --index-url "$(TORCH_INDEX_URL)" -c constraints.txt torch; fi
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/python -m pytest -q -m "not slow and not browser and not postgres" $(PYTEST_FLAGS)

# Two workers: the tests with real servers spend their time waiting. One folder of tests stays on one worker.
test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_FLAGS)

bench: setup
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev,bench]"
	$(BIN)/python -m benchmarks $(BENCH_FLAGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
