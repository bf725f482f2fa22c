# Two commands: `make` plays the story, `make test` runs every check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The workers of pytest: CI has 2 cores, and many tests wait for programs that they started.
JOBS ?= 4
# uv asks the machine which authorities to trust, as pip does: behind a company's proxy there may be one more.
export UV_SYSTEM_CERTS ?= 1

.PHONY: demo setup test lint tests soak coverage bench bench-recipients bench-content train-typo train-unusual fuzz packages requirements format clean
demo: setup
	@$(BIN)/sekisho demo

setup: $(VENV)/.run

$(VENV)/.uv: requirements/uv.txt
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements/run.txt pyproject.toml
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@$(BIN)/python -m compileall -q gateway mail notifier response rules service store web
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/test.txt
	@touch $@

# Debian's packages that the tests start: only as root or with sudo that asks nothing.
packages:
	@sh tests/packages.sh

test: $(VENV)/.test packages .provider/.ready lint tests

# A real OpenID provider, which tests start on loopback; where npm cannot install it they are skipped.
.provider/.ready: tests/provider/package.json tests/provider/package-lock.json
	@mkdir -p .provider && cp $^ .provider/
	@npm ci --prefix .provider --silent --ignore-scripts >/dev/null 2>&1 || echo "oidc-provider is left out: npm could not install it"
	@touch $@

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

tests: $(VENV)/.test
	$(BIN)/python -m pytest -n $(JOBS)

# What takes minutes: a case walked on a phone, 60 kills under load, 1,000 raced releases over two nodes, 1,000 raced decisions on each database, the long forms of other races; then the rooms above the store on both databases each.
soak: $(VENV)/.test packages
	$(BIN)/python -m pytest -m soak tests --durations=0
	$(BIN)/python -m pytest -n $(JOBS) --both-databases tests/web tests/flows tests/response tests/notifier tests/faults

# The same with the lines that were run; slower, so without the test that measures time.
coverage: $(VENV)/.test packages .provider/.ready
	$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term:skip-covered --deselect tests/rules/test_personal_speed.py

# What is measured, each by a program of benchmarks/ that can be run alone; a peer that cannot be installed is left out by name.
bench: $(VENV)/.bench packages .bench/.peers .bench/.content-peers
	@for name in relay recipients contacts content hostile mime_cases read_message store_commit pages desk; do echo "== $$name"; $(BIN)/python benchmarks/$$name.py; done

# Mistyped recipients alone, with the peers beside, and the book of contacts up to a million: the tables of the README.
bench-recipients: $(VENV)/.bench packages .bench/.peers
	@for name in recipients contacts; do echo "== $$name"; $(BIN)/python benchmarks/$$name.py; done

# What is attached: what is held, what is found, how fast, Presidio and markitdown beside; the table of the README.
bench-content: $(VENV)/.bench packages .bench/.content-peers
	@$(BIN)/python benchmarks/content.py --peers

# Learns rules/typo_weights.toml anew; after a change of the evidence, of the names or of the slips.
train-typo: $(VENV)/.bench
	$(BIN)/python benchmarks/train_typo.py

$(VENV)/.bench: $(VENV)/.test requirements/bench.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

# Peers of bench-content, in an environment of their own: they need other versions of what we use.
.bench/.content-peers: $(VENV)/.uv requirements/peers.txt
	@mkdir -p .bench
	@{ $(PYTHON) -m venv .bench/peers && $(BIN)/uv pip install --quiet --python .bench/peers/bin/python --require-hashes -r requirements/peers.txt; } \
	  || { rm -rf .bench/peers; echo "Presidio and markitdown are left out: they could not be installed"; }
	@touch $@

.bench/.peers: benchmarks/package.json benchmarks/package-lock.json
	@mkdir -p .bench && cp $^ .bench/
	@npm ci --prefix .bench --silent --ignore-scripts >/dev/null 2>&1 || echo "Haraka and mailcheck are left out: npm could not install them"
	@touch $@

# Octets nobody thought of, for SECONDS a target: make fuzz TARGET="mime reader-html" SECONDS=60. What breaks it stays in tests/fuzz/found.
# Without TARGET all of them, every reader of formats and every recogniser among them.
TARGET ?= $(shell $(BIN)/python -m tests.fuzz.targets)
SECONDS ?= 60
fuzz: $(VENV)/.fuzz
	@set -e; for name in $(TARGET); do echo "== $$name"; $(BIN)/python -m tests.fuzz $$name $(SECONDS); done

$(VENV)/.fuzz: $(VENV)/.test requirements/fuzz.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/fuzz.txt
	@touch $@

# The weights of recipient-unusual, from folders of past mail (benchmarks/unusual_traffic.py): make train-unusual DATA="folder folder"
train-unusual: $(VENV)/.train
	$(BIN)/python benchmarks/train_unusual.py --data $(DATA)

$(VENV)/.train: $(VENV)/.test requirements/train.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/train.txt
	@touch $@

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pins everything anew, with hashes and without the address of any registry.
requirements: $(VENV)/.uv
	@for name in uv run test fuzz bench train peers; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	    requirements/$$name.in --output-file requirements/$$name.txt; done

clean:
	rm -rf $(VENV) .demo .fuzz .screens build ./*.egg-info
