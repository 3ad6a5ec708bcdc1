SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Node.js (for CDK) and everything else come from the environments that `make setup` makes.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.venv-local/bin:$(CURDIR)/node_modules/.bin:$(PATH)

PYTHON ?= python3
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: setup
setup: .venv/.done .venv-local/.done node_modules/.done ## install what everything below needs, here

.venv/.done: requirements.txt pyproject.toml
	@echo "==> the library's environment (.venv)"
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv-local/.done: local_cloud/requirements.txt local_cloud/pyproject.toml
	@echo "==> the local cloud's environment (.venv-local)"
	$(PYTHON) -m venv .venv-local
	.venv-local/bin/python -m pip install --quiet --require-hashes -r local_cloud/requirements.txt
	.venv-local/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable local_cloud
	@touch $@

node_modules/.done: package.json package-lock.json .venv/.done
	@echo "==> the CDK CLI and pyright (node_modules)"
	npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: demo
demo: setup ## deploy the demo on a local cloud and show the connector (KEEP=1 keeps the cloud up)
ifdef KEEP
	@appflow-local status >/dev/null || appflow-local up --detach
	@appflow-local exec -- python -m scripts.demo
	@echo 'The local cloud stays up, the Datasette server has ended. Stop it with:'
	@echo '.venv-local/bin/appflow-local down'
else
	@appflow-local exec --port 0 -- python -m scripts.demo
endif

.PHONY: test
test: setup ## run the whole suite
	.venv/bin/python -m pytest --numprocesses 4 --dist loadscope --no-loadscope-reorder --durations=10

.PHONY: test-fast
test-fast: setup ## run what needs no deployment, while you edit
	.venv/bin/python -m pytest --fast --numprocesses 2 --dist loadscope --no-loadscope-reorder

.PHONY: test-aws
test-aws: setup ## run a connector's life in the account of your AWS credentials, and clean up
	TEST_AWS=1 .venv/bin/python -m pytest tests/aws_account

.PHONY: test-aws-suite
test-aws-suite: setup ## run AWS's own integration suite for connectors on a local cloud
	.venv/bin/python -m pytest tests/aws_suite

.PHONY: test-security
test-security: setup ## what attackers try, every right that is needed, cdk-nag's packs
	.venv/bin/python -m pytest tests/security tests/end_to_end/test_permissions.py \
	  tests/examples/test_rule_packs.py tests/local_cloud/test_shared_machine.py \
	  tests/local_cloud/test_other_users.py tests/local_cloud/test_hostile_paths.py

.PHONY: test-chaos
test-chaos: setup ## try 10,000 random lives of a stack, with faults (CHAOS_SEQUENCES=n, SEED=n)
	@echo "seed: $(SEED)"
	CHAOS_SEQUENCES=$${CHAOS_SEQUENCES:-10000} .venv/bin/python -m pytest tests/chaos \
	  -k test_no_registration --hypothesis-seed=$(SEED) --show-capture=no

.PHONY: test-scale
test-scale: setup ## deploy 100 connectors in one stack against an AppFlow that throttles
	CONNECTORS=100 .venv/bin/python -m pytest -s tests/scale tests/provider/test_throttled_crowd.py

# Flows need cdklabs.cdk-appflow and, with it, the aws-cdk-lib of 2.211.0.
FLOOR_FLOWS := '.[flows]' 'aws-cdk.aws-glue-alpha==2.211.0a0' 'aws-cdk.aws-redshift-alpha==2.211.0a0'
FLOOR_TOOLS := boto3 croniter custom-connector-sdk antlr4-python3-runtime hypothesis pyarrow pytest setuptools tomli trustme uv

.PHONY: test-floor
test-floor: setup ## test the constructs on the oldest aws-cdk-lib that pyproject.toml admits
	uv venv --quiet --clear --python .venv/bin/python .venv-floor
	uv pip install --quiet --python .venv-floor --resolution lowest-direct .
	uv pip install --quiet --python .venv-floor --constraint requirements.txt $(FLOOR_TOOLS)
	.venv-floor/bin/python -m pytest -p no:cacheprovider tests/constructs \
	  --ignore=tests/constructs/flows
	uv pip install --quiet --python .venv-floor --resolution lowest-direct --prerelease allow \
	  $(FLOOR_FLOWS)
	.venv-floor/bin/python -m pytest -p no:cacheprovider tests/constructs/flows

.PHONY: golden
golden: setup ## write down the examples' templates as they are now
	PYTHONPATH=.:tests/support .venv/bin/python -m harness.synth.example_templates

.PHONY: golden-released
golden-released: setup ## after a release: write down what the next one must not replace
	PYTHONPATH=.:tests/support .venv/bin/python -m harness.synth.example_templates --released

.PHONY: release-check
release-check: setup ## build the wheel and the sdist in dist/, and check that they could be released
	rm -rf dist
	.venv/bin/python -m hatchling build
	twine check --strict dist/*
	uv venv --quiet --clear --python .venv/bin/python build/wheel
	uv pip install --quiet --python build/wheel --constraint requirements.txt dist/*.whl
	cyclonedx-py environment --pyproject pyproject.toml --mc-type library --output-reproducible \
	  --validate --output-file dist/sbom.cdx.json build/wheel/bin/python
	.venv/bin/python -m pytest tests/repository/test_release.py tests/distribution \
	  tests/examples/test_example_templates.py

.PHONY: audit
audit: setup ## ask PyPI and npm for advisories on everything in the locks
	@failed=; \
	for each in requirements.txt local_cloud/requirements.txt; do \
	  echo "==> $$each"; \
	  pip-audit --strict --disable-pip --progress-spinner off --requirement $$each || failed=1; \
	done; \
	echo '==> package-lock.json'; npm audit || failed=1; \
	test -z "$$failed"

BENCH := PYTHONPATH=.:tests/support:local_cloud:provider_lambda .venv/bin/python -m benchmarks

.PHONY: bench
bench: setup ## measure this library beside its alternatives, and write the documents (BENCH_ROUNDS=n)
	@$(BENCH)

.PHONY: bench-check
bench-check: setup ## fail where something has become slower, larger or more than its budget
	@$(BENCH).check

.PHONY: check
check: setup ## check formatting, lint, types and the documents
	ruff format --check .
	ruff check .
	bandit --quiet --configfile pyproject.toml --recursive \
	  provider_lambda constructs local_cloud/appflow_local scripts
	mypy
	mypy --python-executable .venv-local/bin/python local_cloud/appflow_local
	.venv/bin/python -m scripts.user_types
	NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict --site-dir build/site

.PHONY: docs
docs: setup ## serve the documents at http://127.0.0.1:8000
	NO_MKDOCS_2_WARNING=1 mkdocs serve

.PHONY: format
format: setup ## format the sources and fix what lint can fix
	ruff format .
	ruff check --fix .

# The flow's libraries warn of what is deprecated in them; a CDK CLI of 3.0 reads no assembly yet.
CDK := JSII_DEPRECATED=quiet CDK_DISABLE_VERSION_CHECK=1 cdk

.PHONY: deploy
deploy: setup ## deploy the demo to the account of your AWS credentials (SERVER_URL=https://…)
	$(CDK) deploy --all

.PHONY: destroy
destroy: setup ## delete it there again
	SERVER_URL=$${SERVER_URL:-https://deleted.example.com} $(CDK) destroy --all

.PHONY: lock
lock: setup ## resolve the pinned requirements again
	uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --group pyproject.toml:dev pyproject.toml -o requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --group local_cloud/pyproject.toml:dev local_cloud/pyproject.toml \
	  -o local_cloud/requirements.txt
	npm install --package-lock-only --no-audit --no-fund

.PHONY: clean
clean: ## remove environments, builds and caches
	rm -rf .venv .venv-floor .venv-local node_modules build cdk.out dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
