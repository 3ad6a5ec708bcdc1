"""How a connector's own answer reads in DescribeConnector."""

from __future__ import annotations

import json
from typing import Any

import pytest

from appflow_local.appflow.service import Request
from harness.model.appflow import (
    CALLER,
    CALLER_ARN,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    START,
    Client,
    Cloud,
    FakeHost,
    answering,
    describe,
    register,
    sdk_answer,
)

OPERATORS = sdk_answer()["operatorsSupported"]
FREQUENCIES = ["BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"]
SDK_CONFIGURATION = {
    "canUseAsSource": True,
    "canUseAsDestination": True,
    "supportedDestinationConnectors": ["S3", "CustomConnector", "Salesforce"],
    "supportedSchedulingFrequencies": FREQUENCIES,
    "isPrivateLinkEnabled": False,
    "isPrivateLinkEndpointUrlRequired": False,
    "supportedTriggerTypes": ["OnDemand", "Scheduled"],
    "connectorType": "CustomConnector",
    "connectorLabel": "Orders",
    "connectorDescription": "SamplePythonSalesforceConnector",
    "connectorOwner": "SampleConnector",
    "connectorName": "SamplePythonSalesforceConnector",
    "connectorVersion": "1.0",
    "connectorArn": CONNECTOR_ARN,
    "connectorModes": ["SOURCE", "DESTINATION"],
    "authenticationConfig": {
        "isBasicAuthSupported": False,
        "isApiKeyAuthSupported": False,
        "isOAuth2Supported": True,
        "isCustomAuthSupported": False,
        "oAuth2Defaults": {
            "oauthScopes": ["api", "refresh_token"],
            "tokenUrls": [
                "https://login.salesforce.com/services/oauth2/token",
                "https://test.salesforce.com/services/oauth2/token",
            ],
            "authCodeUrls": [
                "https://login.salesforce.com/services/oauth2/authorize",
                "https://test.salesforce.com/services/oauth2/authorize",
            ],
            "oauth2GrantTypesSupported": ["AUTHORIZATION_CODE"],
        },
    },
    "connectorRuntimeSettings": [
        {
            "key": "instanceUrl",
            "dataType": "String",
            "isRequired": True,
            "label": "Salesforce Instance URL",
            "description": "URL of the instance where user wants to run the operations",
            "scope": "CONNECTOR_PROFILE",
        },
        {
            "key": "is_sandbox_account",
            "dataType": "Boolean",
            "isRequired": True,
            "label": "Type of salesforce account",
            "description": "Is Salesforce account a sandbox account",
            "scope": "CONNECTOR_PROFILE",
        },
    ],
    "supportedApiVersions": ["v51.0"],
    "supportedOperators": OPERATORS,
    "supportedWriteOperations": ["INSERT", "UPDATE", "UPSERT"],
    "supportedDataTransferTypes": ["RECORD"],
    "connectorProvisioningType": "LAMBDA",
    "connectorProvisioningConfig": {"lambda": {"lambdaArn": FUNCTION_ARN}},
    "registeredAt": START,
    "registeredBy": CALLER_ARN,
}


def described(client: Client, host: FakeHost, **changes: object) -> dict[str, Any]:
    host.functions[FUNCTION_ARN] = answering(sdk_answer(**changes))
    register(client)
    return describe(client)


def test_the_answer_of_awss_own_sdk_reads_as_appflow_shows_it(client: Client) -> None:
    register(client)
    assert describe(client) == SDK_CONFIGURATION


def test_botocore_knows_every_member_that_is_sent(cloud: Cloud, client: Client) -> None:
    register(client)
    body = b'{"connectorType": "CustomConnector", "connectorLabel": "Orders"}'
    response = cloud.appflow.handle(Request("POST", "/describe-connector", body, {}, CALLER))
    sent = json.loads(response.body)["connectorConfiguration"]
    assert sent == {**SDK_CONFIGURATION, "registeredAt": 1767323045.678}
    assert sent.keys() == describe(client).keys()


def test_a_given_description_is_shown(client: Client) -> None:
    register(client, description="All orders")
    assert describe(client)["connectorDescription"] == "All orders"


