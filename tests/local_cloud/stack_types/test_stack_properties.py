"""A template's properties become an operation's parameters."""

from __future__ import annotations

from typing import Any

import pytest

from appflow_local.appflow.protocol.validation import validate
from appflow_local.stack_types.properties import InvalidProperties, api_parameters
from tests.local_cloud.stack_types.stack_properties import (
    FLOW,
    FLOW_PARAMETERS,
    PROFILE,
    PROFILE_PARAMETERS,
)


def test_every_property_of_a_connector_arrives() -> None:
    properties = {
        "ConnectorLabel": "Orders",
        "Description": "All orders",
        "ConnectorProvisioningType": "LAMBDA",
        "ConnectorProvisioningConfig": {"Lambda": {"LambdaArn": "arn:aws:lambda:r:1:function:f"}},
    }
    assert api_parameters("RegisterConnector", properties) == {
        "connectorLabel": "Orders",
        "description": "All orders",
        "connectorProvisioningType": "LAMBDA",
        "connectorProvisioningConfig": {"lambda": {"lambdaArn": "arn:aws:lambda:r:1:function:f"}},
    }


def test_every_property_of_a_profile_arrives() -> None:
    parameters = api_parameters("CreateConnectorProfile", PROFILE)
    assert parameters == PROFILE_PARAMETERS
    validate("CreateConnectorProfile", parameters)


def test_every_property_of_a_flow_from_a_connector_arrives() -> None:
    parameters = api_parameters("CreateFlow", FLOW)
    assert parameters == FLOW_PARAMETERS
    validate("CreateFlow", parameters)


def test_every_property_of_a_flow_to_a_connector_arrives() -> None:
    source = {
        "ConnectorType": "S3",
        "SourceConnectorProperties": {
            "S3": {
                "BucketName": "lake",
                "BucketPrefix": "in",
                "S3InputFormatConfig": {"S3InputFileType": "JSON"},
            }
        },
    }
    destination = {
        "ConnectorType": "CustomConnector",
        "ApiVersion": "v1",
        "ConnectorProfileName": "prod",
        "DestinationConnectorProperties": {
            "CustomConnector": {
                "EntityName": "Order",
                "CustomProperties": {"mode": "fast"},
                "WriteOperationType": "UPSERT",
                "IdFieldNames": ["Id"],
                "ErrorHandlingConfig": {
                    "BucketName": "errors",
                    "BucketPrefix": "failed",
                    "FailOnFirstError": "false",
                },
            }
        },
    }
    properties = {
        **FLOW,
        "SourceFlowConfig": source,
        "DestinationFlowConfigList": [destination],
    }
    parameters = api_parameters("CreateFlow", properties)
    assert parameters["sourceFlowConfig"] == {
        "connectorType": "S3",
        "sourceConnectorProperties": {
            "S3": {
                "bucketName": "lake",
                "bucketPrefix": "in",
                "s3InputFormatConfig": {"s3InputFileType": "JSON"},
            }
        },
    }
    assert parameters["destinationFlowConfigList"] == [
        {
            "connectorType": "CustomConnector",
            "apiVersion": "v1",
            "connectorProfileName": "prod",
            "destinationConnectorProperties": {
                "CustomConnector": {
                    "entityName": "Order",
                    "customProperties": {"mode": "fast"},
                    "writeOperationType": "UPSERT",
                    "idFieldNames": ["Id"],
                    "errorHandlingConfig": {
                        "bucketName": "errors",
                        "bucketPrefix": "failed",
                        "failOnFirstDestinationError": False,
                    },
                }
            },
        }
    ]


def test_the_properties_of_other_connectors_are_left_to_appflow() -> None:
    salesforce = {"ConnectorOAuthRequest": {"AuthCode": "code"}}
    config = {
        "ConnectorProfileProperties": {"Salesforce": {"isSandboxEnvironment": "true"}},
        "ConnectorProfileCredentials": {"Salesforce": salesforce},
    }
    properties = {
        **PROFILE,
        "ConnectorType": "Salesforce",
        "ConnectorProfileConfig": config,
    }
    parameters = api_parameters("CreateConnectorProfile", properties)
    assert parameters["connectorType"] == "Salesforce"


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"Colour": "red"}, "#: extraneous key [Colour] is not permitted"),
        ({"flowName": "x"}, "#: extraneous key [flowName] is not permitted"),
        ({"ClientToken": "x"}, "#: extraneous key [ClientToken] is not permitted"),
        ({"FlowArn": "arn"}, "#: extraneous key [FlowArn] is not permitted"),
        (
            {"TriggerConfig": {"TriggerType": "OnDemand", "TriggerProperties": {"Rate": 1}}},
            "#/TriggerConfig/TriggerProperties: extraneous key [Rate] is not permitted",
        ),
        ({"Tasks": {}}, "#/Tasks: expected type: JSONArray, found: JSONObject"),
        (
            {"TriggerConfig": "OnDemand"},
            "#/TriggerConfig: expected type: JSONObject, found: String",
        ),
        ({"FlowName": ["x"]}, "#/FlowName: expected type: String, found: JSONArray"),
        ({"Tags": {"team": "sales"}}, "#/Tags: expected type: JSONArray, found: JSONObject"),
        ({"Tags": [{"Key": "team"}]}, "#/Tags/0: required key [Value] not found"),
        ({"Tags": ["team"]}, "#/Tags/0: expected type: JSONObject, found: String"),
        (
            {"Tasks": [{"SourceFields": [{}], "TaskType": "Map"}]},
            "#/Tasks/0/SourceFields/0: expected type: String, found: JSONObject",
        ),
    ],
)
def test_a_property_that_the_schema_does_not_allow_is_named(
    changes: dict[str, Any], mistake: str
) -> None:
    with pytest.raises(InvalidProperties) as raised:
        api_parameters("CreateFlow", {**FLOW, **changes})
    assert str(raised.value) == f"[{mistake}]"


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        ("soon", "expected type: Number, found: String"),
        (True, "expected type: Number, found: Boolean"),
        ("nan", "expected type: Number, found: String"),
    ],
)
def test_a_time_must_be_a_number(value: object, mistake: str) -> None:
    trigger = {"TriggerType": "Scheduled", "TriggerProperties": {"ScheduleStartTime": value}}
    with pytest.raises(InvalidProperties, match=mistake):
        api_parameters("CreateFlow", {**FLOW, "TriggerConfig": trigger})


def test_a_threshold_must_be_a_whole_number() -> None:
    properties = {"FlowErrorDeactivationThreshold": "2.5"}
    trigger = {"TriggerType": "Scheduled", "TriggerProperties": properties}
    with pytest.raises(InvalidProperties, match="expected type: Integer, found: String"):
        api_parameters("CreateFlow", {**FLOW, "TriggerConfig": trigger})


def test_scalars_become_text_as_in_cloudformation() -> None:
    flow = api_parameters("CreateFlow", {**FLOW, "FlowName": 7, "Description": True})
    assert (flow["flowName"], flow["description"]) == ("7", "true")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidProperties) as raised:
        api_parameters("CreateFlow", {"Colour": 1, "Tasks": 2}, required=("FlowName",))
    assert str(raised.value) == (
        "[#/Tasks: expected type: JSONArray, found: Integer, "
        "#: extraneous key [Colour] is not permitted, #: required key [FlowName] not found]"
    )
