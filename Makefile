# make chat          set up, index, open the chat page on http://127.0.0.1:7860
# make ask Q="…"     one question, one cited answer
# make test          set up and run the tests
# make test-llm      set up a small real LLM (compiles it: minutes, and a C compiler) and run the tests that ask it
PYTHON ?= python3
BIN := .venv/bin
LLM_BIN := .venv-llm/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
LLM_BIN := .venv-llm/Scripts
endif

.PHONY: chat ask index test test-llm check lint coverage axe lock clean

chat: .venv/installed
	$(BIN)/python ui.py

ask: .venv/installed
	@$(BIN)/python -m qa ask -- "$$Q"

index: .venv/installed
	$(BIN)/python -m qa index

test: .venv/installed-dev
	$(BIN)/python -m pytest

test-llm: .venv/installed-dev .venv-llm/installed
	LLM_PYTHON=$(LLM_BIN)/python $(BIN)/python -m pytest -n0 -m llm

check: lint test

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

coverage: .venv/installed-dev
	$(BIN)/python -m pytest --cov=corpus --cov=index --cov=qa --cov-report=term

axe: node_modules/axe-core/axe.min.js

node_modules/axe-core/axe.min.js:
	npm install --silent --no-save --no-package-lock --ignore-scripts axe-core@4.11.0

lock:
	uv pip compile -q --upgrade --universal --generate-hashes --no-strip-extras --python-version 3.11 --custom-compile-command "make lock" requirements.in -o requirements.txt
	uv pip compile -q --upgrade --universal --generate-hashes --no-strip-extras --python-version 3.11 --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --upgrade --universal --generate-hashes --no-strip-extras --python-version 3.11 --custom-compile-command "make lock" requirements-scale.in -o requirements-scale.txt
	uv pip compile -q --upgrade --universal --generate-hashes --no-strip-extras --python-version 3.11 --custom-compile-command "make lock" requirements-otel.in -o requirements-otel.txt
	uv pip compile -q --upgrade --universal --generate-hashes --no-strip-extras --python-version 3.11 --custom-compile-command "make lock" requirements-llm-test.in -o requirements-llm-test.txt

clean:
	rm -rf .venv .venv-llm index/store

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

.venv-llm/installed: requirements-llm-test.txt
	$(PYTHON) -m venv .venv-llm
	$(LLM_BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-llm-test.txt
	@touch $@
