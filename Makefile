# Every target sets up what it needs: a virtual environment in .venv, and system packages where apt may be used.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check bench format fixtures clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): pyproject.toml scripts/make_venv.sh
	@PYTHON="$(PYTHON)" sh scripts/make_venv.sh $(VENV)
	@touch $(READY)

demo: $(READY) ## set up, list the calls of sample captures, draw one ladder
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/demo.sh

test: $(READY) ## set up and run the tests
	@sh scripts/system_packages.sh tshark:tshark dumpcap:wireshark-common sipp:sip-tester neato:graphviz tmux:tmux sngrep:sngrep
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q

check: $(READY) ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY) ## time and memory beside other tools, in one run
	@sh scripts/system_packages.sh tshark:tshark sngrep:sngrep
	@$(BIN)/python bench/bench.py

format: $(READY) ## format the sources
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

fixtures: $(READY) ## make every fixture anew
	@for script in fixtures/*/make_*.py; do $(BIN)/python $$script || exit 1; done

clean: ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
