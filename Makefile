# Two commands do everything on a fresh machine: `make quickstart` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable

.PHONY: quickstart test test-tools check lint types install browser vendor page page-model page-files nano-model \
  wheel bench clean

quickstart: install
	$(BIN)/edgedigits quickstart

# What is checked beside the tests is said after them.
test: $(STAMPS)/dev browser
	@said=$$(mktemp); $(MAKE) --no-print-directory check > $$said 2>&1 & checking=$$!; \
	trap 'kill $$checking 2> /dev/null; rm -f $$said' EXIT; trap 'exit 130' INT TERM; \
	$(MAKE) --no-print-directory tests; tested=$$?; \
	wait $$checking; checked=$$?; cat $$said; exit $$((tested | checked))

check: lint types

lint: $(STAMPS)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(STAMPS)/dev
	$(BIN)/mypy

# Three at a time also on two cores: one is often waiting, mostly for the browser.
.PHONY: tests
tests: $(STAMPS)/dev browser
	$(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder

install: $(STAMPS)/install

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(not (3, 11) <= v[:2] < (3, 13))' || { \
	  echo "error: $(PYTHON) is not Python 3.11 or 3.12"; \
	  echo "name one with: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 3; }
	$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) pip || echo "pip stays as it came with Python, which takes longer"
	@mkdir -p $(STAMPS) && touch $@

# pip would compile modules on one core, and all of them; of most packages few are ever imported.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt
COMPILED := tensorflow keras tf_keras numpy scipy jax matplotlib PIL playwright hypothesis _pytest
COMPILE := cd $(VENV)/lib/python*/site-packages && "$(CURDIR)/$(BIN)/python" -m compileall -qq -j 0 \
  -x /tests/ $(COMPILED) || true

$(STAMPS)/install: pyproject.toml constraints.txt | $(STAMPS)/venv
	$(PIP_INSTALL) --editable .
	@$(COMPILE)
	@touch $@

$(STAMPS)/dev: pyproject.toml constraints.txt | $(STAMPS)/venv
	$(PIP_INSTALL) --editable '.[dev]'
	@$(COMPILE)
	@touch $@ $(STAMPS)/install

# What some tests are skipped without, and the browser. With --jobs it is got side by side.
test-tools: $(STAMPS)/dev browser headless-shell micro-tools kotlin arm64-tools flatc node-modules zig

# Root gets Debian's packages, one call after another; others are told how.
APT_GET := flock Makefile env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq
APT_INSTALL := $(APT_GET) update && $(APT_GET) install -y --no-install-recommends > /dev/null
# $(call debian,the question whether they are there,what they are,packages)
define debian
	@if $(1); then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "installing $(2)"; \
	  { $(APT_INSTALL) $(3); } || echo "not installed, so tests will be skipped: $(2)"; \
	else \
	  echo "tests will be skipped that need $(2); to have them:"; \
	  echo "sudo apt-get install $(3)"; \
	fi
endef

