"""What a connector may say of itself, and what AppFlow refuses to register."""

from __future__ import annotations

import pytest

from harness.model.appflow import (
    COMMUNICATION_ERROR,
    FUNCTION_ARN,
    Client,
    FakeHost,
    answering,
    labels,
    refusal,
    register,
    registration,
    sdk_answer,
)

VALIDATION_ERRORS = (
    COMMUNICATION_ERROR + "ConnectorConfiguration from the connector failed with following "
    "validation validationErrors. "
)


def refused_answer(client: Client, host: FakeHost, answer: object) -> str:
    host.functions[FUNCTION_ARN] = answering(answer)
    code, message = refusal(client.register_connector, **registration())
    assert (code, labels(client)) == ("ConnectorServerException", [])
    assert message.startswith(VALIDATION_ERRORS)
    return message.removeprefix(VALIDATION_ERRORS)


def refused_for(client: Client, host: FakeHost, **changes: object) -> str:
    return refused_answer(client, host, sdk_answer(**changes))


@pytest.mark.parametrize(
    "key",
    [
        "connectorOwner",
        "connectorName",
        "connectorVersion",
        "connectorModes",
        "supportedApiVersions",
    ],
)
def test_a_member_that_the_sdk_requires_must_be_present(
    client: Client, host: FakeHost, key: str
) -> None:
    assert refused_for(client, host, **{key: None}) == f"[{key} cannot be null]"
    answer = sdk_answer()
    del answer[key]
    assert refused_answer(client, host, answer) == f"[{key} cannot be null]"


def test_a_nested_member_that_the_sdk_requires_must_be_present(
    client: Client, host: FakeHost
) -> None:
    setting = {"key": "url", "dataType": "String", "label": "URL", "scope": "SOURCE"}
    assert refused_for(client, host, connectorRuntimeSetting=[setting]) == (
        "[connectorRuntimeSetting[0].required cannot be null, "
        "connectorRuntimeSetting[0].description cannot be null]"
    )


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"connectorName": 1}, "[connectorName: NUMBER_VALUE can not be converted to String]"),
        (
            {"connectorModes": "SOURCE"},
            "[connectorModes: STRING_VALUE can not be converted to List]",
        ),
        (
            {"authenticationConfig": []},
            "[authenticationConfig: Start of list found where not expected.]",
        ),
        (
            {"authenticationConfig": {"isBasicAuthSupported": "yes"}},
            "[authenticationConfig: STRING_VALUE can not be converted to Boolean]",
        ),
        (
            {"connectorRuntimeSetting": ["url"]},
            "[connectorRuntimeSettings: STRING_VALUE can not be converted to Structure]",
        ),
        (
            {"supportedTriggerTypes": [1]},
            "[supportedTriggerTypes: NUMBER_VALUE can not be converted to String]",
        ),
        (
            {"supportedTriggerTypes": {}},
            "[supportedTriggerTypes: Start of structure or map found where not expected.]",
        ),
    ],
)
def test_a_key_of_another_type_is_refused(
    client: Client, host: FakeHost, changes: dict[str, object], errors: str
) -> None:
    assert refused_for(client, host, **changes) == errors


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"connectorModes": ["SOURCE", "SINK"]},
            "[connectorModes cannot be 'SINK', only one of [SOURCE, DESTINATION]]",
        ),
        (
            {"supportedTriggerTypes": ["Scheduled"]},
            "[supportedTriggerTypes cannot be 'Scheduled', only one of [SCHEDULED, ONDEMAND]]",
        ),
        (
            {"supportedWriteOperations": ["MERGE"]},
            "[Value '[MERGE]' at 'supportedWriteOperations' failed to satisfy constraint: Member "
            "must satisfy constraint: [Member must satisfy enum value set: [INSERT, UPSERT, "
            "UPDATE, DELETE]]]",
        ),
        (
            {"connectorVersion": "1 beta"},
            "[Value '1 beta' at 'connectorVersion' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern: \\S+]",
        ),
        (
            {"supportedApiVersions": [None]},
            "[Value null at 'supportedApiVersions.1.member' failed to satisfy constraint: Member "
            "must not be null]",
        ),
    ],
)
def test_a_value_that_the_api_could_not_show_is_refused(
    client: Client, host: FakeHost, changes: dict[str, object], errors: str
) -> None:
    assert refused_for(client, host, **changes) == errors


