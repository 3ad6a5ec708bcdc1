"""The four kinds of credentials: what is demanded of them, and what the secret then holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from harness.model.appflow import (
    Client,
    FakeHost,
    refusal,
)
from harness.model.profiles import (
    API_KEY,
    BASIC,
    CUSTOM,
    OAUTH2,
    SECRET_ARN,
    ConnectorFunction,
    authentication,
    config,
    connect,
    profile,
)

EXCHANGED = {
    "authenticationType": "OAUTH2",
    "oauth2": {"accessToken": "access", "oAuthRequest": {"authCode": "used"}},
}
MISLEADING = {
    "authenticationType": "CUSTOM",
    "custom": {
        "customAuthenticationType": "Token",
        "credentialsMap": {"token": "t-1", "customAuthenticationType": "Other"},
    },
}
AT = "connectorProfileConfig.connectorProfileCredentials.CustomConnector"


@pytest.fixture
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect(client, host)


def secret(host: FakeHost) -> object:
    return json.loads(host.secrets[SECRET_ARN])


def with_credentials(credentials: Mapping[str, object], **changes: object) -> dict[str, Any]:
    return profile(connectorProfileConfig=config(credentials), **changes)


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("credentials", "told", "stored"),
    [
        (BASIC, "BasicAuth", {"username": "ann", "password": "s3cret"}),
        (API_KEY, "ApiKey", {"apiKey": "key-1", "apiSecretKey": "more"}),
        (
            OAUTH2,
            "OAuth2",
            {"accessToken": "access", "refreshToken": "refresh", "clientId": "me"},
        ),
        (EXCHANGED, "OAuth2", {"accessToken": "access"}),
        (CUSTOM, "CustomAuth", {"customAuthenticationType": "Token", "token": "t-1"}),
        (MISLEADING, "CustomAuth", {"customAuthenticationType": "Token", "token": "t-1"}),
    ],
)
def test_the_secret_has_the_keys_that_the_sdks_read(
    client: Client,
    host: FakeHost,
    credentials: Mapping[str, object],
    told: str,
    stored: dict[str, str],
) -> None:
    client.create_connector_profile(**with_credentials(credentials))
    assert secret(host) == stored
    assert host.invocations[0][1]["credentials"]["authenticationType"] == told


@pytest.mark.parametrize(
    ("kind", "flag"),
    [(BASIC, "isBasicAuthSupported"), (API_KEY, "isApiKeyAuthSupported")],
)
def test_a_kind_of_authentication_that_the_connector_lacks_is_refused(
    client: Client, host: FakeHost, kind: dict[str, object], flag: str
) -> None:
    connect(client, host, authenticationConfig=authentication(**{flag: False}))
    assert refusal(client.create_connector_profile, **with_credentials(kind)) == (
        "ValidationException",
        f"The connector does not support the authentication type {kind['authenticationType']}.",
    )
    assert host.secrets == {}


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("kind", "member"),
    [("BASIC", "basic"), ("APIKEY", "apiKey"), ("OAUTH2", "oauth2"), ("CUSTOM", "custom")],
)
def test_each_kind_of_authentication_needs_its_own_member(
    client: Client, kind: str, member: str
) -> None:
    code, message = refusal(
        client.create_connector_profile, **with_credentials({"authenticationType": kind})
    )
    assert code == "ValidationException"
    assert f"Value null at '{AT}.{member}'" in message


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("custom", "words"),
    [
        ({"customAuthenticationType": "Other"}, "custom authentication type Other."),
        (
            {"customAuthenticationType": "Token", "credentialsMap": {"tenant": "x"}},
            f"Value null at '{AT}.custom.credentialsMap.token'",
        ),
    ],
)
def test_custom_authentication_is_one_of_the_connectors_with_what_it_requires(
    client: Client, custom: dict[str, object], words: str
) -> None:
    credentials = {"authenticationType": "CUSTOM", "custom": custom}
    code, message = refusal(client.create_connector_profile, **with_credentials(credentials))
    assert code == "ValidationException"
    assert words in message
