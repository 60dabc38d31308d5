# What the layers' Makefiles share. SAM runs them in the project's root (WorkingDirectory in template.yaml) and names the
# folder to fill in ARTIFACTS_DIR.

# The processor that the functions run on, as the template's parameter of the same name has it.
ARCHITECTURE ?= arm64
PLATFORM_arm64  := aarch64-manylinux2014
PLATFORM_x86_64 := x86_64-manylinux2014
PLATFORM := $(PLATFORM_$(ARCHITECTURE))

UV     ?= .venv/bin/uv
PYTHON ?= .venv/bin/python
SITE   := $(ARTIFACTS_DIR)/python

ifeq ($(PLATFORM),)
$(error ARCHITECTURE is arm64 or x86_64, not $(ARCHITECTURE))
endif
ifeq ($(ARTIFACTS_DIR),)
$(error `sam build` runs this, and says in ARTIFACTS_DIR what to fill)
endif
ifeq ($(shell command -v $(UV)),)
$(error There is no $(UV): `make build` sets it up)
endif

# $(call install,FILE): the wheels that FILE locks, for the functions' Python and processor, whatever this machine has.
# Left out: console scripts, which nobody calls there and whose first line names this machine's interpreter; what only type
# checkers read; and who is installed under which licence, which nobody asks there.
define install
UV_PYTHON_DOWNLOADS=never $(UV) pip install --quiet --target "$(SITE)" --requirements $(1) --require-hashes --no-deps \
  --python-version 3.13 --python-platform $(PLATFORM) --only-binary :all: --link-mode copy
rm -rf "$(SITE)/bin" "$(SITE)/.lock" "$(SITE)"/*.dist-info
find "$(SITE)" \( -name '*.pyi' -o -name py.typed \) -delete
endef

# Lambda's file system is read-only, so what is not compiled here is compiled again at each cold start.
compile = UV=$(UV) layers/compile.sh "$(ARTIFACTS_DIR)"
