# Every target creates .venv itself, with the python3 it finds (3.11 or newer), and installs what it needs into it:
# what runs the local stack ($(STACK)), or the tools for tests and checks on top ($(DEV)).

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/
STACK := $(VENV)/.stack
DEV := $(VENV)/.dev
INSTALL := $(RUN)pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r
SAY_SIZE = echo "$(VENV) now holds $$(ls -d $(VENV)/lib/python*/site-packages/*.dist-info | wc -l | tr -d ' ') packages, $$(du -sm $(VENV) | cut -f1) MB."
LOCK := $(RUN)uv pip compile --universal --generate-hashes --no-annotate --no-header --quiet
CODE := functions samples shared emulator infra tests
ENVIRONMENT ?= staging
DATABASE := tillpulse
TERRAFORM := terraform -chdir=infra/environments/$(ENVIRONMENT)
PYTEST := $(RUN)python -m pytest -n logical --maxprocesses 4
PLAN := $(CURDIR)/dist/$(ENVIRONMENT).tfplan
KEPT = $(ENVIRONMENT)/$(COMMIT).tfplan

.DEFAULT_GOAL := help
.PHONY: help demo up down bench simulate reconcile timezone import compare trigger test check lint types unit mutants format schemas openapi texts pictures capacity experiment lock stage advisories plan deploy smoke preflight connect propose apply rollback shift restore-drill destroy clean

help:  ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STACK): requirements-stack.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tillpulse needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Could not create $(VENV). On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the local stack into $(VENV), once; this takes a minute..."
	@$(INSTALL) requirements-stack.lock
	@$(SAY_SIZE)
	@touch $@

$(DEV): requirements-dev.lock $(STACK)
	@echo "Installing the tools for tests and checks into $(VENV), once; this takes a minute..."
	@$(INSTALL) requirements-dev.lock
	@$(SAY_SIZE)
	@touch $@

demo: $(STACK)  ## run the whole system with sample orders, until Ctrl-C (ARGS=--once: check and exit)
	@$(RUN)python -m emulator demo $(ARGS)

up: $(STACK)  ## start the local stack in the background (ARGS=--reload: restart functions when sources change)
	@$(RUN)python -m emulator up $(ARGS)

down: $(STACK)  ## stop the local stack; its data is in memory and gone
	@$(RUN)python -m emulator down $(ARGS)

bench: $(DEV)  ## measure speed and cost against rivals, and plot them (ARGS='--quick --only cards')
	@$(RUN)python -m tests.performance $(ARGS)

reconcile: $(STACK)  ## compare tallies with orders: STORE=… MONTH=2026-11, REPAIR=1 corrects them
	@$(RUN)python -m emulator reconcile $(if $(REPAIR),--repair) -- '$(STORE)' '$(MONTH)'

timezone: $(STACK)  ## count a store by another time zone, also what was counted before: STORE=… ZONE=Europe/Lisbon
	@$(RUN)python -m emulator timezone -- '$(STORE)' '$(ZONE)'

import: $(STACK)  ## import JSON Lines of a shop's history: FILE=… STORE=…, PROJECT=… to Google Cloud (DATABASE=tillpulse)
ifeq ($(origin PROJECT),command line)
	@GOOGLE_CLOUD_PROJECT='$(PROJECT)' FIRESTORE_DATABASE='$(DATABASE)' $(RUN)python -m infra.import_orders --store '$(STORE)' -- '$(FILE)'
else
	@$(RUN)python -m emulator import $(ARGS) -- '$(FILE)' '$(STORE)'
endif

compare: $(STACK)  ## compare old counters (CSV, JSON) with the orders: FILE=… STORE=…, ORDERS=out.csv lists all, PROJECT=… as above
ifeq ($(origin PROJECT),command line)
	@GOOGLE_CLOUD_PROJECT='$(PROJECT)' FIRESTORE_DATABASE='$(DATABASE)' $(RUN)python -m infra.compare \
	  $(if $(ORDERS),--orders '$(ORDERS)') --store '$(STORE)' -- '$(FILE)'
else
	@$(RUN)python -m emulator compare $(ARGS) $(if $(ORDERS),--orders '$(ORDERS)') -- '$(FILE)' '$(STORE)'
endif

simulate: $(DEV)  ## run the system through faults: SEEDS=20, SECONDS=600 of fresh seeds, SEED=24, or PLANTED=1 (does it find bugs?)
	@$(RUN)python -m tests.simulation $(if $(PLANTED),--planted) $(if $(SEED),--seed $(SEED)) \
	  --seeds $(or $(SEEDS),$(if $(PLANTED)$(SECONDS)$(SEED),1,20)) --seconds $(or $(SECONDS),0)

trigger: $(STACK)  ## run a scheduled function of the local stack now: NAME=expire-unpaid
	@$(RUN)python -m emulator trigger $(ARGS) -- '$(NAME)'

# The longest suites come first, so that workers end at the same time. What shares a server is in one file.
test: check  ## everything: lint, types, and all tests on the real emulators
	@$(PYTEST) --dist loadfile --no-loadscope-reorder tests/end_to_end tests/simulation tests/browser tests/deploy \
	  tests/infra tests/functions tests/contract $(ARGS)

check: lint  ## what takes seconds: lint, types, unit tests
	@$(MAKE) --no-print-directory -j2 types unit

lint: $(DEV)
	@$(RUN)ruff check $(CODE)
	@$(RUN)ruff format --check --quiet $(CODE)
	@$(RUN)lint-imports --no-logo

types: $(DEV)
	@$(RUN)mypy $(CODE)

unit: $(DEV)
	@$(PYTEST) --dist worksteal tests/unit

