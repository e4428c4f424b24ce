# What a person does with Croisée from a shell. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/flask --app app
APP := .venv/.app
STAMP := .venv/.installed
DOCS := build/docs-venv/.installed
NEEDED = $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ".") if sys.version_info < (3, 11) else None'
NEEDS_VENV = $(PYTHON) -c 'import importlib.util, sys; sys.exit(None if importlib.util.find_spec("ensurepip") else "Python cannot make its environment here: install python3-venv.")'
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
CHOSEN = $(if $(filter changed,$(ONLY)),$$($(BIN)/python -m tests.changed))
# Images of containers often forbid Python to keep what it compiled: each worker of each run would rewrite 370 files of tests, each server every module.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help serve install sbom audit docs pictures release test proofs nightly mutants load small hosts faults bench scale check lock format clean

help: ## List what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(APP): requirements/app.txt
	@$(NEEDED)
	@test -x $(BIN)/python || { $(NEEDS_VENV) && $(PYTHON) -m venv .venv; }
	$(PIP) requirements/app.txt
	@touch $@

$(STAMP): requirements/dev.txt $(APP)
	$(PIP) requirements/dev.txt
	@touch $@

serve: $(APP) ## Set up, migrate, load the course and a demonstration, serve on 127.0.0.1:8000
	@exec $(RUN) serve

install: ## As root on a Debian machine: install and serve there, or upgrade (SITE=its name; ROOT=files of another machine)
	@$(NEEDED)
	@$(PYTHON) deploy/install.py "$(SITE)" "$(ROOT)"

test: $(STAMP) ## Set up, check the code and the course, run every test that a developer waits for (ONLY=changed: those of what changed since main)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@$(BIN)/mypy & types=$$!; $(BIN)/pytest -n 2 --dist loadgroup -m 'not proof and not night' $(CHOSEN); tested=$$?; wait $$types && exit $$tested

proofs: $(STAMP) ## What is longer: faults, PostgreSQL, browsers, large data, the whole course
	$(BIN)/pytest -n 2 --dist loadgroup -m 'proof and not night'

nightly: $(STAMP) ## What is longest, and asks for whole machines: hosts, mixed load, Lighthouse, the newest Python, more of what is drawn by chance
	$(BIN)/pytest -n 2 --dist loadgroup -m night

mutants: $(STAMP) ## Change the rules in small ways, one at a time: their tests must notice
	$(BIN)/python -m tests.mutants

load: $(STAMP) ## Ten minutes of everything at once on each database
	$(BIN)/python -m tests.bench.mixed

small: $(STAMP) ## As root: a region on one processor and 512 MB, with 10,000 people, then a day of a told clock: a table (MINUTES=10 PEOPLE=10000)
	$(BIN)/python -m tests.proofs.small $(or $(MINUTES),10) $(or $(PEOPLE),10000)

hosts: $(STAMP) ## As root: two hosts in namespaces, nginx, PgBouncer, a bucket, a thousand learners, a host killed: a table (LEARNERS=100)
	$(BIN)/python -m tests.proofs.hosts $(LEARNERS)

faults: $(STAMP) ## Ten minutes of faults on each database: processes killed, a full disk, a database away (as root)
	$(BIN)/python -m tests.bench.faults

bench: $(STAMP) ## Measure against floors made in the same run
	$(BIN)/python -m tests.bench

scale: $(STAMP) ## A million people on PostgreSQL: sizes, pages, files, nights (PEOPLE=100000 DATABASE=sqlite KEEP=folder PARTS=night,backup)
	@$(BIN)/python -m tests.bench.scale "$(PEOPLE)" "$(DATABASE)" "$(KEEP)" "$(PARTS)"

check: $(APP) ## Check the course's files only
	$(RUN) content check

format: $(STAMP) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sbom: $(STAMP) ## What an installation is made of, as CycloneDX: build/croisee.cdx.json
	@$(BIN)/python deploy/sbom.py build/croisee.cdx.json

$(DOCS): requirements/docs.txt
	@$(NEEDED)
	@test -x $(@D)/bin/python || { $(NEEDS_VENV) && $(PYTHON) -m venv $(@D); }
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/docs.txt
	@touch $@

docs: $(DOCS) ## Write the site of the documentation: build/docs/index.html
	@$(<D)/bin/python deploy/docs/site.py

audit: $(STAMP) ## Compare the pins with the advisories known: pip-audit's, where it is installed, and those read by hand
	@$(BIN)/python deploy/audit.py

pictures: $(STAMP) ## Take the pictures of docs/images of today's demonstration again
	@$(BIN)/python deploy/docs/pictures.py

release: test audit docs ## Check everything, then make a version of what is unreleased: changelog, commit, tag, files in build/release (VERSION=1.0.0)
	@$(BIN)/python deploy/release.py "$(VERSION)"

lock: $(STAMP) ## Compile what pyproject.toml and requirements/*.in name to requirements/*.txt with hashes (needs uv)
	for made in "app pyproject.toml --all-extras" "dev pyproject.toml --all-extras requirements/dev.in" "lrs requirements/lrs.in" "docs requirements/docs.in"; do set -- $$made; out=requirements/$$1.txt; shift; \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links "$$@" --output-file $$out; done

clean: ## Forget the environment and the caches; the instance folder stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
