# Everything one does with this folder, each target bringing what it needs first. `make` alone lists them.
# Written here: .venv and caches. System packages (python3-venv, chromium) come from apt where that is allowed.

PYTHON = python3
HOST = 127.0.0.1
PORT = 8501
PYTEST =
# Where WordNet's database files are (data.noun and its sisters).
WORDNET = /usr/share/wordnet
# Which torch: empty (choose), cpu, cuda, default (as plain pip would), the URL of a package index, or the path of a wheel.
TORCH ?=
CPU_INDEX = https://download.pytorch.org/whl/cpu

PY := .venv/bin/python
PIP := $(PY) -m pip
NEW_VENV = $(PYTHON) -m venv --clear .venv
TORCH_VERSION := $(shell sed -n 's/^torch==//p' requirements.txt)

# Idle OpenMP threads otherwise spin, and two such programs slow each other tenfold.
export OMP_WAIT_POLICY ?= PASSIVE
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
export PIP_ROOT_USER_ACTION = ignore

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install run test lint types unit browser chromium gpu demo pocket bench taxonomy clean FORCE

help:  ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done

install: .venv/.tools  ## .venv with the program and its test tools; TORCH=cpu|cuda|default|INDEX URL|WHEEL says which torch

run: .venv/.app  ## the app on http://127.0.0.1:8501; HOST=0.0.0.0 shows it to the network, PORT=8502 moves it
	@$(PY) -c "$$PORT_IS_FREE" $(HOST) $(PORT)
	@exec $(PY) -m streamlit run app.py --server.address $(HOST) --server.port $(PORT)

test: .venv/.tools chromium lint types unit browser  ## everything below up to browser; what CI runs

lint: .venv/.tools  ## format and lint (ruff)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

types: .venv/.tools  ## types (mypy, strict)
	$(PY) -m mypy --strict engine models

unit: .venv/.tools  ## all tests without a browser, two at a time; PYTEST="-k caption" narrows
	$(PY) -m pytest -m "not browser" -n 2 $(PYTEST)

browser: .venv/.tools chromium  ## the app in a real Chromium
	$(PY) -m pytest -m browser $(PYTEST)

gpu: .venv/.tools  ## what needs a GPU: its tests, and throughput against the CPU into bench/LOG.md
	@PY="$(PY)" sh bench/gpu.sh

demo: .venv/.app  ## 24 scenes composed, drawn, judged, reported and exported
	@$(PY) cli.py demo

# The two settings keep glibc from handing memory back at every step, which costs half the time in page faults.
pocket: .venv/.app  ## train the pocket world from nothing (hours on a CPU; goes on where it stopped)
	@MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=200000000000 $(PY) -m models.pocket.train

bench: .venv/.app  ## the benchmarks behind the README's figures
	@set -e; for file in bench/[a-z]*.py; do echo "== $$file"; $(PY) -m bench.$$(basename $$file .py); done

taxonomy: .venv/.app  ## rebuild assets/taxonomy/full from WordNet (apt-get install wordnet-base); WORDNET=DIR for another folder
	@$(PY) -m engine.taxonomy.build --wordnet "$(WORDNET)"

clean:  ## remove .venv and caches (your scenes and pictures stay)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The two stamps are written last, so an interrupted installation is taken up again by the next make.
.venv/.app: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed and $(PYTHON) is not that; name one: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PIP) --version 2>/dev/null | grep -qF /.venv/ || $(NEW_VENV) >/dev/null 2>&1 || { sh -c "$$APT" - python3-venv "$(PYTHON) -m venv does not work here" && $(NEW_VENV); }
	@sh -c "$$INSTALL_TORCH"
	@echo "== the rest of requirements.txt"
	@$(PIP) install -r requirements.txt
	@echo "$(TORCH)" >$@

.venv/.tools: .venv/.app requirements-dev.txt
	@echo "== the test tools of requirements-dev.txt"
	@$(PIP) install -r requirements-dev.txt
	@touch $@

