# Two targets for a bare machine with python3, make and a package registry; nothing else is needed.
#   make demo   install into .venv, check a homework with a planted error, show one derivation
#   make test   install the test tools too, then format and lint, types, layers, tests
# PYTHON=python3.12 chooses another interpreter.

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
# What exported torch and jax code is tested with, where it can be had. "+cpu" is torch's build without CUDA, which is some
# hundred megabytes rather than gigabytes; a registry that does not hold it is no error.
COMPILERS ?= torch==2.13.0+cpu jax

.PHONY: demo test readme reports clean

# verify exits 1 because it finds the planted error; that is what the demo is about. 2 would be a real failure.
demo: .venv/installed
	$(BIN)/derive verify examples/homework.md || [ $$? -eq 1 ]
	$(BIN)/derive show softmax_gradient

test: .venv/installed-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check --output-format concise .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q -n $(WORKERS)

# Fills the generated blocks of README.md with today's output.
readme: .venv/installed
	$(BIN)/python docs/readme.py

# Writes the reports beside four documents of examples/.
reports: .venv/installed
	$(BIN)/python docs/reports.py

clean:
	rm -rf .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-tests: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[tests,notebooks,dask,crosscheck]'
	@for package in $(COMPILERS); do \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$package" > .venv/optional.log 2>&1 \
	    || echo "$$package cannot be had here: the tests of that target skip."; \
	done
	@touch $@ .venv/installed

# Debian ships python3 without venv; a half-made environment is removed so that the next try starts clean.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "derive needs Python 3.11 or newer and '$(PYTHON)' is missing or older: install one, or run 'make $(MAKECMDGOALS) PYTHON=python3.12'."; \
	  exit 1; }
	@$(PYTHON) -m venv .venv > .venv.log 2>&1 && rm -f .venv.log || { \
	  cat .venv.log; rm -rf .venv .venv.log; \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu its venv is a package of its own: 'apt-get install python3-venv' as root, then 'make $(MAKECMDGOALS)' again."; \
	  exit 1; }
