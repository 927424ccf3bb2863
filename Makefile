# `make` alone prints what there is. Every target that needs the tools installs them first, into
# .venv, from the lock files; running it again costs nothing until a lock file changes.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
SHARED := ../shared
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
export PYTHON

# Tests and measurements use a store of their own, so that none in the user's data folder, perhaps
# made by another version, takes part.
test check evaluate bench pages figures: export NOSOLOGY_HOME := $(or $(NOSOLOGY_HOME),$(CURDIR)/$(VENV)/nosology)

.PHONY: help
help: ## Print this list
	@echo "Nosology: make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- setting up

$(BIN)/python:
	@python=$$(tools/find-python) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(VENV)/.run: requirements/run.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the product needs"
	@$(PIP) install --quiet --require-hashes -r requirements/run.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing what development needs"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

$(VENV)/.peer: pyproject.toml | $(VENV)/.run
	@echo "Installing the peers that the benchmarks compare with"
	@$(PIP) install --quiet -e '.[bench]'
	@touch $@

.PHONY: install
install: $(VENV)/.run store ## Install the product into .venv and build its code sets

.PHONY: store
store: $(VENV)/.run
	@$(BIN)/nosology codesets build >/dev/null

# --- using

.PHONY: demo
demo: $(VENV)/.run ## Code the sample notes, from a bare clone
	@tools/demo

.PHONY: evaluate
evaluate: $(VENV)/.run store ## Score the coding of notes, the search for codes, the claim editor
	@dataset=$(SHARED)/data/acibench_dev/notes.jsonl; \
	test -f "$$dataset" || dataset=samples/gold.jsonl; \
	$(BIN)/nosology evaluate "$$dataset" --format table
	@index=$(SHARED)/data/codesets/icd10cm_index_2025/ICD10CM_2025_Index.csv; echo; \
	if test -f "$$index"; then set -- --index "$$index"; else set --; fi; \
	$(BIN)/nosology evaluate --search tests/evaluation/search/dev.tsv \
	  --search tests/evaluation/search/test.tsv "$$@" --format table
	@echo; $(BIN)/nosology evaluate --edits --count 3000 --errors --format table

.PHONY: bench
bench: $(VENV)/.run store $(if $(PEER),$(VENV)/.peer) ## Time the product; PEER=1 times its peers beside it
	@$(BIN)/python benchmarks/bench.py $(if $(PEER),--peer)
	@echo; $(BIN)/python benchmarks/search_bench.py $(if $(PEER),--peer)
	@echo; $(BIN)/python benchmarks/store_bench.py
	@echo; $(BIN)/python -m benchmarks.editors.speed $(if $(PEER),--peer)

# --- developing

.PHONY: test
test: $(VENV)/.dev store ## Run the tests, from a bare clone
	@$(BIN)/python -m pytest

.PHONY: check
check: $(VENV)/.dev ## Everything that a change must pass
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

.PHONY: format
format: $(VENV)/.dev ## Format the code and mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

.PHONY: pages
pages: $(VENV)/.dev store ## Write the generated pages and the README's example anew
	@$(BIN)/python tools/pages.py

.PHONY: figures
figures: $(VENV)/.run store $(if $(PEER),$(VENV)/.peer) ## Measure anew and write the figures of the documentation
	@$(BIN)/python tools/figures.py $(if $(PEER),--peer)

.PHONY: lock
lock: $(VENV)/.dev ## Choose the newest allowed versions and write the lock files
	@$(PIP) install --quiet uv
	@for kind in run dev; do \
	  $(BIN)/uv pip compile pyproject.toml --group build $$(test $$kind = run || echo --group dev) \
	    --universal --python-version 3.12 --generate-hashes --upgrade --quiet \
	    --no-header --annotation-style line --output-file requirements/$$kind.lock || exit 1; \
	done
	@! grep -n '://' requirements/*.lock

.PHONY: clean
clean: ## Remove everything that was made here
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks tools -name __pycache__ -type d -exec rm -rf {} +
