# Everything here needs Python 3.11 or newer and make, and sets up the rest in .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo test lint bench docs clean
.DEFAULT_GOAL := demo

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "parecon needs Python 3.11 or newer; say which with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv || \
		{ echo "Python's own venv cannot make .venv here; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "setting up .venv (once, some 250 MB)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The main jobs: the United States of 2017 with other incomes and fewer permits, planned by two rules; and a
# year of a town with a second-hand store.
demo: setup
	@rm -rf runs/demo runs/demo.partial
	$(BIN)/parecon plan us-2017-fair --rule predictive --beside book-2021 --out runs/demo
	@rm -rf runs/demo-town runs/demo-town.partial
	$(BIN)/parecon simulate town --years 1 --out runs/demo-town

test: lint docs
	@scripts/test_needs.sh $(BIN)/python
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile
ifneq ($(wildcard benchmarks/run.py),)
	$(BIN)/python -m benchmarks.run --smoke
endif

lint: setup
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks.run

docs: setup
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going docs docs/_build

clean:
	rm -rf .venv docs/_build dist
