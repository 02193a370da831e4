# `make help` lists what can be done here.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && echo $(name))))
PINNED := $(shell sha256sum requirements-dev.txt | cut -c1-16)
INSTALLED := .venv/installed-$(PINNED)
RUN := .venv/bin/python
KERNEL := scoring/_kernel.so
MINUTES ?= 10
PARTS ?=
INTO ?= var/faults
HOURS ?= 24
PIP_AUDIT := var/audit/bin/pip-audit --disable-pip --require-hashes -r requirements.txt --progress-spinner off
# Plugins of detect-secrets that take every hash, every test's password and postgresql://role:password@host for a secret.
NOISY := $(foreach plugin,Base64HighEntropyString HexHighEntropyString KeywordDetector BasicAuthDetector,--disable-plugin $(plugin))
RUNS := $(shell $(RUN) -c 'print(1)' 2>/dev/null)

.PHONY: help demo test faults soak challenge coverage bench lint format words api-reference screenshots audit requirements

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

demo: $(INSTALLED) $(KERNEL)  ## everything in the foreground with a populated competition; PORT, HOST, DATA_DIR
	@STOP_WITH_PARENT=1 exec $(RUN) manage.py demo

test: $(INSTALLED) $(KERNEL)  ## every test, in three processes with a PostgreSQL and a Valkey of their own
	@exec $(RUN) -m pytest -n 3 --dist loadfile

faults: $(INSTALLED) $(KERNEL)  ## every fault in its long form, and a table of what came of it (an hour and more); PARTS, MINUTES, INTO
	@exec $(RUN) -m tests.faults $(PARTS) --minutes $(MINUTES) --into $(INTO)

soak: $(INSTALLED) $(KERNEL)  ## steady load from 500 teams: memory, open files, tables and the books are watched; HOURS
	@HOURS=$(HOURS) exec $(RUN) -m tests.faults.soak

challenge: $(INSTALLED) $(KERNEL)  ## a challenge of 200 teams over three months, played and held against a recomputation
	@exec $(RUN) -m tests.challenge

coverage: $(INSTALLED) $(KERNEL)  ## lines and branches of scores, limits, phases and permissions that their tests run; PARTS
	@exec $(RUN) -m tests.covered $(PARTS)

bench: $(INSTALLED) $(KERNEL)  ## the benchmark tables: scoring beside other programs, then a running server
	@$(RUN) -m benchmarks
	@$(RUN) -m benchmarks.server
	@$(RUN) -m benchmarks.board

lint: $(INSTALLED)  ## formatting, lint, types, and which part may import which
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(RUN) -m mypy
	$(RUN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

format: $(INSTALLED)  ## put the code into its one form
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

words: $(INSTALLED)  ## gather what the pages say, compile the Vietnamese, and tell what has none yet
	@exec $(RUN) -m tests.words

api-reference: $(INSTALLED)  ## write the pages of docs/reference that are made from the program
	@exec $(RUN) -m tests.docs.reference

screenshots: $(INSTALLED) $(KERNEL)  ## the main pages of a fresh demo as pictures: var/screenshots, and docs/screenshots for the few that are shown
	@exec $(RUN) -m tests.browser.screenshots

audit: $(INSTALLED)  ## known weaknesses of what is pinned (asks pypi.org), the list of parts (var/sbom.json), and secrets in the files
	@[ -x var/audit/bin/cyclonedx-py ] || { $(RUN) -m venv var/audit && var/audit/bin/pip install -qq pip-audit==2.10.1 cyclonedx-bom==7.5.0 detect-secrets==1.5.0; }
	@var/audit/bin/cyclonedx-py requirements requirements.txt -o var/sbom.json
	@git ls-files -z | xargs -0 var/audit/bin/detect-secrets scan --no-verify $(NOISY) >var/secrets.json
	@$(RUN) -c 'import json, sys; found = json.load(open("var/secrets.json"))["results"]; print(*found, sep="\n"); sys.exit(bool(found))'
	@$(PIP_AUDIT) --strict

requirements:  ## pin what the two .in files ask for again, with hashes (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11.0 --no-emit-index-url --no-annotate --no-header -q requirements.in -o requirements.txt
	uv pip compile --universal --generate-hashes --python-version 3.11.0 --no-emit-index-url --no-annotate --no-header -q requirements-dev.in -o requirements-dev.txt

# The same numbers come out without it, later.
$(KERNEL): scoring/kernel/build.sh scoring/kernel/flags $(wildcard scoring/kernel/*.[ch])
	@sh scoring/kernel/build.sh 2>/dev/null || \
		echo "Scoring runs without its compiled kernel, slower: sh scoring/kernel/build.sh says why (it needs gcc)." >&2

# A virtual environment that an interrupted or older run left behind is completed; one that no longer runs is made anew.
ifneq ($(RUNS),1)
.PHONY: $(INSTALLED)
endif
$(INSTALLED): requirements-dev.txt
	@[ "$$(uname -sm)" = "Linux x86_64" ] || { echo "This needs Linux on x86-64, and this machine is $$(uname -sm)." >&2; exit 1; }
	@[ -n "$(PYTHON)" ] || { echo "This needs Python 3.11 or newer: install python3 (3.11 or newer), or name one with PYTHON=." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This needs Python 3.11 or newer, and $(PYTHON) is none." >&2; exit 1; }
	@[ -w . ] || { echo "This makes .venv here, and the folder belongs to another user: clone the repository yourself." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This needs Python's venv module: install it (on Debian and Ubuntu: python3-venv)." >&2; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "Installing what requirements-dev.txt pins into .venv (a minute or less) ..."
	@$(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@rm -f .venv/installed-* && touch $@
