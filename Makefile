# The only words to learn: demo · test · check · new-platform · generate. (storm, web, setup, bench help them.)
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

# What `check` runs; `test` runs these and everything else under tests/.
FAST := tests/architecture tests/docs tests/every_platform tests/simulation mudan/platforms
SLOW := $(filter-out $(FAST) tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))
# Those that measure or drive whole centres have the machine to themselves; the others share its cores.
ALONE := tests/bench tests/browser tests/faults
BESIDE := $(filter-out $(ALONE) tests/api,$(SLOW))

.PHONY: demo storm test check new-platform generate setup web browser bench faults clean

demo: setup web ## the whole demo county; RESET=1 starts afresh
	@exec $(PY) -m mudan.run.cli demo $(if $(RESET),--reset)

storm: setup ## start a storm in the running demo
	@$(PY) -m mudan.run.cli simulate storm

test: ## everything, from lint to the real browser
	$(MAKE) -j2 --output-sync=target setup browser
	$(MAKE) -j2 --output-sync=target web check-code check-web check-fast test-api test-beside
	$(PY) -m pytest $(ALONE) --durations=12

check: setup node_modules/.stamp ## the fast subset that guards every commit
	$(MAKE) -j2 --output-sync=target check-code check-web check-fast

# The parts of the two above, side by side where there are cores.
.PHONY: check-code check-web check-fast test-api test-beside
check-code: setup node_modules/.stamp
	ruff format --check mudan tests tools
	ruff check mudan tests tools
	mypy
	lint-imports --config importlinter.toml --no-cache
	$(PY) -m tools.house_lint
	$(PY) -m tools.api_types --check
check-web: node_modules/.stamp
	npm run --silent typecheck
	npm run --silent test
check-fast: setup
	$(PY) -m pytest $(FAST)
test-api: setup
	$(PY) -m pytest tests/api --durations=5
test-beside: setup
	$(PY) -m pytest $(BESIDE) --durations=5

new-platform: setup ## NAME=noise writes mudan/platforms/noise; RECORDS=1 that of a system that keeps records
	@$(PY) -m tools.new_platform "$(NAME)" $(if $(RECORDS),--records)

generate: setup node_modules/.stamp ## what is computed from the code: docs/platforms.md, docs/settings.md, the API's types
	$(PY) -m tools.platforms_page
	$(PY) -m tools.settings_page
	$(PY) -m tools.api_types
	$(PY) -m mudan.run.cli plans schema > docs/plan.schema.json

bench: setup ## figures of this machine, beside plain COPY measured in the same run
	$(PY) -m mudan.run.cli bench ingest

setup: $(VENV)/.stamp

web: web/dist/.stamp

browser: ## Chromium and Chinese fonts, from Debian where that is allowed
	@bash tools/browser.sh

$(VENV)/.stamp: requirements-dev.txt pyproject.toml
	@echo "· Python: $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -qq --require-hashes -r requirements-dev.txt
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.stamp: package-lock.json package.json | $(VENV)/.stamp
	@echo "· web packages"
	@npm ci --silent --no-audit --no-fund
	@touch $@

WEB_SOURCES := $(shell find web mudan/platforms -path web/dist -prune -o -type f \( -name '*.ts' -o -name '*.vue' -o -name '*.css' -o -name '*.json' -o -name '*.html' -o -name '*.js' \) -print 2>/dev/null | grep -v '/frames/')
web/dist/.stamp: node_modules/.stamp $(WEB_SOURCES)
	@echo "· web pages"
	@npm run --silent build
	@touch $@

clean: ## forget what was built (data are kept)
	rm -rf $(VENV) node_modules web/dist
