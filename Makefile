# Two commands on a fresh machine with Python 3.11 and make: `make run` and `make test`.

PYTHON ?= python3
export PORT ?= 8000
PARALLEL ?= 2
BIN := .venv/bin
ENGINES := roi_project/kernel teams/engine finance/engine

.PHONY: help run test lint format clean clients docs screenshots
help:
	@echo "make run              start everything here with a demonstration company; Ctrl-C stops it, data stay"
	@echo "make run PORT=8001    the same on another port;  make run EMPTY=yes  without the demonstration"
	@echo "make test             every test on the embedded database; with DATABASE_URL and REDIS_URL set, on those"
	@echo "make test ARGS=...    with more words for pytest, as ARGS='tests/engine -k pools'"
	@echo "make screenshots      pictures of every page of a leader in .var/screenshots; needs chromium and chromium-driver"
	@echo "make lint             style, types, the law of the house, migrations, API description, production settings"
	@echo "make format           put the code into the usual form"
	@echo "make docs             these pages and the API reference as a site, in .var/docs/html"
	@echo "make clients          what typed clients are generated with in the tests, into .var/clients"
	@echo "make clean            forget the environment and the data of make run"

run: .venv/run.lock
	@$(BIN)/python manage.py up $(if $(EMPTY),--empty)

test: .venv/dev.lock
	$(BIN)/pytest -n $(PARALLEL) --dist loadscope $(ARGS)

screenshots: .venv/dev.lock
	$(BIN)/python -m tests.browser.screenshots .var/screenshots

lint: .venv/dev.lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(ENGINES)
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	PRODUCTION=true ALLOWED_HOSTS=roi.example.org \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  TOKEN_PEPPER=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

format: .venv/dev.lock
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clients: .var/clients/python/installed .var/clients/typescript/installed

# Generators of typed clients, as their locks say. The service never meets them: a package of theirs beside Django would
# be loaded by it, and what is tested would not be what runs.
.var/clients/python/installed: requirements/clients.txt
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes -r $<
	@touch $@

.var/clients/typescript/installed: tests/clients/typescript/package-lock.json
	@mkdir -p $(@D)
	@cp $(<D)/package.json $< $(@D)/
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# A site out of docs/ with the API as this version describes it. Any warning fails, and so does a page that asks another
# host for a script, a style, a letter or a picture.
SITE := .var/docs/html
docs: .var/docs/python/installed .venv/dev.lock
	@$(BIN)/python manage.py spectacular --format openapi-json --file .var/docs/openapi.json
	@rm -rf $(SITE)
	@.var/docs/python/bin/sphinx-build --quiet --fail-on-warning --fresh-env -b html -d .var/docs/read \
	  -D openapi_document=$(CURDIR)/.var/docs/openapi.json docs $(SITE)
	@! grep -rnE --include='*.html' '<(script|link|img|iframe|source)[^>]*(src|href)="(https?:)?//' $(SITE)
	@! grep -rnE --include='*.css' '(url\(|@import) *["'"'"']?(https?:)?//' $(SITE)
	@echo "The pages are in $(SITE)/index.html"

.var/docs/python/installed: requirements/docs.txt
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes -r $<
	@touch $@

clean:
	rm -rf .venv .var

# The environment holds exactly what a lock names, checked by hash, and is renewed when the lock has changed.
.venv/%.lock: requirements/%.txt | .venv/bin/pip
	@echo "Installing what $< names …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes -r $<
	@cp $< $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer; name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python cannot make an environment here; on Debian: apt install python3-venv"; rm -rf .venv; exit 1; }
