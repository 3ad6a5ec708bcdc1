"""What AppFlow stores at registration, and what it checks for a new connection."""

from typing import Any

import pytest

from appflow_local.appflow.connectors.configuration import translate
from datasette_connector.handler import lambda_handler
from tests.examples.datasette_connector.conftest import SECRET_ARN, AppFlow, error
from tests.examples.datasette_connector.loopback import KEY


@pytest.fixture
def configuration(appflow: AppFlow) -> dict[str, Any]:
    return appflow.invoke("DescribeConnectorConfigurationRequest", locale="en-US")


def check_settings(appflow: AppFlow, scope: str, settings: object) -> dict[str, Any]:
    return appflow.invoke(
        "ValidateConnectorRuntimeSettingsRequest", scope=scope, connectorRuntimeSettings=settings
    )


def test_the_configuration_passes_the_rules_of_aws_s_validator(
    configuration: dict[str, Any],
) -> None:
    # ConnectorConfigurationResponseValidator of the Java SDK, rule by rule.
    assert configuration["isSuccess"] is True
    for name in ("connectorName", "connectorOwner"):
        assert configuration[name]
        assert not configuration[name].lower().startswith(("aws", "amazon", "appflow"))
    assert configuration["connectorVersion"]
    assert configuration["connectorModes"]
    authentication = configuration["authenticationConfig"]
    assert authentication["isOAuth2Supported"] is bool(authentication["oAuth2Defaults"])
    assert authentication["isCustomAuthSupported"] is bool(authentication["customAuthConfig"])
    assert "DESTINATION" in configuration["connectorModes"]
    assert configuration["supportedWriteOperations"]
    urls = authentication["oAuth2Defaults"]
    assert all(url.startswith("https://") for url in urls["tokenURL"] + urls["authURL"])
    assert configuration["supportedApiVersions"]
    assert configuration["operatorsSupported"]
    assert configuration["supportedTriggerTypes"]
    assert configuration["logoURL"] is None


def test_the_connector_reads_and_writes_by_api_key_or_token(
    configuration: dict[str, Any],
) -> None:
    assert configuration["connectorModes"] == ["SOURCE", "DESTINATION"]
    assert configuration["supportedWriteOperations"] == ["INSERT", "UPSERT"]
    assert configuration["supportedTriggerTypes"] == ["ONDEMAND", "SCHEDULED"]
    assert configuration["authenticationConfig"] == {
        "isBasicAuthSupported": False,
        "isApiKeyAuthSupported": True,
        "isOAuth2Supported": True,
        "isCustomAuthSupported": False,
        "oAuth2Defaults": {
            "tokenURL": [],
            "authURL": [],
            "oAuth2GrantTypesSupported": ["CLIENT_CREDENTIALS"],
            "oAuthScopes": None,
            "oAuth2CustomProperties": None,
            "addBasicAuthHeader": False,
            "oAuth2ContentType": "URL_ENCODED",
            "oAuth2MethodType": "HTTP_POST",
        },
        "customAuthConfig": None,
    }


def test_appflow_can_register_the_connector(configuration: dict[str, Any]) -> None:
    registered = translate(configuration)
    assert registered["authenticationConfig"]["oAuth2Defaults"] == {
        "tokenUrls": [],
        "authCodeUrls": [],
        "oauth2GrantTypesSupported": ["CLIENT_CREDENTIALS"],
    }
    assert registered["canUseAsDestination"]


def test_operators_are_those_that_fields_offer(
    configuration: dict[str, Any], appflow: AppFlow
) -> None:
    offered = {
        operator
        for field in appflow.fields("shop/products").values()
        for operator in field["filterOperators"]
    }
    assert set(configuration["operatorsSupported"]) == offered | {"PROJECTION", "NO_OP"}


def test_base_url_is_a_required_setting_of_the_connection(configuration: dict[str, Any]) -> None:
    [setting] = configuration["connectorRuntimeSetting"]
    assert (setting["key"], setting["required"], setting["dataType"], setting["scope"]) == (
        "baseUrl",
        True,
        "String",
        "CONNECTOR_PROFILE",
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example.com",
        "http://127.0.0.1:8001/",
        "https://example.com/a/b",
        "http://[::1]",
    ],
)
def test_well_formed_base_urls_pass(appflow: AppFlow, url: str) -> None:
    answer = check_settings(appflow, "CONNECTOR_PROFILE", {"baseUrl": url})
    assert answer == {"isSuccess": True, "errorsByInputField": None, "errorDetails": None}


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", 7, "data.example.com", "ftp://example.com", "file:///etc/passwd", "https://"),
        *("https://exa mple.com", "https://example.com?x=1", "https://example.com/#x"),
        *("https://example.com:port", "https://example.com:99999", "https://[::1", "https://é.com"),
        *("https://user:hunter2@example.com", "https://example.com\n"),
    ],
)
def test_malformed_base_urls_are_named_by_field(appflow: AppFlow, url: object) -> None:
    answer = check_settings(appflow, "CONNECTOR_PROFILE", {"baseUrl": url})
    code, message = error(answer)
    assert code == "InvalidArgument"
    assert answer["errorsByInputField"] == {"baseUrl": message}
    assert "hunter2" not in message