# Browser tests need a Chromium. Root gets it from Debian's packages; others are told how.
browser: nginx
	@for name in $(BROWSERS); do command -v $$name > /dev/null && exit 0; done; \
	if [ -n "$$EDGEDIGITS_CHROMIUM" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "installing Chromium for the browser tests"; \
	  $(APT_GET) update && $(APT_GET) install -y chromium > /dev/null; \
	else \
	  echo "error: the browser tests need Chromium"; \
	  echo "install it: sudo apt-get install chromium (or set EDGEDIGITS_CHROMIUM)"; exit 3; \
	fi

# Most of them are as well tried in a Chromium without windows, which takes much less time.
.PHONY: headless-shell
headless-shell: browser
	@if ! command -v chromium-headless-shell > /dev/null && [ "$$(id -u)" = 0 ] \
	    && command -v apt-get > /dev/null; then \
	  echo "installing a Chromium without windows"; \
	  { $(APT_INSTALL) chromium-headless-shell; } || echo "not installed: tests will take longer"; \
	fi

# One of them tries the page on nginx, and is skipped where there is none. Root gets it in a
# container only: on a machine with services, installing it would start a web server.
.PHONY: nginx
nginx:
	@if ! command -v nginx > /dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
	    && [ ! -d /run/systemd/system ]; then \
	  echo "installing nginx for the browser tests"; \
	  { $(APT_INSTALL) nginx-light; } || echo "it could not be installed: its test will be skipped"; \
	fi

# Models in C are tried on emulated microcontrollers too.
.PHONY: micro-tools
micro-tools:
	$(call debian,command -v arm-none-eabi-gcc > /dev/null && command -v qemu-system-arm > /dev/null \
	  && [ "$$(arm-none-eabi-gcc -print-file-name=rdimon.specs)" != rdimon.specs ],\
	  a compiler and an emulator for microcontrollers,\
	  gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm)

# The kit for Android is tried on a JVM.
.PHONY: kotlin
kotlin:
	$(call debian,command -v kotlinc > /dev/null,Kotlin,kotlin default-jre-headless)

# What is written into .tflite files is read by the compiler of FlatBuffers.
.PHONY: flatc
flatc:
	$(call debian,command -v flatc > /dev/null,flatc,flatbuffers-compiler)

# The page and its vendored files are built again, for the same bytes.
.PHONY: node-modules
node-modules:
	@$(MAKE) tools/tfjs/node_modules || { rm -rf tools/tfjs/node_modules; \
	  echo "npm got no packages: tests that build the page will be skipped"; }

# The kernels of target wasm are compiled again, for the same bytes (some 400 MB).
.PHONY: zig
zig: | $(STAMPS)/venv
	@$(PIP_INSTALL) ziglang \
	  || echo "ziglang was not installed: its test will be skipped"

# The kit of C on LiteRT is tried on arm64 too.
.PHONY: arm64-tools
ARM64_PIP := --target build/arm64 --no-deps --only-binary=:all: --platform manylinux_2_27_aarch64
arm64-tools: | $(STAMPS)/venv
	$(call debian,command -v aarch64-linux-gnu-gcc > /dev/null && command -v qemu-aarch64 > /dev/null,\
	  a compiler and an emulator for arm64,gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)
	@$(PIP_INSTALL) --upgrade $(ARM64_PIP) ai-edge-litert \
	  || echo "LiteRT for arm64 was not installed: its test will be skipped"

# Rebuild the files of TensorFlow.js and LiteRT.js from the npm packages (needs npm).
vendor: tools/tfjs/node_modules
	cd tools/tfjs && node build.mjs && node litertjs.mjs

# Join the page's modules and style sheets into web_demo/main.js and its like (needs npm): to be
# done after each change of them.
page: tools/tfjs/node_modules
	cd tools/tfjs && node page.mjs

tools/tfjs/node_modules: tools/tfjs/package-lock.json
	cd tools/tfjs && npm ci --ignore-scripts --no-audit --no-fund && touch node_modules

# The models that travel in the package learn from more drawn digits than their recipes have, in
# other schools' forms, and what is no digit (need MNIST).
READY := --dataset mnist --seed 0 --batch-size 216 --drawn 56 --outliers 32

# Train the one that travels with the page too, and put it in its places.
PAGE_MODEL := build/page-model
page-model: $(STAMPS)/dev
	rm -rf $(PAGE_MODEL)
	$(BIN)/edgedigits train --model edge $(READY) --out $(PAGE_MODEL)/run
	$(BIN)/python tools/ready_model.py $(PAGE_MODEL)/run
	$(MAKE) page-files

# What the page has of that model, which is the ready-made edge: to be done after each change of
# what is written for WebAssembly or TensorFlow.js (needs MNIST).
page-files: $(STAMPS)/dev
	rm -rf $(PAGE_MODEL)/bundle $(PAGE_MODEL)/page
	$(BIN)/edgedigits export edge --target tfjs,wasm --scheme all --out $(PAGE_MODEL)/bundle
	$(BIN)/edgedigits demo $(PAGE_MODEL)/bundle --out $(PAGE_MODEL)/page
	rm -rf web_demo/model && cp -R $(PAGE_MODEL)/page/model web_demo/model

# The ready-made nano.
NANO_MODEL := build/nano-model
nano-model: $(STAMPS)/dev
	rm -rf $(NANO_MODEL)
	$(BIN)/edgedigits train --model nano $(READY) --epochs 400 --out $(NANO_MODEL)
	$(BIN)/python tools/ready_model.py $(NANO_MODEL)

wheel: $(STAMPS)/dev
	$(BIN)/python -m build --wheel

bench: $(STAMPS)/dev
	$(BIN)/python benchmarks/help.py
	$(BIN)/python benchmarks/predict.py
	$(BIN)/python benchmarks/picture.py
	$(BIN)/python benchmarks/frames.py
	$(BIN)/python benchmarks/strokes.py speed
	$(BIN)/python benchmarks/export.py
	$(BIN)/python benchmarks/verify.py
	$(BIN)/python benchmarks/compact.py
	$(BIN)/python benchmarks/browser.py

clean:
	rm -rf $(VENV) build dist runs bundle page
