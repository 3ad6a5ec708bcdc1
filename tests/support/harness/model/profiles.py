"""A connector that can be connected to, and requests for its profiles and flows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.host import Invocation
from harness.model.appflow import (
    ACCOUNT,
    FUNCTION_ARN,
    REGION,
    Client,
    FakeHost,
    register,
    sdk_answer,
)
from harness.model.fake_secrets import SUFFIX

PROFILE_ARN = f"arn:aws:appflow:{REGION}:{ACCOUNT}:connectorprofile/prod"
FLOW_ARN = f"arn:aws:appflow:{REGION}:{ACCOUNT}:flow/nightly"
SECRET_NAME = f"appflow!{ACCOUNT}-Orders-prod"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{SECRET_NAME}{SUFFIX}"
NOT_REGISTERED = (
    "Connector:Orders is not registered. Please register it first before creating ConnectorProfile."
)

BASIC = {"authenticationType": "BASIC", "basic": {"username": "ann", "password": "s3cret"}}
API_KEY = {"authenticationType": "APIKEY", "apiKey": {"apiKey": "key-1", "apiSecretKey": "more"}}
OAUTH2 = {
    "authenticationType": "OAUTH2",
    "oauth2": {"accessToken": "access", "refreshToken": "refresh", "clientId": "me"},
}
CUSTOM = {
    "authenticationType": "CUSTOM",
    "custom": {"customAuthenticationType": "Token", "credentialsMap": {"token": "t-1"}},
}

SOURCE_SETTINGS = {"view": "all"}
CONNECTOR_END = {
    "connectorType": "CustomConnector",
    "apiVersion": "v51.0",
    "connectorProfileName": "prod",
}
FROM_CONNECTOR = {
    **CONNECTOR_END,
    "sourceConnectorProperties": {
        "CustomConnector": {"entityName": "Order", "customProperties": SOURCE_SETTINGS}
    },
}
TO_S3 = {
    "connectorType": "S3",
    "destinationConnectorProperties": {"S3": {"bucketName": "lake", "bucketPrefix": "orders"}},
}
FROM_S3 = {"connectorType": "S3", "sourceConnectorProperties": {"S3": {"bucketName": "lake"}}}
TO_CONNECTOR = {
    **CONNECTOR_END,
    "destinationConnectorProperties": {
        "CustomConnector": {"entityName": "Order", "writeOperationType": "UPSERT"}
    },
}
PROJECTION = {
    "taskType": "Filter",
    "sourceFields": ["Id"],
    "connectorOperator": {"CustomConnector": "PROJECTION"},
    "taskProperties": {},
}
MAP = {
    "taskType": "Map",
    "sourceFields": ["Id"],
    "destinationField": "Id",
    "connectorOperator": {"CustomConnector": "NO_OP"},
    "taskProperties": {},
}
MAP_ALL = {"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}
TO_THE_CONNECTOR = {"sourceFlowConfig": FROM_S3, "destinationFlowConfigList": [TO_CONNECTOR]}
SCHEDULED = {
    "triggerType": "Scheduled",
    "triggerProperties": {"Scheduled": {"scheduleExpression": "rate(1hour)"}},
}


def without(config: Mapping[str, Any], *members: str) -> dict[str, Any]:
    """Return an object without some of its members."""
    return {name: value for name, value in config.items() if name not in members}


def setting(key: str, scope: str = "CONNECTOR_PROFILE", *, required: bool = True) -> dict[str, Any]:
    """Return a connector runtime setting, as connectors describe it."""
    words = {"key": key, "label": key, "description": key, "scope": scope}
    return {**words, "dataType": "String", "required": required}


def authentication(**changes: object) -> dict[str, Any]:
    """Return the authenticationConfig of a connector that supports all kinds."""
    parameter = {"label": "x", "description": "x", "sensitiveField": True}
    parameters = [
        {"key": "token", "required": True, **parameter},
        {"key": "tenant", "required": False, **parameter},
    ]
    return {
        **sdk_answer()["authenticationConfig"],
        "isBasicAuthSupported": True,
        "isApiKeyAuthSupported": True,
        "isCustomAuthSupported": True,
        "customAuthConfig": [{"authenticationType": "Token", "authParameters": parameters}],
        **changes,
    }


class ConnectorFunction:
    """A connector that agrees to everything, until a test gives it another answer."""

    def __init__(self, **configuration: object) -> None:
        settings = [setting("instanceUrl"), setting("view", "SOURCE", required=False)]
        self.answers: dict[str, Any] = {
            "DescribeConnectorConfigurationRequest": sdk_answer(
                **{
                    "authenticationConfig": authentication(),
                    "connectorRuntimeSetting": settings,
                    **configuration,
                }
            ),
            "DescribeEntityRequest": {
                "isSuccess": True,
                "entityDefinition": {
                    "entity": {
                        "entityIdentifier": "Order",
                        "hasNestedEntities": False,
                        "label": "An order",
                    },
                    "fields": [{"fieldName": "Id", "dataType": "String"}],
                },
            },
        }

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        answer = self.answers.get(request["type"], {"isSuccess": True})
        return Invocation(json.dumps(answer).encode())

    def refuse(self, request: str, **answer: object) -> None:
        """Answer one kind of request with a failure."""
        self.answers[f"{request}Request"] = {"isSuccess": False, **answer}


def connect(client: Client, host: FakeHost, **configuration: object) -> ConnectorFunction:
    """Register the connector `Orders` and forget that its function was called for it."""
    function = ConnectorFunction(**configuration)
    host.functions[FUNCTION_ARN] = function
    register(client)
    host.invocations.clear()
    return function


def config(credentials: object = BASIC, **settings: str) -> dict[str, Any]:
    """Return a connectorProfileConfig; `credentials=None` leaves them out."""
    settings = settings or {"instanceUrl": "https://orders.example"}
    properties = {"CustomConnector": {"profileProperties": settings}}
    given = {"connectorProfileCredentials": {"CustomConnector": credentials}}
    return {"connectorProfileProperties": properties, **(given if credentials else {})}


def profile(name: str = "prod", /, **changes: object) -> dict[str, Any]:
    """Return the parameters of a good CreateConnectorProfile; None leaves out."""
    parameters = {
        "connectorProfileName": name,
        "connectorType": "CustomConnector",
        "connectorLabel": "Orders",
        "connectionMode": "Public",
        "connectorProfileConfig": config(),
        **changes,
    }
    return {key: value for key, value in parameters.items() if value is not None}


def profile_update(name: str = "prod", /, **changes: object) -> dict[str, Any]:
    """Return the parameters of a good UpdateConnectorProfile."""
    return profile(name, connectorType=None, connectorLabel=None, **changes)


def flow(name: str = "nightly", /, **changes: object) -> dict[str, Any]:
    """Return the parameters of a good CreateFlow from the connector to S3; None leaves out."""
    parameters = {
        "flowName": name,
        "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": FROM_CONNECTOR,
        "destinationFlowConfigList": [TO_S3],
        "tasks": [PROJECTION, MAP],
        **changes,
    }
    return {key: value for key, value in parameters.items() if value is not None}


def profiles(client: Client, **filters: object) -> list[str]:
    """Return the names of the first page of DescribeConnectorProfiles."""
    found = client.describe_connector_profiles(**filters)["connectorProfileDetails"]
    return [item["connectorProfileName"] for item in found]


def flows(client: Client) -> list[str]:
    """Return the names of the first page of ListFlows."""
    return [item["flowName"] for item in client.list_flows()["flows"]]
