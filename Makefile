# Every target makes .venv by itself with the python3 it finds (3.11 or newer); nothing else is needed first.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/
READY := $(VENV)/.ready
CODE := functions shared emulator infra tests
ENVIRONMENT ?= staging
DATABASE := tillpulse
TERRAFORM := terraform -chdir=infra/environments/$(ENVIRONMENT)
PLAN := $(CURDIR)/dist/$(ENVIRONMENT).tfplan

.DEFAULT_GOAL := help
.PHONY: help demo up down bench reconcile timezone import trigger test check lint types unit format schemas capacity lock stage plan deploy smoke clean

help:  ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tillpulse needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Could not make $(VENV). On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV), once..."
	@$(RUN)pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(READY)  ## the whole system with sample orders, until Ctrl-C (ARGS=--once: check and exit)
	@$(RUN)python -m emulator demo $(ARGS)

up: $(READY)  ## start the local stack in the background
	@$(RUN)python -m emulator up $(ARGS)

down: $(READY)  ## stop the local stack
	@$(RUN)python -m emulator down $(ARGS)

bench: $(READY)  ## measure speed and cost against rivals, and plot them (ARGS='--quick --only cards')
	@$(RUN)python -m tests.performance $(ARGS)

reconcile: $(READY)  ## compare tallies with orders: STORE=… MONTH=2026-11, REPAIR=1 corrects them
	@$(RUN)python -m emulator reconcile $(if $(REPAIR),--repair) -- '$(STORE)' '$(MONTH)'

timezone: $(READY)  ## count a store by another time zone, also what was counted before: STORE=… ZONE=Europe/Lisbon
	@$(RUN)python -m emulator timezone -- '$(STORE)' '$(ZONE)'

import: $(READY)  ## import JSON Lines of a shop's history: FILE=… STORE=…, PROJECT=… to Google Cloud (DATABASE=tillpulse)
ifeq ($(origin PROJECT),command line)
	@GOOGLE_CLOUD_PROJECT='$(PROJECT)' FIRESTORE_DATABASE='$(DATABASE)' $(RUN)python -m infra.import_orders --store '$(STORE)' -- '$(FILE)'
else
	@$(RUN)python -m emulator import $(ARGS) -- '$(FILE)' '$(STORE)'
endif

trigger: $(READY)  ## run a scheduled function of the local stack now: NAME=expire-unpaid
	@$(RUN)python -m emulator trigger $(ARGS) -- '$(NAME)'

test: check  ## everything: lint, types, and all tests on the real emulators
	@$(RUN)python -m pytest tests/contract tests/functions tests/infra tests/deploy tests/end_to_end tests/browser $(ARGS)

check: lint types unit  ## what takes seconds: lint, types, unit tests

lint: $(READY)
	@$(RUN)ruff check $(CODE)
	@$(RUN)ruff format --check --quiet $(CODE)
	@$(RUN)lint-imports --no-logo

types: $(READY)
	@$(RUN)mypy $(CODE)

unit: $(READY)
	@$(RUN)python -m pytest tests/unit

format: $(READY)  ## format the code and mend what ruff can
	@$(RUN)ruff check --fix --quiet $(CODE)
	@$(RUN)ruff format $(CODE)

schemas: $(READY)  ## write the events' JSON Schemas to infra/schemas
	@$(RUN)python -m shared.messages.schemas infra/schemas

capacity: $(READY)  ## what is sustained, and where the walls are; WRITE=1 puts the tables into infra/CAPACITY.md
	@$(RUN)python -m infra.capacity $(if $(WRITE),--write)

lock: $(READY)  ## write the lock files anew from pyproject.toml
	@$(RUN)uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --quiet \
	  --output-file requirements.lock $(ARGS)
	@$(RUN)uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-annotate --no-header --quiet \
	  --constraint requirements.lock --output-file requirements-dev.lock $(ARGS)
	@$(RUN)uv pip compile infra/checkov/requirements.in --universal --generate-hashes --no-annotate --no-header --quiet \
	  --python-version 3.11 --output-file infra/checkov/requirements.txt
	@for folder in functions/*/; do \
	  $(RUN)uv pip compile --group "$$(basename "$$folder")" --universal --generate-hashes --no-annotate --no-header --quiet \
	    --constraint requirements.lock --output-file "$${folder}requirements.txt" || exit 1; \
	done

stage: $(READY)  ## lay out and pack what is deployed, in dist
	@$(RUN)python -m infra.stage

plan: stage  ## show what a deploy would change: ENVIRONMENT=staging STATE_BUCKET=…
	@test -n '$(STATE_BUCKET)' || { echo "Name the bucket that keeps Terraform's state: make $(MAKECMDGOALS) STATE_BUCKET=…"; exit 1; }
	@$(TERRAFORM) init -input=false -reconfigure -backend-config='bucket=$(STATE_BUCKET)'
	@$(TERRAFORM) plan -input=false -out='$(PLAN)'

deploy: plan  ## plan, apply exactly that, and see that it answers: ENVIRONMENT=… STATE_BUCKET=…
	@$(TERRAFORM) apply -input=false '$(PLAN)'
	@$(MAKE) --no-print-directory smoke

smoke: $(READY)  ## see that what is deployed answers: ENVIRONMENT=…
	@$(TERRAFORM) output -json tillpulse | $(RUN)python -m infra.smoke

clean: down  ## remove everything that was made here
	@rm -rf $(VENV) .local dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
