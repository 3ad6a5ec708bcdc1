"""RegisterConnector, UpdateConnectorRegistration and UnregisterConnector, without tokens."""

from __future__ import annotations

import pytest

from harness.model.appflow import (
    ACCOUNT,
    CALLER_ARN,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    REGION,
    START,
    Client,
    Cloud,
    FakeHost,
    Server,
    answering,
    describe,
    function,
    labels,
    refusal,
    register,
    registration,
    sdk_answer,
)


def test_register_answers_with_the_connectors_arn(client: Client) -> None:
    assert register(client) == CONNECTOR_ARN


def test_register_asks_the_function_once_for_its_configuration(
    client: Client, host: FakeHost
) -> None:
    register(client)
    request = {"type": "DescribeConnectorConfigurationRequest", "locale": "en-US"}
    assert host.invocations == [(FUNCTION_ARN, request, 10.0)]


def test_appflow_presents_the_connector_as_the_source_of_its_call(
    client: Client, host: FakeHost
) -> None:
    register(client)
    assert host.presented == [(FUNCTION_ARN, ACCOUNT, CONNECTOR_ARN)]


@pytest.mark.parametrize("qualifier", ["live", "7", "$LATEST"])
def test_a_version_or_alias_of_a_function_can_be_registered(
    client: Client, host: FakeHost, qualifier: str
) -> None:
    arn = f"{FUNCTION_ARN}:{qualifier}"
    host.functions[arn] = answering(sdk_answer())
    register(client, connectorProvisioningConfig=function(arn))
    assert describe(client)["connectorProvisioningConfig"] == function(arn)


@pytest.mark.parametrize(
    ("left_out", "member"),
    [
        ("connectorLabel", "connectorLabel"),
        ("connectorProvisioningType", "connectorProvisioningType"),
        ("connectorProvisioningConfig", "connectorProvisioningConfig.lambda.lambdaArn"),
    ],
)
def test_register_needs_what_the_model_leaves_optional(
    client: Client, left_out: str, member: str
) -> None:
    parameters = registration()
    del parameters[left_out]
    assert refusal(client.register_connector, **parameters) == (
        "ValidationException",
        f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: "
        "Member must not be null",
    )


def test_a_taken_label_is_a_conflict_and_invokes_nothing(client: Client, host: FakeHost) -> None:
    register(client)
    assert refusal(client.register_connector, **registration()) == (
        "ConflictException",
        "Connector with label Orders is already registered.",
    )
    assert len(host.invocations) == 1


def test_a_label_that_differs_only_in_case_is_refused_as_undocumented(client: Client) -> None:
    register(client)
    code, message = refusal(client.register_connector, **registration("ORDERS"))
    assert code == "UnsupportedOperationException"
    assert message.startswith(
        "Connector with label Orders is already registered, and whether names"
    )
    assert message.endswith("This is a limit of the local emulator, not of Amazon AppFlow.")


def test_a_label_is_free_in_another_account_and_in_another_region(
    client: Client, server: Server, host: FakeHost
) -> None:
    register(client)
    for account, region in [("999999999999", REGION), (ACCOUNT, "us-east-1")]:
        arn = f"arn:aws:lambda:{region}:{account}:function:orders"
        host.functions[arn] = answering(sdk_answer())
        other = server.client(account, region)
        assert labels(other) == []
        connector_arn = register(other, connectorProvisioningConfig=function(arn))
        assert connector_arn == f"arn:aws:appflow:{region}:{account}:connector/Orders"


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:lambda:{REGION}:999999999999:function:orders",
        f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders",
    ],
)
def test_a_function_of_another_account_or_region_is_refused(client: Client, arn: str) -> None:
    assert refusal(
        client.register_connector, **registration(connectorProvisioningConfig=function(arn))
    ) == (
        "ValidationException",
        f"The function '{arn}' must be in account {ACCOUNT} and region {REGION}, where the "
        "connector is registered.",
    )


@pytest.mark.parametrize("name", ["layer:orders", "function:orders:live:x", "function:"])
def test_an_arn_of_something_else_than_a_function_is_refused(client: Client, name: str) -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:{name}"
    assert refusal(
        client.register_connector, **registration(connectorProvisioningConfig=function(arn))
    ) == ("ValidationException", f"'{arn}' is not the ARN of an AWS Lambda function.")