mutants: $(DEV)  ## plant small bugs, one after the other, and list those that no test finds (ARGS='shared.domain.money.*')
	@nice $(RUN)python -m mutmut run $(ARGS)
	@$(RUN)python -m mutmut results

format: $(DEV)  ## format the code and mend what ruff can
	@$(RUN)ruff check --fix --quiet $(CODE)
	@$(RUN)ruff format $(CODE)

schemas: $(DEV)  ## write the events' JSON Schemas to infra/schemas
	@$(RUN)python -m shared.messages.schemas infra/schemas

openapi: $(DEV)  ## write the API's OpenAPI document, and docs/API.md from it
	@$(RUN)python -m infra.openapi

texts: $(DEV)  ## bring the pages' catalogues up to date with the texts in the code
	@$(RUN)python -m infra.catalogues

pictures: $(DEV)  ## take the pictures of README.md and docs anew, while `make demo` runs
	@$(RUN)python -m tests.browser.pictures

capacity: $(DEV)  ## what is sustained, and where the walls are; WRITE=1 puts the tables into infra/CAPACITY.md
	@$(RUN)python -m infra.capacity $(if $(WRITE),--write)

experiment: $(STACK)  ## settle on a real project what it assumes, in an hour: PROJECT=… URL=… (ARGS=--dry-run)
	@$(RUN)python -m infra.experiment --project '$(PROJECT)' --url '$(URL)' $(ARGS)

lock: $(DEV)  ## write the lock files anew from pyproject.toml (ARGS=--upgrade: with the newest versions)
	@$(LOCK) pyproject.toml --extra stack --output-file requirements-stack.lock $(ARGS)
	@$(LOCK) pyproject.toml --extra stack --extra dev --constraint requirements-stack.lock --output-file requirements-dev.lock $(ARGS)
	@$(LOCK) infra/checkov/requirements.in --python-version 3.11 --output-file infra/checkov/requirements.txt $(ARGS)
	@for folder in functions/*/ samples/*/; do \
	  $(LOCK) --group "$$(basename "$$folder")" --constraint requirements-stack.lock --output-file "$${folder}requirements.txt" || exit 1; \
	done

preflight: $(DEV)  ## ask gcloud whether a first deploy can succeed, and say what to ask for: ENVIRONMENT=staging
	@$(RUN)python -m infra.ask_project '$(ENVIRONMENT)'

stage: $(DEV)  ## lay out and pack what is deployed, in dist, and write what it is made of
	@$(RUN)python -m infra.stage
	@$(RUN)python -m infra.sbom

advisories: $(DEV)  ## look up known weaknesses of what the locks name
	@$(RUN)python -m infra.advisories

# What a plan and an apply begin with: the archives, which a plan names by their content, and the state.
connect: $(STACK)
	@$(RUN)python -m infra.preflight plan '$(ENVIRONMENT)' '$(STATE_BUCKET)'
	@$(MAKE) --no-print-directory stage
	@$(TERRAFORM) init -input=false -reconfigure -lockfile=readonly -backend-config='bucket=$(STATE_BUCKET)'

# Without a lock, which would be a write: Terraform refuses to apply a plan of a state that has changed.
plan: connect  ## show what a deploy would change: ENVIRONMENT=staging STATE_BUCKET=…
	@$(TERRAFORM) plan -input=false -lock=false -out='$(PLAN)'

propose: plan  ## plan, and keep the plan for a deploy that somebody approves: … PLANS=bucket COMMIT=…
	@$(RUN)python -m infra.plans keep '$(PLANS)' '$(KEPT)' '$(PLAN)'

apply: connect  ## apply the plan that was kept for the commit, and run smoke: … PLANS=bucket COMMIT=…
	@$(RUN)python -m infra.plans fetch '$(PLANS)' '$(KEPT)' '$(PLAN)'
	@$(TERRAFORM) apply -input=false '$(PLAN)'
	@$(MAKE) --no-print-directory smoke

deploy: plan  ## plan, apply exactly that, and run smoke: ENVIRONMENT=… STATE_BUCKET=…
	@$(TERRAFORM) apply -input=false '$(PLAN)'
	@$(MAKE) --no-print-directory smoke

smoke: $(STACK)  ## ask every deployed function a question, and let one sale come and go: ENVIRONMENT=…
	@$(RUN)python -m infra.preflight smoke '$(ENVIRONMENT)'
	@$(TERRAFORM) output -json tillpulse | $(RUN)python -m infra.smoke

rollback: $(STACK)  ## send traffic back to what ran before the last deploy: ENVIRONMENT=… (ARGS='--dry-run --since …')
	@$(TERRAFORM) output -json tillpulse | $(RUN)python -m infra.traffic rollback $(ARGS)

shift: $(STACK)  ## give new revisions their traffic in steps, and take it back if an objective is missed: ENVIRONMENT=…
	@$(TERRAFORM) output -json tillpulse | $(RUN)python -m infra.traffic shift $(ARGS)

restore-drill: $(STACK)  ## restore the newest backup, recount it, and delete it again: PROJECT=… (DATABASE=tillpulse)
	@$(RUN)python -m infra.restore_drill '$(PROJECT)' '$(DATABASE)'

# Terraform shows what goes, and asks for a yes.
destroy: $(STACK)  ## take staging away with its data: ENVIRONMENT=staging STATE_BUCKET=…
	@$(RUN)python -m infra.preflight destroy '$(ENVIRONMENT)' '$(STATE_BUCKET)'
	@$(MAKE) --no-print-directory connect
	@$(TERRAFORM) destroy

clean: down  ## remove everything that was made here
	@rm -rf $(VENV) .local dist mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis
