# Time Credits. Python 3.11 or newer and make are all that a fresh machine needs. `make help` lists the targets.
#   make run PORT=9000 DATABASE_URL=postgresql+psycopg://...     another port, another database
#   make test TESTS=tests/hours PYTEST_ARGS="-n 0 -x"            some tests, one process, stop at the first failure
#   make bench BENCH="posting letters"                            some benchmarks
#   PYTHON=/path/to/python3.12 make setup                        another Python

.DEFAULT_GOAL := help
.PHONY: help run setup setup-tests test test-partitioned lint lock bench contact-sheet faults fuzz gates ha soak

BIN := .venv/bin
TESTS ?= tests
# Half as many again as there are cores: much of a browser test is waiting. A process that has finished takes over half of what
# another still has to do; else one would sit over the browser tests, which stand together, while the others are long done.
PYTEST_ARGS ?= --dist worksteal -n $(shell python3 -c 'import os; print(max(2, (os.cpu_count() or 2) * 3 // 2))' 2>/dev/null || echo logical)

help: ## what can be made here
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' Makefile

run: ## everything from a bare checkout to the running demo on http://127.0.0.1:8000
	@sh scripts/set_up.sh run
	@TIMECREDITS_ENV="$${TIMECREDITS_ENV:-demo}" exec $(BIN)/timecredits demo

setup: ## the same, without starting anything
	@sh scripts/set_up.sh run
	@export TIMECREDITS_ENV="$${TIMECREDITS_ENV:-demo}"; \
	if [ "$$TIMECREDITS_ENV" = demo ]; then $(BIN)/timecredits demo --prepare; else $(BIN)/timecredits migrate; fi

setup-tests: ## what the tests and checks need: development packages and a browser
	@sh scripts/set_up.sh tests

test: setup-tests ## the whole suite, with a real PostgreSQL and a real browser
	$(BIN)/pytest $(PYTEST_ARGS) $(TESTS)

test-partitioned: setup-tests ## what runs on PostgreSQL, once more with each programme's tables split in parts, as over several machines
	PARTITIONED=1 $(BIN)/pytest $(PYTEST_ARGS) -m postgresql tests --ignore=tests/browser --ignore=tests/faults --ignore=tests/ha

lint: ## every check that runs nothing: ruff, mypy, import-linter, djlint
	@sh scripts/set_up.sh checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy scripts tests/real examples
	$(BIN)/lint-imports
	$(BIN)/djlint templates --quiet --lint
	$(BIN)/djlint templates --quiet --check

lock: ## write the locked lists of packages anew from pyproject.toml
	@sh scripts/set_up.sh checks
	$(BIN)/python -m scripts.lock

bench: ## how fast it is, as a table and in bench/results.json
	@sh scripts/set_up.sh tests
	$(BIN)/python -m bench $(BENCH)

contact-sheet: ## a picture of every page, on a phone and on a desk
	@sh scripts/set_up.sh tests
	$(BIN)/python -m scripts.contact_sheet

faults: ## servers killed, lines cut, disks full, clocks that jump, safeguards taken out, the API attacked (FAULTS=long for more)
	@sh scripts/set_up.sh tests
	@failed=; for part in tests.faults tests.mutants "tests.web.api.attack 2" tests.static; do \
		echo "== $$part"; $(BIN)/python -m $$part || failed="$$failed $$part;"; \
	done; if [ -n "$$failed" ]; then echo "not kept:$$failed" >&2; exit 1; fi

fuzz: ## ten million spoilt codes; none may be accepted (FUZZ=number for fewer)
	@sh scripts/set_up.sh checks
	$(BIN)/python -m tests.fuzz

gates: ## every page, person, width and language through the accessibility checks
	@sh scripts/set_up.sh tests
	GATES=1 $(BIN)/pytest tests/browser/test_pages.py

ha: ## three machines hold the database, and are killed and frozen while people write (HA=long for more); needs etcd
	@sh scripts/set_up.sh tests
	$(BIN)/python -m tests.ha

soak: ## ordinary use by 50 people, looking for leaks: two minutes (SOAK=1800 for half an hour)
	@sh scripts/set_up.sh tests
	$(BIN)/python -m tests.soak
