# trainlab's commands. Each sets up its own .venv the first time, and again when pyproject.toml or
# constraints.txt change.
#
#   PYTHON       the interpreter to build .venv with; found by itself when empty (3.11 or newer)
#   TORCH_INDEX  one more package index, for torch's CPU build: a far smaller download on Linux
#   ARGS         passed on: make demo ARGS="--seeds 4", make test ARGS="tests/rules -x"

PYTHON ?=
TORCH_INDEX ?=
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin

export PYTHON TORCH_INDEX VENV

.DEFAULT_GOAL := help
.PHONY: help demo test peers check format catalogue claims bench calibrate clean

help: ## show this list
	@echo "trainlab: many trainings as one tensor program"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.ready ## train eight seeds on real data and write a report
	@$(BIN)/trainlab demo $(ARGS)

test: $(VENV)/.ready-dev ## run all tests
	@scripts/test $(ARGS)

peers: $(VENV)/.ready-peers ## run the optimizers inside Lightning, Hugging Face and skorch
	@scripts/test tests/peers $(ARGS)

check: $(VENV)/.ready-dev ## format, lint, types, layers, the examples in the documents
	@scripts/check

format: $(VENV)/.ready-dev ## put the source into its format and fix what can be fixed
	@$(BIN)/ruff format src tests benchmarks examples
	@$(BIN)/ruff check --fix src tests benchmarks examples

catalogue: $(VENV)/.ready ## write docs/catalogue.md, the page of all techniques, from the tables
	@$(BIN)/python scripts/catalogue.py

claims: $(VENV)/.ready ## run what is not done of the claims (8 minutes), write docs/claims.md
	@$(BIN)/trainlab claims run --all || test $$? -eq 1  # a refuted claim is a result
	@$(BIN)/python scripts/claims.py

bench: $(VENV)/.ready-bench ## time trainlab against its peers (minutes; use a quiet machine)
	@$(BIN)/python -m benchmarks $(ARGS)

calibrate: $(VENV)/.ready ## count how often comparisons are wrong, on real trainings (half an hour)
	@$(BIN)/python -m benchmarks.calibrate $(ARGS)

clean: ## remove .venv and the caches; runs are kept
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

$(VENV)/.ready: pyproject.toml constraints.txt scripts/setup
	@scripts/setup
	@touch $@

$(VENV)/.ready-dev: pyproject.toml constraints.txt scripts/setup
	@scripts/setup dev
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-peers: $(VENV)/.ready-dev
	@scripts/setup dev,peers
	@touch $@

$(VENV)/.ready-bench: $(VENV)/.ready-dev
	@scripts/setup dev,bench
	@touch $@