# Another TORCH than last time installs again.
ifneq ($(TORCH),)
ifneq ($(TORCH),$(file <.venv/.app))
.venv/.app: FORCE
endif
endif

chromium:
	@command -v chromium >/dev/null || sh -c "$$APT" - chromium "The browser tests need Chromium"

# What is longer than a line: handed to sh and Python through the environment.

# $1 package, $2 why: install a system package where we may, otherwise say the one command and stop.
define APT
echo "== $$2: trying apt-get install $$1"
as_root() { if [ "$$(id -u)" = 0 ]; then "$$@"; else sudo -n "$$@"; fi </dev/null; }
if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    as_root apt-get -q update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "$$1" && exit 0
fi
echo "$$2. Install it with this command and run make again:  sudo apt-get install -y $$1"
exit 1
endef

# torch goes first and without its dependencies (requirements.txt brings those), because the public Linux wheel is the CUDA
# build and drags gigabytes along: without an NVIDIA driver a CPU build is looked for, where pip looks anyway, then at PyTorch's.
define INSTALL_TORCH
offers_cpu() { $(PIP) index versions torch --timeout 5 --retries 0 "$$@" 2>/dev/null | grep -q '^Available versions:.*[ ,]$(TORCH_VERSION)+cpu\b'; }
get() { echo "== torch $(TORCH_VERSION): $$1"; shift; $(PIP) install --no-deps --force-reinstall "$$@"; }
want="$(TORCH)"
if [ -z "$$want" ]; then
    if $(PIP) show torch 2>/dev/null | grep -q '^Version: $(TORCH_VERSION)\(+\|$$\)'; then exit 0; fi
    if [ "$$(uname -s)" != Linux ] || nvidia-smi -L >/dev/null 2>&1; then want=default; fi
fi
case "$$want" in
cpu | "")
    if offers_cpu; then
        get "the CPU build pip finds" "torch==$(TORCH_VERSION)+cpu"
    elif offers_cpu --index-url $(CPU_INDEX); then
        get "the CPU build from $(CPU_INDEX)" "torch==$(TORCH_VERSION)+cpu" --index-url $(CPU_INDEX)
    elif [ "$$want" = cpu ]; then
        echo "No CPU build of torch $(TORCH_VERSION) where pip looks nor at $(CPU_INDEX); name a wheel or an index: make install TORCH=..."
        exit 1
    else
        echo
        echo "*** No NVIDIA driver here and no CPU build of torch to be found: installing the public one, GIGABYTES with its CUDA libraries."
        echo "*** Better: stop now (Ctrl-C) and name a CPU build: make install TORCH=/path/to/wheel or TORCH=https://index"
        echo
        get "the public build" "torch==$(TORCH_VERSION)"
    fi ;;
cuda) get "the public build (CUDA on Linux)" "torch===$(TORCH_VERSION)" ;;
default) get "the build plain pip takes" "torch==$(TORCH_VERSION)" ;;
*://*) get "from the index $$want" "torch==$(TORCH_VERSION)" --index-url "$$want" ;;
*)
    [ -f "$$want" ] || { echo "TORCH=$$want is neither cpu, cuda, default, the URL of an index, nor a wheel that exists."; exit 1; }
    get "from $$want" "$$want" ;;
esac
endef

define PORT_IS_FREE
import errno, socket, sys
host, port = sys.argv[1], sys.argv[2]
try:
    socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
except OSError as error:
    if error.errno == errno.EADDRINUSE:
        sys.exit(f"Port {port} is in use; start on another one: make run PORT={int(port) + 1}")
    reason = str(error.strerror).split(" (")[0]
    sys.exit(f"Cannot serve on {host}:{port} ({reason}); choose others: make run HOST=127.0.0.1 PORT=8502")
except (ValueError, OverflowError):
    sys.exit(f"PORT={port} is not a port; give a number from 1024 to 65535: make run PORT=8502")
endef

export APT INSTALL_TORCH PORT_IS_FREE