def test_a_connector_without_optional_keys_gets_the_sdks_defaults(
    client: Client, host: FakeHost
) -> None:
    left_out = (
        "authenticationConfig",
        "connectorRuntimeSetting",
        "operatorsSupported",
        "supportedTriggerTypes",
        "supportedWriteOperations",
    )
    answer = sdk_answer(triggerFrequenciesSupported=None)
    answer = {key: value for key, value in answer.items() if key not in left_out}
    host.functions[FUNCTION_ARN] = answering(answer)
    register(client)
    now = describe(client)
    assert now["authenticationConfig"] == {
        "isBasicAuthSupported": False,
        "isApiKeyAuthSupported": False,
        "isOAuth2Supported": False,
        "isCustomAuthSupported": False,
    }
    assert sorted(now["supportedOperators"]) == sorted(OPERATORS)
    assert now["supportedSchedulingFrequencies"] == FREQUENCIES
    assert now["supportedTriggerTypes"] == ["OnDemand", "Scheduled"]
    assert sorted(now["supportedWriteOperations"]) == ["DELETE", "INSERT", "UPDATE", "UPSERT"]
    assert "connectorRuntimeSettings" not in now


@pytest.mark.parametrize(
    ("modes", "source", "destination"),
    [(["SOURCE"], True, False), (["DESTINATION"], False, True)],
)
def test_the_modes_decide_what_a_connector_can_be_used_as(
    client: Client, host: FakeHost, modes: list[str], source: bool, destination: bool
) -> None:
    now = described(client, host, connectorModes=modes)
    assert (now["canUseAsSource"], now["canUseAsDestination"]) == (source, destination)
    assert ("supportedDestinationConnectors" in now) is source


def test_the_order_of_operators_is_kept_and_that_of_trigger_types_fixed(
    client: Client, host: FakeHost
) -> None:
    now = described(
        client,
        host,
        operatorsSupported=["NO_OP", "PROJECTION"],
        supportedTriggerTypes=["ONDEMAND", "SCHEDULED"],
    )
    assert now["supportedOperators"] == ["NO_OP", "PROJECTION"]
    assert now["supportedTriggerTypes"] == ["OnDemand", "Scheduled"]


def test_custom_authentication_gets_the_apis_names(client: Client, host: FakeHost) -> None:
    parameter = {
        "key": "apiSecret",
        "required": True,
        "label": "Secret",
        "description": "From the account's page (see help)",
        "sensitiveField": True,
        "connectorSuppliedValues": ["a", "b"],
    }
    config = {"authenticationType": "Mine", "authParameters": [parameter]}
    authentication = {"isCustomAuthSupported": True, "customAuthConfig": [config]}
    now = described(client, host, authenticationConfig=authentication)
    assert now["authenticationConfig"]["customAuthConfigs"] == [
        {
            "customAuthenticationType": "Mine",
            "authParameters": [
                {
                    "key": "apiSecret",
                    "isRequired": True,
                    "label": "Secret",
                    "description": "From the account's page (see help)",
                    "isSensitiveField": True,
                    "connectorSuppliedValues": ["a", "b"],
                }
            ],
        }
    ]


@pytest.mark.parametrize("spelling", ["oAuth2CustomProperties", "oauth2CustomProperties"])
def test_both_sdks_spellings_of_oauth2_properties_are_read(
    client: Client, host: FakeHost, spelling: str
) -> None:
    parameter = {
        "key": "tenant",
        "required": False,
        "label": "Tenant",
        "description": "Your tenant",
        "sensitiveField": None,
        "type": "TOKEN_URL",
    }
    authentication = sdk_answer()["authenticationConfig"]
    del authentication["oAuth2Defaults"]["oAuth2CustomProperties"]
    authentication["oAuth2Defaults"][spelling] = [parameter]
    now = described(client, host, authenticationConfig=authentication)
    assert now["authenticationConfig"]["oAuth2Defaults"]["oauth2CustomProperties"] == [
        {
            "key": "tenant",
            "isRequired": False,
            "label": "Tenant",
            "description": "Your tenant",
            "isSensitiveField": False,
            "type": "TOKEN_URL",
        }
    ]


def test_an_empty_list_of_settings_stays_an_empty_list(client: Client, host: FakeHost) -> None:
    assert described(client, host, connectorRuntimeSetting=[])["connectorRuntimeSettings"] == []