def test_a_function_that_does_not_exist_is_not_found(client: Client) -> None:
    config = function(OTHER_FUNCTION_ARN)
    assert refusal(
        client.register_connector, **registration(connectorProvisioningConfig=config)
    ) == ("ResourceNotFoundException", f"Function not found: {OTHER_FUNCTION_ARN}")
    assert labels(client) == []


def test_update_reads_the_current_function_again_when_none_is_given(
    client: Client, host: FakeHost
) -> None:
    register(client)
    host.functions[FUNCTION_ARN] = answering(sdk_answer(connectorVersion="2.0"))
    response = client.update_connector_registration(connectorLabel="Orders")
    assert response["connectorArn"] == CONNECTOR_ARN
    assert describe(client)["connectorVersion"] == "2.0"


def test_a_code_change_is_invisible_until_update(client: Client, host: FakeHost) -> None:
    register(client)
    host.functions[FUNCTION_ARN] = answering(sdk_answer(connectorVersion="2.0"))
    assert describe(client)["connectorVersion"] == "1.0"


def test_update_moves_a_connector_to_another_function(client: Client, host: FakeHost) -> None:
    register(client)
    host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer(connectorName="Invoices"))
    client.update_connector_registration(
        connectorLabel="Orders", connectorProvisioningConfig=function(OTHER_FUNCTION_ARN)
    )
    now = describe(client)
    assert now["connectorName"] == "Invoices"
    assert now["connectorProvisioningConfig"] == function(OTHER_FUNCTION_ARN)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, "Orders of today"),
        ({"description": "Orders of old"}, "Orders of old"),
        ({"description": ""}, "SamplePythonSalesforceConnector"),
    ],
)
def test_update_keeps_an_omitted_description_and_clears_it_with_an_empty_one(
    client: Client, change: dict[str, str], shown: str
) -> None:
    register(client, description="Orders of today")
    client.update_connector_registration(connectorLabel="Orders", **change)
    assert describe(client)["connectorDescription"] == shown


def test_update_keeps_when_and_by_whom_the_connector_was_registered(
    client: Client, cloud: Cloud
) -> None:
    register(client)
    cloud.clock.advance(cloud.clock.now() - START.replace(year=2025))
    client.update_connector_registration(connectorLabel="Orders")
    now = describe(client)
    assert (now["registeredAt"], now["registeredBy"]) == (START, CALLER_ARN)


def test_a_failed_update_leaves_the_registration_as_it_was(client: Client, host: FakeHost) -> None:
    register(client)
    before = describe(client)
    host.functions[FUNCTION_ARN] = answering({"isSuccess": False})
    code, _ = refusal(
        client.update_connector_registration, connectorLabel="Orders", description="new"
    )
    assert code == "ConnectorServerException"
    assert describe(client) == before


def test_update_refuses_a_provisioning_config_without_function(client: Client) -> None:
    register(client)
    assert refusal(
        client.update_connector_registration,
        connectorLabel="Orders",
        connectorProvisioningConfig={},
    ) == (
        "ValidationException",
        "1 validation error detected: Value null at "
        "'connectorProvisioningConfig.lambda.lambdaArn' failed to satisfy constraint: Member must "
        "not be null",
    )


@pytest.mark.parametrize("operation", ["update_connector_registration", "unregister_connector"])
def test_a_label_that_is_not_registered_is_not_found(client: Client, operation: str) -> None:
    assert refusal(getattr(client, operation), connectorLabel="Orders") == (
        "ResourceNotFoundException",
        "Connector with label Orders not found",
    )


def test_unregister_forgets_the_connector_and_frees_its_label(client: Client) -> None:
    register(client)
    client.unregister_connector(connectorLabel="Orders")
    assert labels(client) == []
    register(client)


def test_a_connector_in_use_is_unregistered_only_by_force(client: Client, cloud: Cloud) -> None:
    users = {"Orders": ["nightly", "adhoc"]}
    cloud.appflow.connectors.add_user_source(lambda _place, label: users.get(label, []))
    register(client)
    for options in ({}, {"forceDelete": False}):
        assert refusal(client.unregister_connector, connectorLabel="Orders", **options) == (
            "ConflictException",
            "Connector Orders is in use by nightly, adhoc",
        )
    client.unregister_connector(connectorLabel="Orders", forceDelete=True)
    assert labels(client) == []