def test_a_connection_without_settings_is_refused(appflow: AppFlow) -> None:
    settings: dict[str, str] | None
    for settings in ({}, None):
        answer = check_settings(appflow, "CONNECTOR_PROFILE", settings)
        assert "baseUrl is missing" in answer["errorsByInputField"]["baseUrl"]


def test_a_flow_has_no_settings_to_check(appflow: AppFlow) -> None:
    assert check_settings(appflow, "SOURCE", {})["isSuccess"] is True


def test_the_right_key_is_valid(appflow: AppFlow) -> None:
    assert appflow.validate() == {"isSuccess": True, "errorDetails": None}


def test_a_base_url_may_end_with_a_slash(datasette_url: str) -> None:
    assert AppFlow(datasette_url + "/").validate()["isSuccess"]


def test_a_wrong_key_is_refused(datasette_url: str) -> None:
    code, message = error(AppFlow(datasette_url, "wrong").validate())
    assert code == "InvalidCredentials"
    assert "API key" in message


def test_a_wrong_key_is_told_apart_from_a_missing_right(datasette_url: str) -> None:
    code, _ = error(AppFlow(datasette_url, "wrong").query("shop/orders"))
    assert code == "InvalidCredentials"


def test_a_locked_server_can_not_be_read_anonymously(datasette_url: str) -> None:
    assert error(AppFlow(datasette_url, "anonymous").validate())[0] == "InvalidCredentials"


def test_a_missing_secret_is_named(datasette_url: str) -> None:
    code, message = error(AppFlow(datasette_url, "gone").validate())
    assert code == "ResourceNotFoundError"
    assert SECRET_ARN.format("gone") in message


def test_a_secret_that_the_role_may_not_read_says_which_right_is_missing(
    datasette_url: str,
) -> None:
    code, message = error(AppFlow(datasette_url, "denied").query("shop/orders"))
    assert code == "AccessDenied"
    assert "secretsmanager:GetSecretValue" in message


@pytest.mark.parametrize("secret", ["no-key", "not-json", "newline"])
def test_a_secret_without_a_usable_key_is_not_repeated(datasette_url: str, secret: str) -> None:
    code, message = error(AppFlow(datasette_url, secret).validate())
    assert code == "InvalidCredentials"
    assert "hunter2" not in message


def test_requests_that_the_sdk_cannot_read_are_answered(appflow: AppFlow) -> None:
    requests: list[tuple[str, dict[str, object]]] = [
        ("NoSuchRequest", {}),
        ("ValidateCredentialsRequest", {}),
        ("ValidateCredentialsRequest", {"credentials": {"secretArn": "x"}}),
        ("ListEntitiesRequest", {}),
        ("QueryDataRequest", {"entityIdentifier": "shop/orders"}),
        ("QueryDataRequest", {"entityIdentifier": "shop/orders", "connectorContext": {}}),
        ("ValidateConnectorRuntimeSettingsRequest", {"scope": "X", "connectorRuntimeSettings": {}}),
    ]
    for kind, members in requests:
        assert error(appflow.invoke(kind, **members))[0] == "InvalidArgument"
    assert error(lambda_handler({}, None))[0] == "InvalidArgument"


def test_a_request_without_context_or_credentials_is_answered(appflow: AppFlow) -> None:
    for context in (None, {**appflow.context, "credentials": None}, {"apiVersion": "v0"}):
        answer = appflow.invoke(
            "DescribeEntityRequest", entityIdentifier="shop/orders", connectorContext=context
        )
        assert error(answer)[0] == "InvalidArgument"


def test_no_answer_holds_the_key(appflow: AppFlow) -> None:
    answers = [appflow.validate(), appflow.list_entities(), appflow.query("shop/nope", "x = 1")]
    assert KEY not in str(answers)
