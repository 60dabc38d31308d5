# Every target sets up what it needs, into .venv and .venv-sam; a second call finds it done.
# Needs make and a Python 3.11 or newer with venv and pip. Another interpreter: make PYTHON=/path/to/python …

PYTHONS := python3.13 python3.12 python3.11 python3.14 python3 python
BIN     := .venv/bin
UV      := UV_PYTHON_DOWNLOADS=never $(BIN)/uv
PYTEST  := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo run test check simulate build deploy e2e bench-start calibrate mutants mutants-named lock format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

demo: .venv/.ready ## a fortnight of a shop's traffic through the local cloud; results in build/demo
	@$(BIN)/rebasket demo

setup: .venv/.ready .venv-sam/.synced ## the commands .venv/bin/rebasket and .venv-sam/bin/sam, for who deploys and operates

run: .venv/.ready ## the local cloud on localhost, in real time
	@$(BIN)/rebasket run

test: .venv/.ready ## all tests
	@$(PYTEST) -n 2 --dist loadfile

simulate: .venv/.ready ## try to break the promises: seeds, faults, every state of small worlds, planted bugs; minutes
	@$(BIN)/python -m tests.simulation campaign --seeds 120 --hunt 60 --sample 2 --states

# The environment of samconfig.toml: make deploy ENV=prod. Layers are built for the processor that it says.
ENV           = dev
CONFIGURED    = $(shell $(BIN)/python layers/architecture.py $(ENV))
ARCHITECTURE  = $(CONFIGURED)
SAM           = SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam

build: .venv-sam/.synced ## package everything for AWS, into .aws-sam
	@ARCHITECTURE=$(ARCHITECTURE) $(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)

deploy: build ## build, and deploy to the environment ENV of samconfig.toml (dev)
	@test $(ARCHITECTURE) = $(CONFIGURED) || { echo 'The layers are built for $(ARCHITECTURE), $(ENV) in samconfig.toml is $(CONFIGURED): say Architecture there.' >&2; exit 1; }
	@$(SAM) deploy --config-env $(ENV)

e2e: .venv/.ready .venv-sam/.synced .venv-ministack/.synced ## deploy to an emulator of AWS and follow a cart through it: minutes
	@$(PYTEST) -m e2e tests/e2e

calibrate: .venv/.ready ## shops of known truth, looked at daily for two years: how often the lift is wrong; build/calibration/summary.json
	@$(BIN)/python -m tests.calibration

mutants: .venv/.ready ## change the domain in a thousand small ways and see whether the tests notice; build/mutation/summary.json
	@$(BIN)/python -m tests.mutation

mutants-named: .venv/.ready ## change figures of law and of the protocol, one by one: a test has to notice each; minutes
	@$(BIN)/python -m tests.mutation.named

bench-start: .venv/.ready .venv-sam/.synced ## what each function costs before its first event, by valgrind; build/bench/start.json
	@$(BIN)/python -m tests.benches.start

# Every check runs, whatever the others say; two at a time, each with its output in one piece.
CHECKS := check-lint check-format check-types check-imports check-sam check-cfn check-docs check-wording check-sizes
.PHONY: $(CHECKS)
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
check: .venv/.ready .venv-sam/.synced ## lint, format, types, direction of imports, sizes of files, templates, docs
	@$(MAKE) --no-print-directory --keep-going $(PARALLEL) $(CHECKS) && echo 'All checks passed'

check-lint: .venv/.ready
	$(BIN)/ruff check --quiet .
check-format: .venv/.ready
	$(BIN)/ruff format --check .
check-types: .venv/.ready
	$(BIN)/mypy --no-error-summary
check-imports: .venv/.ready
	@found=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$found"; false; }
check-sam: .venv-sam/.synced
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 .venv-sam/bin/sam validate --lint --template template.yaml
check-cfn: .venv/.ready
	$(BIN)/cfn-lint --append-rules cfn_lint_serverless.rules -- template.yaml $(wildcard infra/*.yaml)
check-docs: .venv/.ready
	$(BIN)/python -m tests.checks.links
	$(BIN)/python -m tests.checks.emitted
check-wording: .venv/.ready
	$(BIN)/python -m tests.checks.wording
check-sizes: .venv/.ready
	$(BIN)/python -m tests.checks.sizes

format: .venv/.ready ## sort imports, fix what can be fixed safely, lay out the code
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

# A file that comes out as it was keeps its time, so that no environment is made anew for nothing.
lock: .venv/.uv ## requirements/*.txt from pyproject.toml; newer versions: make lock UPGRADE=--upgrade
	@mkdir -p build; for group in setup dev hot content bench sam ministack; do \
	  file=requirements/$$group.txt; touch -a $$file; cp -p $$file build/before.txt; \
	  case $$group in hot|content|bench) with='--constraints requirements/dev.txt';; *) with='';; esac; \
	  $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 $(UPGRADE) $$with \
	    --custom-compile-command 'make lock' --group $$group --output-file $$file pyproject.toml || exit 1; \
	  if cmp -s $$file build/before.txt; then mv build/before.txt $$file; fi; \
	done; rm -f build/before.txt

clean: ## remove what builds and tools left; environments stay
	@rm -rf build .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

# --- Environments -----------------------------------------------------------------------------------------------------

# A name on PATH may be a version manager's shim that does not run: ask each candidate to run before trusting it.
.venv/.uv: requirements/setup.txt
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo 'Rebasket needs Python 3.11 or newer with venv and pip (on Debian and Ubuntu: apt install python3-venv).' >&2; \
	  echo "None of these runs: $(or $(PYTHON),$(PYTHONS)). Name another by: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up .venv with $$("$$found" --version), once"; \
	"$$found" -m venv .venv && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/setup.txt
	@touch $@

.venv/.synced: requirements/dev.txt .venv/.uv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements/dev.txt
	@touch $@

# The project itself, editable: `rebasket` on the command line, layers/core, infra and the root on the import path.
.venv/.ready: pyproject.toml .venv/.synced
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv-sam/.synced: requirements/sam.txt .venv/.uv
	@echo 'Setting up .venv-sam, once'
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv-sam
	@$(UV) pip sync --quiet --python .venv-sam/bin/python --require-hashes --compile-bytecode requirements/sam.txt
	@touch $@

# Of Python 3.13, because the emulator runs the functions on its own interpreter.
.venv-ministack/.synced: requirements/ministack.txt .venv/.uv
	@python=$$(UV=$(BIN)/uv layers/python313.sh) || { echo 'make e2e needs a Python 3.13 (PYTHON313=/path/to/python names one)' >&2; exit 1; }; \
	echo 'Setting up .venv-ministack, once' && \
	$(UV) venv --quiet --allow-existing --python "$$python" .venv-ministack && \
	$(UV) pip sync --quiet --python .venv-ministack/bin/python --require-hashes --compile-bytecode requirements/ministack.txt
	@touch $@
