"""The rules for flows: what is required, what is asked of the connector, what is refused."""

from __future__ import annotations

import json

import pytest

from harness.model.appflow import (
    FUNCTION_ARN,
    Client,
    FakeHost,
    refusal,
)
from harness.model.profiles import (
    CONNECTOR_END,
    FROM_CONNECTOR,
    FROM_S3,
    MAP,
    MAP_ALL,
    PROJECTION,
    SCHEDULED,
    SOURCE_SETTINGS,
    TO_CONNECTOR,
    TO_S3,
    TO_THE_CONNECTOR,
    ConnectorFunction,
    connect,
    flow,
    flows,
    profile,
    setting,
    without,
)

PROJECTION_ERROR = "[Task Validation Error: You must specify a projection task or a MAP_ALL task]"


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    function = connect(client, host)
    client.create_connector_profile(**profile())
    host.invocations.clear()
    return function


@pytest.mark.parametrize(
    ("direction", "scope", "settings"),
    [({}, "SOURCE", SOURCE_SETTINGS), (TO_THE_CONNECTOR, "DESTINATION", {})],
)
def test_the_connector_validates_the_settings_of_the_flow(
    client: Client,
    host: FakeHost,
    direction: dict[str, object],
    scope: str,
    settings: dict[str, str],
) -> None:
    client.create_flow(**flow(**direction))
    request = {
        "type": "ValidateConnectorRuntimeSettingsRequest",
        "scope": scope,
        # With the profile's, which the connector may need to connect.
        "connectorRuntimeSettings": {"instanceUrl": "https://orders.example", **settings},
    }
    assert host.invocations[0] == (FUNCTION_ARN, request, 10.0)


def test_settings_that_the_connector_refuses_make_no_flow(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.refuse("ValidateConnectorRuntimeSettings", errorsByInputField={"view": "Unknown"})
    code, message = refusal(client.create_flow, **flow())
    assert code == "ValidationException"
    assert message.endswith("view: Unknown")
    assert flows(client) == []


@pytest.mark.parametrize("scope", ["SOURCE", "SOURCE_AND_DESTINATION"])
def test_settings_that_the_connector_requires_must_be_there(
    client: Client, connector: ConnectorFunction, scope: str
) -> None:
    configuration = connector.answers["DescribeConnectorConfigurationRequest"]
    configuration["connectorRuntimeSetting"].append(setting("filter", scope))
    client.update_connector_registration(connectorLabel="Orders")
    code, message = refusal(client.create_flow, **flow())
    path = "sourceFlowConfig.sourceConnectorProperties.CustomConnector.customProperties.filter"
    assert code == "ValidationException"
    assert f"Value null at '{path}'" in message


@pytest.mark.parametrize("tasks", [[], [MAP], [{**PROJECTION, "connectorOperator": {}}]])
def test_a_flow_needs_a_projection_or_map_all(client: Client, tasks: list[object]) -> None:
    assert refusal(client.create_flow, **flow(tasks=tasks)) == (
        "ValidationException",
        f"Create Flow request failed: {PROJECTION_ERROR}",
    )
    client.create_flow(**flow(tasks=[MAP, MAP_ALL]))
    assert refusal(client.update_flow, **flow(tasks=tasks)) == (
        "ValidationException",
        f"UpdateFlow request failed due to:{PROJECTION_ERROR}",
    )


def test_a_flow_without_map_tasks_is_not_emulated(client: Client) -> None:
    client.create_flow(**flow("with"))
    for operation, name in ((client.create_flow, "without"), (client.update_flow, "with")):
        code, message = refusal(operation, **flow(name, tasks=[PROJECTION]))
        assert code == "UnsupportedOperationException"
        assert "What a flow without Map tasks moves is not known." in message
        assert "a limit of the local emulator" in message
    assert flows(client) == ["with"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (
            {"sourceFlowConfig": without(FROM_CONNECTOR, "connectorProfileName")},
            "sourceFlowConfig.connectorProfileName",
        ),
        (
            {"sourceFlowConfig": without(FROM_CONNECTOR, "apiVersion")},
            "sourceFlowConfig.apiVersion",
        ),
        (
            {"sourceFlowConfig": {**CONNECTOR_END, "sourceConnectorProperties": {}}},
            "sourceFlowConfig.sourceConnectorProperties.CustomConnector",
        ),
        (
            {
                "destinationFlowConfigList": [
                    {"connectorType": "S3", "destinationConnectorProperties": {}}
                ]
            },
            "destinationFlowConfigList.1.member.destinationConnectorProperties.S3",
        ),
        (
            {"triggerConfig": {"triggerType": "Scheduled"}},
            "triggerConfig.triggerProperties.Scheduled.scheduleExpression",
        ),
    ],
)
def test_a_definition_must_be_complete(
    client: Client, changes: dict[str, object], path: str
) -> None:
    code, message = refusal(client.create_flow, **flow(**changes))
    assert (code, f"Value null at '{path}'" in message) == ("ValidationException", True), message


