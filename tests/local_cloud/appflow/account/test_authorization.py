"""Who may do what: the caller's policies and the function's."""

from __future__ import annotations

import pytest

from harness.model.appflow import (
    ACCOUNT,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    REGION,
    Client,
    FakeHost,
    labels,
    refusal,
    register,
    registration,
    status,
)
from harness.model.denials import assert_denied_without

UNREGISTER_ARN = f"arn:aws:appflow:{REGION}:{ACCOUNT}:/unregister-connector"
LABEL = {"connectorLabel": "Orders"}
EVERY_CONNECTOR = CONNECTOR_ARN.replace("Orders", "*")
CASES = [
    ("register_connector", registration("New"), "appflow:RegisterConnector", "*"),
    ("register_connector", registration("New"), "lambda:InvokeFunction", FUNCTION_ARN),
    ("update_connector_registration", LABEL, "appflow:UpdateConnectorRegistration", CONNECTOR_ARN),
    ("update_connector_registration", LABEL, "lambda:InvokeFunction", FUNCTION_ARN),
    ("unregister_connector", LABEL, "appflow:UnRegisterConnector", CONNECTOR_ARN),
    ("unregister_connector", LABEL, "appflow:UnRegisterConnector", UNREGISTER_ARN),
    (
        "describe_connector",
        {"connectorType": "CustomConnector", **LABEL},
        "appflow:DescribeConnector",
        CONNECTOR_ARN,
    ),
    ("list_connectors", {}, "appflow:ListConnectors", EVERY_CONNECTOR),
    ("describe_connectors", {}, "appflow:DescribeConnectors", "*"),
]


@pytest.mark.parametrize(("operation", "parameters", "action", "resource"), CASES)
def test_a_caller_without_permission_is_denied(
    client: Client,
    host: FakeHost,
    operation: str,
    parameters: dict[str, object],
    action: str,
    resource: str,
) -> None:
    register(client)
    assert_denied_without(host, action, resource, getattr(client, operation), parameters)
    host.denied.clear()
    assert labels(client) == ["Orders"]


def test_access_denied_is_http_403(client: Client, host: FakeHost) -> None:
    host.denied.add(("appflow:ListConnectors", EVERY_CONNECTOR))
    assert status(client.list_connectors) == 403


def test_register_says_nothing_about_the_request_to_who_may_not_register(
    client: Client, host: FakeHost
) -> None:
    host.denied.add(("appflow:RegisterConnector", "*"))
    code, _ = refusal(client.register_connector, connectorLabel="no good")
    assert code == "AccessDeniedException"


def test_a_denied_caller_does_not_learn_whether_a_connector_exists(
    client: Client, host: FakeHost
) -> None:
    host.denied.add(("appflow:UnRegisterConnector", CONNECTOR_ARN))
    code, _ = refusal(client.unregister_connector, connectorLabel="Orders")
    assert code == "AccessDeniedException"


def test_a_function_that_does_not_admit_appflow_is_access_denied(
    client: Client, host: FakeHost
) -> None:
    host.closed_to_appflow.add(FUNCTION_ARN)
    assert refusal(client.register_connector, **registration()) == (
        "AccessDeniedException",
        f"Amazon AppFlow is not authorized to perform: lambda:InvokeFunction on resource: "
        f"{FUNCTION_ARN}. The function's resource-based policy must allow appflow.amazonaws.com "
        f"with aws:SourceAccount {ACCOUNT} and aws:SourceArn {CONNECTOR_ARN}.",
    )
    assert host.invocations == []
    assert labels(client) == []


def test_an_update_too_needs_the_function_to_admit_appflow(client: Client, host: FakeHost) -> None:
    register(client)
    host.closed_to_appflow.add(FUNCTION_ARN)
    code, message = refusal(client.update_connector_registration, connectorLabel="Orders")
    assert code == "AccessDeniedException"
    assert message.startswith("Amazon AppFlow is not authorized to perform: lambda:InvokeFunction")


def test_the_permission_to_invoke_is_asked_for_the_very_arn_given(
    client: Client, host: FakeHost
) -> None:
    arn = f"{FUNCTION_ARN}:live"
    host.functions[arn] = host.functions[FUNCTION_ARN]
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    assert ("lambda:InvokeFunction", arn) in host.asked
    assert ("lambda:InvokeFunction", FUNCTION_ARN) not in host.asked
