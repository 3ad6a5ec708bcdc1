"""A profile is compared at synth with what its connector says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Aws, SecretValue, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    OAuth2GrantType,
)
from harness.synth.described_connector import described_function, setting

SECRET = SecretValue.secrets_manager("crm")
API_KEY = ConnectorCredentials.api_key(SECRET)
CUSTOM = {
    "authenticationType": "SESSION",
    "authParameters": [
        {"key": "token", "required": True, "label": "t", "description": "t"},
        {"key": "realm", "required": False, "label": "r", "description": "r"},
    ],
}
CONFIGURATION: dict[str, Any] = {
    "connectorRuntimeSetting": [
        setting("instanceUrl", required=True),
        setting("pageSize", dataType="Integer"),
        setting("archived", dataType="Boolean"),
        setting("region", connectorSuppliedValueOptions=["eu", "us"]),
        setting("folder", scope="SOURCE"),
    ],
    "authenticationConfig": {
        "isApiKeyAuthSupported": True,
        "isBasicAuthSupported": False,
        "isOAuth2Supported": True,
        "oAuth2Defaults": {
            "tokenURL": ["https://example.com/token"],
            "authURL": ["https://example.com/auth"],
            "oAuth2GrantTypesSupported": ["AUTHORIZATION_CODE"],
            "oAuthScopes": [],
        },
        "isCustomAuthSupported": True,
        "customAuthConfig": [CUSTOM],
    },
}
URL = {"instanceUrl": "https://crm.example.com"}


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> CustomConnector:
    folder = tmp_path_factory.mktemp("crm")
    stack = Stack(App(outdir=str(folder / "out")), "Stack")
    return CustomConnector(
        stack, "Crm", function=described_function(stack, folder, **CONFIGURATION)
    )


def profile(
    connector: CustomConnector,
    credentials: ConnectorCredentials = API_KEY,
    settings: dict[str, str] | None = None,
) -> ConnectorProfile:
    stack = connector.stack
    stack.node.try_remove_child("Login")
    given = {**URL, **({} if settings is None else settings)}
    return ConnectorProfile(
        stack, "Login", connector=connector, credentials=credentials, settings=given
    )


def test_what_the_connector_declares_is_taken(connector: CustomConnector) -> None:
    profile(connector, settings={"pageSize": "50", "archived": "True", "region": "eu"})
    custom = ConnectorCredentials.custom("SESSION", {"token": SECRET})
    profile(connector, custom)
    tokens = ConnectorCredentials.oauth2_tokens(SECRET, token_url="https://example.com/token")
    profile(connector, tokens)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"pagesize": "50"},
            r"settings\['pagesize'\] is no setting of the connector of 'Stack/Function' for "
            "CONNECTOR_PROFILE: did you mean 'pageSize'. There are: 'archived', 'instanceUrl'",
        ),
        (
            {"colour": "red"},
            r"settings\['colour'\] is no setting .*PROFILE: there are: 'archived'",
        ),
        (
            {"folder": "a"},
            "belongs elsewhere: .* declares it for SOURCE, .*: give it to a flow's end",
        ),
        ({"pageSize": "many"}, r"settings\['pageSize'\] 'many' is not of the type .*, Integer"),
        ({"archived": "yes"}, r"settings\['archived'\] 'yes' is not of the type .*, Boolean"),
        ({"region": "EU"}, "'EU' is not one of the connector's values: did you mean 'eu'"),
    ],
)
def test_another_setting_is_refused_with_the_nearest(
    connector: CustomConnector, settings: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=rf"{says}.* \(at Stack/Login\)$"):
        profile(connector, settings=settings)


def test_a_setting_that_the_connector_requires_is_missed(connector: CustomConnector) -> None:
    connector.stack.node.try_remove_child("Login")
    with pytest.raises(ValueError, match=r"^settings lack 'instanceUrl', which .* \(at Stack/Log"):
        ConnectorProfile(connector.stack, "Login", connector=connector, credentials=API_KEY)


def test_values_that_are_known_at_deployment_only_are_left_to_it(
    connector: CustomConnector,
) -> None:
    assert profile(connector, settings={"pageSize": Aws.REGION, "region": Aws.REGION})


@pytest.mark.parametrize(
    ("credentials", "says"),
    [
        (
            ConnectorCredentials.basic("user", SECRET),
            "credentials of the type BASIC are not taken by the connector of 'Stack/Function': use "
            "ConnectorCredentials.api_key or ConnectorCredentials.custom or Connector",
        ),
        (
            ConnectorCredentials.custom("SESION", {"token": SECRET}),
            "authentication_type 'SESION' is unknown to the connector .*: did you mean 'SESSION'",
        ),
        (
            ConnectorCredentials.custom("SESSION", {"tokn": SECRET}),
            r"credentials\['tokn'\] is no parameter of 'SESSION' of .*: did you mean 'token'",
        ),
        (
            ConnectorCredentials.custom("SESSION", {"realm": SECRET}),
            "credentials lack 'token', which 'SESSION' requires",
        ),
        (
            ConnectorCredentials.oauth2_tokens(
                SECRET,
                token_url="https://example.com/token",
                grant_type=OAuth2GrantType.CLIENT_CREDENTIALS,
            ),
            "grant type CLIENT_CREDENTIALS are not taken .* takes AUTHORIZATION_CODE",
        ),
    ],
)
def test_credentials_of_another_type_are_refused(
    connector: CustomConnector, credentials: ConnectorCredentials, says: str
) -> None:
    with pytest.raises(ValueError, match=rf"{says}.* \(at Stack/Login\)$"):
        profile(connector, credentials)


def test_an_alias_and_an_import_with_the_function_are_compared_too(
    connector: CustomConnector,
) -> None:
    stack = connector.stack
    function = connector.function
    assert isinstance(function, lambda_.Function)
    for given in (function.current_version, function.add_alias("live"), function):
        known = CustomConnector.from_connector_attributes(
            stack, "Known", connector_label="Crm", function=given
        )
        with pytest.raises(ValueError, match="did you mean 'pageSize'"):
            ConnectorProfile(
                stack,
                "Other",
                connector=known,
                credentials=API_KEY,
                settings={**URL, "pagesize": "50"},
            )
        stack.node.try_remove_child("Known")


def test_without_a_preflight_nothing_is_compared(tmp_path: Path) -> None:
    stack = Stack(App(outdir=str(tmp_path / "out")), "Stack")
    function = described_function(stack, tmp_path, preflight=False, **CONFIGURATION)
    connector = CustomConnector(stack, "Crm", function=function)
    assert profile(connector, settings={"colour": "red"})


@pytest.mark.parametrize(
    "odd",
    [
        {"connectorRuntimeSetting": None, "authenticationConfig": None},
        {"connectorRuntimeSetting": "none", "authenticationConfig": ["BASIC"]},
        {
            "connectorRuntimeSetting": [3, {"key": 3, "scope": "CONNECTOR_PROFILE"}],
            "authenticationConfig": {"isCustomAuthSupported": True, "customAuthConfig": [3]},
        },
        {
            "connectorRuntimeSetting": [setting("region"), {"name": "colour"}],
            "authenticationConfig": {
                "isCustomAuthSupported": True,
                "customAuthConfig": [
                    {**CUSTOM, "authenticationType": "OTHER"},
                    {"type": "SESSION"},
                ],
            },
        },
        *(
            {
                "connectorRuntimeSetting": [{**setting("colour"), "scope": scope}],
                "authenticationConfig": {
                    "isCustomAuthSupported": True,
                    "customAuthConfig": [{**CUSTOM, "authParameters": parameters}],
                },
            }
            for scope, parameters in (
                (None, None),
                ("SOMEWHERE", "token"),
                (3, [{"key": "realm", "required": False}, {"name": "token"}]),
            )
        ),
    ],
)
def test_a_connector_that_answers_oddly_hides_no_error_of_its_own(
    tmp_path: Path, odd: dict[str, Any]
) -> None:
    stack = Stack(App(outdir=str(tmp_path / "out")), "Stack")
    function = described_function(stack, tmp_path, **odd)
    connector = CustomConnector(stack, "Crm", function=function)
    custom = ConnectorCredentials.custom("SESSION", {"token": SECRET})
    settings = {"colour": "red"}
    ConnectorProfile(stack, "Login", connector=connector, credentials=custom, settings=settings)
