# Every target sets up what it needs, into .venv and .venv-sam; a second call finds it done.
# Needs make and a Python 3.11 or newer with venv and pip. Another interpreter: make PYTHON=/path/to/python …

UV_VERSION := 0.13.9
PYTHONS    := python3.13 python3.12 python3.11 python3.14 python3 python
BIN        := .venv/bin
UV         := UV_PYTHON_DOWNLOADS=never $(BIN)/uv
PYTEST     := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo run test check lock format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: .venv/.ready ## a fortnight of a shop's traffic through the local cloud; results in build/demo
	@$(BIN)/rebasket demo

run: .venv/.ready ## the local cloud on localhost, in real time
	@$(BIN)/rebasket run

test: .venv/.ready ## all tests
	@$(PYTEST) -n 2 --dist loadfile

# --- Environments -----------------------------------------------------------------------------------------------------

# A name on PATH may be a version manager's shim that does not run: ask each candidate to run before trusting it.
.venv/.uv-$(UV_VERSION):
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo 'Rebasket needs Python 3.11 or newer with venv and pip (on Debian and Ubuntu: apt install python3-venv).' >&2; \
	  echo "None of these runs: $(or $(PYTHON),$(PYTHONS)). Name another by: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up .venv with $$("$$found" --version), once"; \
	"$$found" -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.synced: requirements/dev.txt .venv/.uv-$(UV_VERSION)
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements/dev.txt
	@touch $@

# The project itself, editable: `rebasket` on the command line, layers/core, infra and the root on the import path.
.venv/.ready: pyproject.toml .venv/.synced
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv-sam/.synced: requirements/sam.txt .venv/.uv-$(UV_VERSION)
	@echo 'Setting up .venv-sam, once'
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv-sam
	@$(UV) pip sync --quiet --python .venv-sam/bin/python --require-hashes --compile-bytecode requirements/sam.txt
	@touch $@
