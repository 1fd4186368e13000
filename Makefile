# Two commands on a fresh machine with Python 3.11+, git and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test soak lint check format bench bench-against lock messages contracts pictures gallery clean

demo: $(VENV)/.installed
	@$(BIN)/folkmoot demo $(ARGS)

test: check
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

# Kills and random stories, in full on both databases: hours.
soak: $(VENV)/.installed
	SOAK=1 LIFE_OF_VOTES=$${LIFE_OF_VOTES:-300} $(BIN)/pytest -n auto --dist worksteal tests/kill tests/model \
	  tests/storage/moving tests/storage/driver $(ARGS)

lint: check
	$(BIN)/lint-imports

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed
	$(BIN)/python -m tests.benchmarks $(ARGS)

# Compares with an earlier commit, taking turns: make bench-against REV=main ARGS="--only j".
bench-against: $(VENV)/.installed
	$(BIN)/python -m tests.benchmarks.against $(REV) $(ARGS)

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing what Folkmoot needs into $(VENV): a minute or two, the first time only."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

# Takes the pictures of README and docs anew, in a browser (.ci/run installs it).
pictures: $(VENV)/.installed
	$(BIN)/python -m tests.pictures

# Writes a page with every card, form and picture in each of its states; make gallery ARGS=voting shows a room.
gallery: $(VENV)/.installed
	$(BIN)/python -m tests.gallery gallery.html $(ARGS)

# Writes every sentence that people read into a template for translators.
messages: $(VENV)/.installed
	$(BIN)/python -m bot.presentation.catalogue.extraction folkmoot.pot

# Compiles our contracts with the solc of tests/node.
contracts:
	npm --prefix tests/node ci --no-audit --no-fund --ignore-scripts
	node tests/contracts/build.mjs

# The lock holds versions and hashes, no addresses. Needs uv on the PATH.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --prerelease if-necessary-or-explicit -o requirements.lock
	uv pip compile --group verify -c requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements-verify.lock
	uv pip compile tests/browser/requirements.in -c requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o tests/browser/requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache
