from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from appflow_connector_provider import https
from harness.cloud.local_cloud import running_cloud
from harness.provider.endpoint import response_endpoint
from harness.provider.handler import virtual_time
from tests.security.lives import Lives, lives
from tests.security.rights import REGION
from tests.security.sandbox import Sandbox, sandbox
from tests.security.tally import TALLY

QUICK_EVENTS = 150


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The provider, AppFlow's model and an endpoint for answers, with every log line caught."""
    with sandbox(tmp_path_factory.mktemp("endpoint")) as running:
        yield running


@pytest.fixture(scope="session")
def tries() -> settings:
    """How many to try: SECURITY_EVENTS at random, or a quick number of the same ones."""
    asked = os.environ.get("SECURITY_EVENTS")
    quick = settings(
        max_examples=QUICK_EVENTS,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    if asked is None:
        return quick
    return settings(quick, max_examples=int(asked), derandomize=False, print_blob=True)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    folder = tmp_path_factory.mktemp("rights")
    with (
        running_cloud(folder) as cloud,
        response_endpoint(folder) as endpoint,
        virtual_time() as time,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ENDPOINT_URL_APPFLOW", cloud.url)
        patch.setenv("AWS_CA_BUNDLE", str(folder / str(cloud.port) / "ca-bundle.pem"))
        patch.setenv("SSL_CERT_FILE", str(endpoint.ca_file))
        https.tls_context.cache_clear()
        patch.setenv("CFN_RESPONSE_HOSTS", "localhost")
        yield lives(cloud, endpoint, time)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = []
    if TALLY.events or TALLY.response_urls:
        lines.append(f"{TALLY.events} hostile events and {TALLY.response_urls} response URLs tried")
    if TALLY.mutations_tried:
        lines.append(
            f"{TALLY.mutations_tried} policy mutations tried, {TALLY.mutations_caught} caught, "
            f"{TALLY.needed_on_aws} of rights that only AWS asks for"
        )
    lines += [
        f"{count} findings of cdk-nag's pack {pack} in the examples, "
        f"{TALLY.acknowledged[pack]} of them acknowledged by the library"
        for pack, count in TALLY.findings.items()
    ]
    for line in lines:
        terminalreporter.write_line(f"security: {line}")