@pytest.mark.parametrize("destinations", [[], [TO_S3, TO_S3]])
def test_a_flow_has_one_destination(client: Client, destinations: list[object]) -> None:
    assert refusal(client.create_flow, **flow(destinationFlowConfigList=destinations)) == (
        "ValidationException",
        "Create Flow request failed: [You must specify exactly one destination]",
    )


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        (
            {"sourceFlowConfig": {**FROM_CONNECTOR, "apiVersion": "v1"}},
            "does not support the API version v1",
        ),
        (
            {
                "sourceFlowConfig": FROM_S3,
                "destinationFlowConfigList": [
                    {
                        **CONNECTOR_END,
                        "destinationConnectorProperties": {
                            "CustomConnector": {"entityName": "O", "writeOperationType": "DELETE"}
                        },
                    }
                ],
            },
            "does not support the write operation DELETE",
        ),
    ],
)
def test_a_flow_asks_of_the_connector_only_what_it_can_do(
    client: Client, changes: dict[str, object], mistake: str
) -> None:
    assert refusal(client.create_flow, **flow(**changes)) == (
        "ValidationException",
        f"Create Flow request failed: [The connector {mistake}]",
    )


def test_modes_and_triggers_that_the_connector_lacks_are_named_together(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.answers["DescribeConnectorConfigurationRequest"].update(
        connectorModes=["DESTINATION"], supportedTriggerTypes=["ONDEMAND"]
    )
    client.update_connector_registration(connectorLabel="Orders")
    assert refusal(client.create_flow, **flow(triggerConfig=SCHEDULED)) == (
        "ValidationException",
        "Create Flow request failed: [The connector can not be used as source, The connector does "
        "not support the trigger type Scheduled]",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sourceFlowConfig": FROM_S3}, "Flows from S3 to S3 are not emulated"),
        ({"triggerConfig": {"triggerType": "Event"}}, "Flows that are triggered by events"),
    ],
)
def test_a_flow_that_the_emulator_does_not_support_is_refused(
    client: Client, changes: dict[str, object], words: str
) -> None:
    code, message = refusal(client.create_flow, **flow(**changes))
    assert code == "UnsupportedOperationException"
    assert message.startswith(words)
    assert message.endswith("This is a limit of the local emulator, not of Amazon AppFlow.")


def test_the_destinations_object_cannot_be_updated(client: Client) -> None:
    client.create_flow(**flow(**TO_THE_CONNECTOR))
    other = json.loads(json.dumps(TO_CONNECTOR))
    other["destinationConnectorProperties"]["CustomConnector"]["entityName"] = "Invoice"
    for destination in (other, TO_S3):
        source = FROM_S3 if destination is other else FROM_CONNECTOR
        change = flow(sourceFlowConfig=source, destinationFlowConfigList=[destination])
        assert refusal(client.update_flow, **change) == (
            "ValidationException",
            "UpdateFlow request failed due to:[Destination object for the destination connector "
            "can not be updated]",
        )


def test_a_function_that_no_longer_admits_appflow_is_not_called(
    client: Client, host: FakeHost
) -> None:
    host.closed_to_appflow.add(FUNCTION_ARN)
    code, _ = refusal(client.create_flow, **flow())
    assert (code, host.invocations, flows(client)) == ("AccessDeniedException", [], [])


def test_the_triggers_of_a_destination_do_not_matter(
    client: Client, connector: ConnectorFunction
) -> None:
    configuration = connector.answers["DescribeConnectorConfigurationRequest"]
    configuration.update(supportedTriggerTypes=["ONDEMAND"])
    client.update_connector_registration(connectorLabel="Orders")
    client.create_flow(**flow(triggerConfig=SCHEDULED, **TO_THE_CONNECTOR))


def test_an_entity_that_the_connector_does_not_know_makes_no_flow(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.refuse("DescribeEntity", errorDetails={"errorMessage": "no such entity: Order"})
    for direction in ({}, TO_THE_CONNECTOR):
        code, message = refusal(client.create_flow, **flow(**direction))
        assert code == "ConnectorServerException"
        assert "no such entity: Order" in message
    assert flows(client) == []


def test_tasks_that_name_no_field_of_the_entity_make_no_flow(client: Client) -> None:
    tasks = [{**PROJECTION, "sourceFields": ["Ids"]}, {**MAP, "sourceFields": ["Ids"]}]
    assert refusal(client.create_flow, **flow(tasks=tasks)) == (
        "ValidationException",
        "Create Flow request failed: [Task Validation Error: The source has no field 'Ids']",
    )


def test_an_operator_that_the_connector_does_not_support_makes_no_flow(
    client: Client, host: FakeHost
) -> None:
    host.functions[FUNCTION_ARN] = ConnectorFunction(operatorsSupported=["PROJECTION"])
    client.update_connector_registration(
        connectorLabel="Orders", connectorProvisioningConfig={"lambda": {"lambdaArn": FUNCTION_ARN}}
    )
    only = {
        "taskType": "Filter",
        "sourceFields": ["Id"],
        "connectorOperator": {"CustomConnector": "EQUAL_TO"},
        "taskProperties": {"VALUE": "1", "DATA_TYPE": "string"},
    }
    code, message = refusal(client.create_flow, **flow(tasks=[PROJECTION, MAP, only]))
    assert code == "ValidationException"
    assert "The connector does not support the operator EQUAL_TO" in message


def test_a_connector_that_transfers_files_only_is_not_emulated(
    client: Client, host: FakeHost
) -> None:
    host.functions[FUNCTION_ARN] = ConnectorFunction(supportedDataTransferTypes=["FILE"])
    client.update_connector_registration(
        connectorLabel="Orders", connectorProvisioningConfig={"lambda": {"lambdaArn": FUNCTION_ARN}}
    )
    assert refusal(client.create_flow, **flow())[0] == "UnsupportedOperationException"
