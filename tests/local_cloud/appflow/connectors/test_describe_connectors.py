"""DescribeConnector, ListConnectors and DescribeConnectors."""

from __future__ import annotations

import pytest

from harness.model.appflow import (
    CALLER_ARN,
    START,
    Client,
    refusal,
    register,
)


def test_describe_needs_a_label_for_a_custom_connector(client: Client) -> None:
    assert refusal(client.describe_connector, connectorType="CustomConnector") == (
        "ValidationException",
        "1 validation error detected: Value null at 'connectorLabel' failed to satisfy "
        "constraint: Member must not be null",
    )


def test_describing_an_unknown_label_is_not_found(client: Client) -> None:
    call = {"connectorType": "CustomConnector", "connectorLabel": "Orders"}
    assert refusal(client.describe_connector, **call) == (
        "ResourceNotFoundException",
        "Connector with label Orders not found",
    )


def test_connectors_that_aws_made_are_not_emulated(client: Client) -> None:
    limit = "This is a limit of the local emulator, not of Amazon AppFlow."
    assert refusal(client.describe_connector, connectorType="Salesforce") == (
        "UnsupportedOperationException",
        f"The connector type Salesforce is not emulated. {limit}",
    )
    types = ["CustomConnector", "S3", "Slack"]
    assert refusal(client.describe_connectors, connectorTypes=types) == (
        "UnsupportedOperationException",
        f"The connector types S3, Slack are not emulated. {limit}",
    )


@pytest.mark.parametrize("operation", ["list_connectors", "describe_connectors"])
def test_a_listed_connector_has_neither_arn_nor_function(client: Client, operation: str) -> None:
    register(client, description="All orders")
    response = getattr(client, operation)()
    assert response["connectors"] == [
        {
            "connectorDescription": "All orders",
            "connectorName": "SamplePythonSalesforceConnector",
            "connectorOwner": "SampleConnector",
            "connectorVersion": "1.0",
            "connectorType": "CustomConnector",
            "connectorLabel": "Orders",
            "registeredAt": START,
            "registeredBy": CALLER_ARN,
            "connectorProvisioningType": "LAMBDA",
            "connectorModes": ["SOURCE", "DESTINATION"],
            "supportedDataTransferTypes": ["RECORD"],
        }
    ]
    assert "nextToken" not in response


def test_describe_connectors_has_no_configurations_of_aws_made_connectors(client: Client) -> None:
    response = client.describe_connectors(connectorTypes=["CustomConnector"])
    assert (response["connectorConfigurations"], response["connectors"]) == ({}, [])
