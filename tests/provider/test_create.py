"""Create: registers once, answers with the label, and leaves alone what is not ours."""

from __future__ import annotations

import pytest

from harness.model.appflow import (
    ACCOUNT,
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    Client,
    Server,
    answering,
    describe,
    labels,
    sdk_answer,
)
from harness.model.appflow import register as register_by_hand
from harness.provider.handler import Provider


def test_the_label_is_the_physical_id_and_describe_fills_the_attributes(
    provider: Provider, client: Client
) -> None:
    answer = provider.create(Description="Orders and invoices")
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "Orders"
    assert answer["Data"] == {
        "ConnectorArn": "arn:aws:appflow:eu-west-1:123456789012:connector/Orders",
        "ConnectorLabel": "Orders",
        "ConnectorName": "SamplePythonSalesforceConnector",
        "ConnectorVersion": "1.0",
        "ConnectorOwner": "SampleConnector",
        "ApiVersion": "v51.0",
    }
    registered = describe(client)
    assert registered["connectorDescription"] == "Orders and invoices"
    assert registered["connectorProvisioningConfig"]["lambda"]["lambdaArn"] == FUNCTION_ARN


def test_the_answer_names_the_request_it_answers(provider: Provider) -> None:
    event = provider.event("Create")
    answer = provider.deliver(event)
    for member in ("RequestId", "StackId", "LogicalResourceId"):
        assert answer[member] == event[member]
    assert answer["NoEcho"] is False


def test_two_api_calls_and_no_wait_are_all_that_a_create_takes(provider: Provider) -> None:
    provider.create()
    actions = [action for action, _resource in provider.cloud.host.asked]
    assert actions == [
        "appflow:RegisterConnector",
        "lambda:InvokeFunction",
        "appflow:DescribeConnector",
    ]
    assert provider.time.waits == []


def test_a_redelivered_create_registers_nothing_more(provider: Provider, client: Client) -> None:
    event = provider.event("Create")
    first, again = provider.deliver(event), provider.deliver(event)
    assert first == again
    assert labels(client) == ["Orders"]
    assert len(provider.cloud.host.invocations) == 1


def test_a_create_after_a_lost_answer_finds_its_own_registration(provider: Provider) -> None:
    event = provider.event("Create")
    provider.deliver(event)
    assert provider.deliver(event)["Status"] == "SUCCESS"


def test_another_create_of_the_same_label_is_a_conflict(provider: Provider) -> None:
    provider.create()
    assert provider.create()["Status"] == "FAILED"


def test_the_newest_api_version_is_chosen_by_its_numbers(provider: Provider) -> None:
    answer = answering(sdk_answer(supportedApiVersions=["v9.1", "v10.0", "v2"]))
    provider.cloud.host.functions[FUNCTION_ARN] = answer
    assert provider.create()["Data"]["ApiVersion"] == "v10.0"


def test_a_taken_label_fails_and_says_whose_it_is(provider: Provider, client: Client) -> None:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    _register_theirs(client)
    answer = provider.create()
    assert answer["Status"] == "FAILED"
    reason = answer["Reason"]
    taken = "label Orders is taken for function invoices since 2026-01-02 by user/tester. "
    assert reason.startswith(f"RegisterConnector: ConflictException: {taken}")
    assert "on_conflict=ADOPT" in reason


def test_a_long_principal_leaves_the_function_and_the_date_of_a_taken_label(
    provider: Provider, server: Server
) -> None:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    name = "AWSReservedSSO_AdministratorAccess_0123456789abcdef-somebody-example-com"
    _register_theirs(server.client(account=f"{ACCOUNT}{name}"))
    reason = provider.create()["Reason"]
    assert " for function invoices since 2026-01-02 by " in reason
    assert "on_conflict=ADOPT" in reason


def test_a_failed_create_never_unregisters_what_it_met(provider: Provider, client: Client) -> None:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    _register_theirs(client)
    failed = provider.create()
    assert provider.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_even_if_it_is_registered_for_the_same_function(provider: Provider, client: Client) -> None:
    register_by_hand(client)
    failed = provider.create()
    assert failed["Status"] == "FAILED"
    assert provider.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_adopt_takes_a_taken_label_over(provider: Provider, client: Client) -> None:
    provider.cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
    _register_theirs(client)
    answer = provider.create(OnConflict="ADOPT", Description="Ours")
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "Orders"
    adopted = describe(client)
    assert adopted["connectorProvisioningConfig"]["lambda"]["lambdaArn"] == FUNCTION_ARN
    assert adopted["connectorDescription"] == "Ours"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ConnectorLabel": "no spaces"}, "ConnectorLabel 'no spaces' must be two or more"),
        ({"ConnectorLabel": None}, "ConnectorLabel is required"),
        ({"ConnectorLabel": ["Orders"]}, "ConnectorLabel ['Orders'] must be a string"),
        ({"LambdaArn": None}, "LambdaArn is required"),
        ({"LambdaArn": "orders"}, "LambdaArn 'orders' must be the ARN of a Lambda function"),
        ({"Description": "a, b"}, "Description 'a, b' holds ','"),
        ({"OnConflict": "STEAL"}, "OnConflict 'STEAL' must be FAIL or ADOPT"),
        ({"ForceUnregister": "maybe"}, "ForceUnregister 'maybe' must be true or false"),
        ({"Revision": 7}, "Revision 7 must be a string"),
    ],
)
def test_a_bad_property_fails_at_once_and_is_named(
    provider: Provider, change: dict[str, object], said: str
) -> None:
    answer = provider.deliver(
        provider.event(
            "Create",
            ResourceProperties=_properties(change),
        )
    )
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(f"Invalid property: {said}")
    assert provider.cloud.host.asked == []


def test_a_rolled_back_create_with_bad_properties_can_be_deleted(provider: Provider) -> None:
    bad = _properties({"ConnectorLabel": "no spaces"})
    failed = provider.deliver(provider.event("Create", ResourceProperties=bad))
    assert provider.delete(failed["PhysicalResourceId"], bad)["Status"] == "SUCCESS"
    assert provider.cloud.host.asked == []


def _properties(change: dict[str, object]) -> dict[str, object]:
    good: dict[str, object] = {"ConnectorLabel": "Orders", "LambdaArn": FUNCTION_ARN}
    return {name: value for name, value in (good | change).items() if value is not None}


def _register_theirs(client: Client) -> None:
    config = {"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}}
    register_by_hand(client, connectorProvisioningConfig=config)