AUTHENTICATION = sdk_answer()["authenticationConfig"]
OAUTH2 = AUTHENTICATION["oAuth2Defaults"]
CUSTOM = [{"authenticationType": "Mine", "authParameters": []}]
RESERVED = "should not contain these reserved keywords [aws, amazon, appflow]"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"connectorName": "AWSome"}, f"ConnectorName {RESERVED}"),
        ({"connectorName": "AmazonBooks"}, f"ConnectorName {RESERVED}"),
        ({"connectorOwner": "appFlowers"}, f"ConnectorOwner {RESERVED}"),
        ({"connectorModes": []}, "ConnectorModes cannot be null for Connector. (connectorModes)"),
        (
            {"supportedWriteOperations": []},
            "SupportedWriteOperations cannot be null for the connector which supports usage as "
            "Destination. (supportedWriteOperations)",
        ),
        (
            {"supportedApiVersions": []},
            "SupportedAPIVersion cannot be null for the connector (supportedApiVersions)",
        ),
        (
            {"operatorsSupported": []},
            "SupportedOperators cannot be null for the connector (operatorsSupported)",
        ),
        (
            {"supportedTriggerTypes": []},
            "SupportedTriggerTypes cannot be null for the connector (supportedTriggerTypes)",
        ),
        (
            {"authenticationConfig": {"isCustomAuthSupported": True}},
            "For custom Authentication, CustomAuthConfig is required.",
        ),
        (
            {"authenticationConfig": {"customAuthConfig": CUSTOM}},
            "CustomAuthConfig can only be provided for CustomAuthentication.",
        ),
        (
            {"authenticationConfig": {"isOAuth2Supported": True}},
            "For OAuth2 Authentication, OAuth2Defaults cannot be null.",
        ),
        (
            {"authenticationConfig": {"oAuth2Defaults": OAUTH2}},
            "OAuth2Defaults can only be provided for OAuth2 Authentication.",
        ),
        (
            {"logoURL": "http://example.com/logo.png"},
            "Validation failed for url http://example.com/logo.png with errorMessage Invalid "
            "protocol in url http://example.com/logo.png. Only https format is supported",
        ),
        (
            {"logoURL": "https://example.com/a b"},
            "Validation failed for url https://example.com/a b with errorMessage Invalid format "
            "for url https://example.com/a b. Please check if if the url syntax is correct and it "
            "resolves to a known host.",
        ),
    ],
)
def test_the_rules_of_awss_own_validator_hold(
    client: Client, host: FakeHost, changes: dict[str, object], error: str
) -> None:
    assert refused_for(client, host, **changes) == f"[{error}]"


@pytest.mark.parametrize("key", ["tokenURL", "authURL"])
def test_oauth2_urls_must_be_https(client: Client, host: FakeHost, key: str) -> None:
    defaults = {**OAUTH2, key: ["http://example.com"]}
    config = {"isOAuth2Supported": True, "oAuth2Defaults": defaults}
    message = refused_for(client, host, authenticationConfig=config)
    assert "Only https format is supported" in message


def test_all_broken_rules_are_named_at_once(client: Client, host: FakeHost) -> None:
    message = refused_for(client, host, connectorName="aws", operatorsSupported=[])
    assert message == (
        f"[ConnectorName {RESERVED}, SupportedOperators cannot be null for the connector "
        "(operatorsSupported)]"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"connectorName": "Lawson", "connectorOwner": "The Amazonas"},
        {"connectorModes": ["SOURCE"], "supportedWriteOperations": []},
        {"logoURL": "https://example.com/logo.png?x=1"},
        {"logoURL": ""},
        {"connectorRuntimeSetting": None},
        {"connectorRuntimeSetting": []},
        {"newInTheNextSdk": {"a": [1]}},
        {"type": "DescribeConnectorConfigurationResponse"},
        {"errorDetails": {"errorMessage": "ignored"}},
    ],
)
def test_a_configuration_that_the_sdk_admits_passes(
    client: Client, host: FakeHost, changes: dict[str, object]
) -> None:
    host.functions[FUNCTION_ARN] = answering(sdk_answer(**changes))
    register(client)


def test_a_template_may_stand_in_an_oauth2_url(client: Client, host: FakeHost) -> None:
    defaults = {**OAUTH2, "tokenURL": ["https://{{SUBDOMAIN}}.example.com/token"]}
    config = {"isOAuth2Supported": True, "oAuth2Defaults": defaults}
    host.functions[FUNCTION_ARN] = answering(sdk_answer(authenticationConfig=config))
    register(client)
