# Every task of this repository. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help install dev run test bench messages format lock vendor engines clean

help:  ## list the tasks
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

install:  ## .venv with the locked dependencies and the zhanggui command
	@scripts/install.sh base

dev:  ## install, plus the tools that check the code
	@scripts/install.sh dev

run:  ## install, make the demo shop on the first run, start; prints the address and a login link
	@scripts/run.sh

test: dev  ## everything: checks of the code, then the whole suite on SQLite and PostgreSQL
	@scripts/test.sh

bench: dev  ## each hot path beside its physical limit, as a ratio from one run
	@scripts/bench.sh

messages: dev  ## find new texts, add them to the catalogues, compile
	@.venv/bin/python scripts/extract_messages.py
	@.venv/bin/python scripts/compile_messages.py

format: dev  ## put the code into its one form
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

lock:  ## resolve the dependencies anew and write requirements/*.txt (needs uv)
	@scripts/lock.sh

vendor: dev  ## fetch the vendored scripts and styles anew (needs node)
	@.venv/bin/python scripts/vendor.py

engines: dev  ## add Spark (needs Java 17) and embedded ClickHouse to .venv, and compare their answers
	@.venv/bin/python -m pip install --quiet -r requirements/engines.txt
	@.venv/bin/pytest -q tests/unit/metrics/test_engines.py

clean:  ## remove .venv and everything generated; the home folder with the shop's data stays
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
