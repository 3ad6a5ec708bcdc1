"""Each reason that docs/lifecycle.md explains is produced here, and none is missing there."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from appflow_connector_provider import handler as provider_handler
from appflow_connector_provider import timing
from harness.model.appflow import (
    OTHER_FUNCTION_ARN,
    Client,
    Server,
    answering,
    register,
    sdk_answer,
)
from harness.provider.faults import MODELLED, Fault, FaultyAppFlow
from harness.provider.handler import Provider, properties

DOCUMENT = Path(__file__).parents[2] / "docs" / "lifecycle.md"
DOCUMENTED = re.findall(r"^\| `([^`]+?: [^`]*)` \|", DOCUMENT.read_text(), re.MULTILINE)


@pytest.fixture
def faulty(provider: Provider, server: Server) -> FaultyAppFlow:
    server.appflow = faulty = FaultyAppFlow(provider.cloud.appflow, provider.time.advance)
    return faulty


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def explained(reason: str) -> bool:
    return any(reason.startswith(beginning) for beginning in DOCUMENTED)


@pytest.mark.parametrize("code", MODELLED["RegisterConnector"])
def test_each_error_of_register_connector_is_explained(
    provider: Provider, faulty: FaultyAppFlow, code: str
) -> None:
    faulty.faults[:] = [Fault("RegisterConnector", code, 1000)]
    answer = provider.create()
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(f"RegisterConnector: {code}: ")
    assert explained(answer["Reason"])


def test_a_broken_connection_is_explained(provider: Provider, faulty: FaultyAppFlow) -> None:
    faulty.faults[:] = [Fault("RegisterConnector", "lost request", 1000)]
    assert explained(provider.create()["Reason"])


def test_an_appflow_out_of_reach_is_explained(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_APPFLOW", f"http://127.0.0.1:{closed_port()}")
    provider_handler._client.cache_clear()
    answer = provider.create()
    provider_handler._client.cache_clear()
    assert answer["Reason"].startswith("RegisterConnector: EndpointConnectionError: ")
    assert explained(answer["Reason"])


def test_too_little_time_is_explained(provider: Provider, faulty: FaultyAppFlow) -> None:
    provider.seconds = 30
    faulty.faults[:] = [Fault("DescribeConnector", "slow", 1, 20)]
    answer = provider.update("Orders", properties(), properties(Revision="2"))
    assert answer["Reason"].startswith("UpdateConnectorRegistration: out of time: ")
    assert explained(answer["Reason"].replace("UpdateConnectorRegistration", "RegisterConnector"))


def test_a_forgotten_create_is_explained(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = provider.event("Create")
    provider.deliver(event)
    provider.cloud.clock.advance(timedelta(hours=9))
    monkeypatch.setattr(timing, "now", provider.cloud.clock.now)
    answer = provider.delete(f"outcome-unknown:{event['RequestId']}-register:Orders")
    assert answer["Reason"].startswith("Not unregistered: ")
    assert explained(answer["Reason"])


def test_a_time_out_is_explained_and_logged(
    provider: Provider, faulty: FaultyAppFlow, caplog: pytest.LogCaptureFixture
) -> None:
    faulty.faults[:] = [Fault("RegisterConnector", "slow", 1, 298)]
    answer = provider.create()
    assert any(each.startswith("Create failed: Create timed out") for each in caplog.messages)
    assert answer["Reason"].startswith("Create timed out: ")
    assert explained(answer["Reason"])


def test_a_connector_that_vanishes_is_explained(provider: Provider, faulty: FaultyAppFlow) -> None:
    faulty.faults[:] = [Fault("DescribeConnector", "ResourceNotFoundException", 200)]
    assert explained(provider.create()["Reason"])


def test_a_stolen_label_is_explained(provider: Provider, client: Client) -> None:
    provider.create()
    client.unregister_connector(connectorLabel="Orders")
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}})
    answer = provider.update("Orders", properties(), properties(Revision="2"))
    assert answer["Reason"].startswith("Not updated: ")
    assert explained(answer["Reason"])


def test_a_connector_in_use_is_explained(provider: Provider) -> None:
    provider.create()
    provider.cloud.appflow.connectors.add_user_source(lambda *_: ["connector profile sales"])
    assert explained(provider.delete("Orders")["Reason"])


Bad = Callable[[Provider], dict[str, object]]


@pytest.mark.parametrize(
    "bad",
    [
        lambda provider: provider.event("Create", ResourceProperties=properties("no good")),
        lambda provider: provider.event("Create", StackId=None),
    ],
)
def test_bad_input_is_explained(provider: Provider, bad: Bad) -> None:
    assert explained(provider.deliver(bad(provider))["Reason"])


def test_the_modelled_errors_are_botocores(client: Client) -> None:
    model = client.meta.service_model
    for operation, codes in MODELLED.items():
        shapes = model.operation_model(operation).error_shapes
        assert {shape.name for shape in shapes} == set(codes), operation
