# Rostrum. `make demo` shows it, `make test` checks it; both set everything up first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
BIN := .venv/bin

export PORT
# Tests and checks heed nothing that is set outside but DATABASE_URL and REDIS_URL.
CLEAN_ENV := env -u DEMO -u DEBUG -u SECRET_KEY -u ALLOWED_HOSTS -u SITE_URL -u MEDIA_ROOT \
	-u EMAIL_URL -u DEFAULT_FROM_EMAIL -u TRUST_PROXY -u CSRF_TRUSTED_ORIGINS -u OIDC_SERVER_URL \
	-u OIDC_CLIENT_ID -u OIDC_CLIENT_SECRET -u OIDC_NAME -u UPLOAD_MAX_MB -u PUBLIC_PAGE_SECONDS -u LOG_LEVEL \
	DATA_DIR=var/check

.NOTPARALLEL:
.PHONY: help setup demo test pytest lint bench bench-sweep bench-kill bench-slow bench-full format lock clean

help:  ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup:  ## Make .venv with the locked requirements; instant when it stands
	@scripts/setup.sh

demo: setup  ## Run the sample course; PORT=9000 make demo takes another port
	@exec scripts/demo.sh

test: setup lint pytest  ## Lint and every test

pytest: setup
	@scripts/browser.sh
	$(CLEAN_ENV) $(BIN)/pytest -n auto

lint: setup  ## Style, types, templates, import order, security, Django's own checks
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(CLEAN_ENV) DEBUG=1 scripts/lint.sh

bench: setup  ## Processor time per request, each as a ratio to a floor
	@$(CLEAN_ENV) $(BIN)/python -m benchmarks

bench-sweep: setup  ## What a sweep over 300 courses costs, idle and busy
	@$(CLEAN_ENV) $(BIN)/python -m benchmarks.sweeps

bench-kill: setup  ## Kill processes while a class hands in, and count what is there afterwards
	@$(CLEAN_ENV) $(BIN)/python -m benchmarks.faults.kill

bench-slow: setup  ## How long a page takes beside slow and silent clients
	@$(CLEAN_ENV) $(BIN)/python -m benchmarks.faults.slow

bench-full: setup  ## Fill the disks of the database, of uploads, of temporary files (root only)
	@$(CLEAN_ENV) $(BIN)/python -m benchmarks.faults.full

format: setup  ## Let ruff and djade format the code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .
	git -c 'safe.directory=*' ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2

lock: setup  ## Lock the requirements anew from requirements/*.in
	@scripts/lock.sh

clean:  ## Remove .venv, caches and everything under var/
	rm -rf .venv var staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
