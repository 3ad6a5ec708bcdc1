"""OAuth 2.0: tokens that AppFlow fetches itself when a profile is made or changed."""

from __future__ import annotations

import base64
import json

import pytest

from harness.model.appflow import FUNCTION_ARN, Client, FakeHost, describe, status
from harness.model.profiles import (
    SECRET_ARN,
    ConnectorFunction,
    connect,
    profile,
    profile_update,
)
from harness.model.token_server import CLIENT, TokenServer, oauth2_authentication, oauth2_config

CODE = {
    "clientId": "me",
    "oAuthRequest": {
        "authCode": "code-1",
        "redirectUri": "https://console.example/back",
        "codeVerifier": "v" * 43,
    },
}


@pytest.fixture(autouse=True)
def _connected(client: Client, host: FakeHost) -> None:
    connect(client, host, authenticationConfig=oauth2_authentication())


def reconnect(client: Client, host: FakeHost, **changes: object) -> None:
    """Register the connector again, with other OAuth 2.0 defaults."""
    about = oauth2_authentication(**changes)
    host.functions[FUNCTION_ARN] = ConnectorFunction(authenticationConfig=about)
    client.update_connector_registration(connectorLabel="Orders")
    host.invocations.clear()


def create(client: Client, oauth2: object, properties: object) -> None:
    client.create_connector_profile(
        **profile(connectorProfileConfig=oauth2_config(oauth2, properties))
    )


def secret(host: FakeHost) -> object:
    return json.loads(host.secrets[SECRET_ARN])


def test_a_client_that_acts_for_itself_gets_a_token(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    (asked,) = tokens.requests
    assert (asked.method, asked.path, asked.query) == ("POST", "/token", {})
    assert asked.form == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "h&sh+",
    }
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in asked.headers
    assert secret(host) == {**CLIENT, "accessToken": "token-1"}


def test_the_connector_tries_the_token_that_was_fetched(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    request = host.invocations[0][1]
    assert request["type"] == "ValidateCredentialsRequest"
    assert request["credentials"] == {"secretArn": SECRET_ARN, "authenticationType": "OAuth2"}


def test_custom_properties_and_the_connectors_scopes_are_parameters(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    reconnect(client, host, oAuthScopes=["read", "write"])
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS", audience="orders", scope="no"))
    assert tokens.requests[0].form == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "h&sh+",
        "audience": "orders",
        "scope": "read write",
    }


def test_a_users_consent_is_exchanged_for_tokens(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    tokens.grant(access_token="token-1", refresh_token="refresh-1")
    create(client, CODE, tokens.properties("AUTHORIZATION_CODE"))
    assert tokens.requests[0].form == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "https://console.example/back",
        "code_verifier": "v" * 43,
        "client_id": "me",
    }
    assert secret(host) == {
        "clientId": "me",
        "accessToken": "token-1",
        "refreshToken": "refresh-1",
    }


@pytest.mark.parametrize("given", ["accessToken", "refreshToken"])
def test_with_a_token_in_the_request_none_is_fetched(
    client: Client, host: FakeHost, tokens: TokenServer, given: str
) -> None:
    create(client, {**CODE, **CLIENT, given: "given"}, tokens.properties("AUTHORIZATION_CODE"))
    assert tokens.requests == []
    assert secret(host) == {**CLIENT, given: "given"}


def test_the_client_is_in_the_header_if_the_connector_says_so(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    reconnect(client, host, addBasicAuthHeader=True)
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    (asked,) = tokens.requests
    assert asked.form == {"grant_type": "client_credentials"}
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"me:h&sh+").decode()


def test_the_parameters_are_json_if_the_connector_says_so(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    reconnect(client, host, oAuth2ContentType="APPLICATION_JSON")
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    (asked,) = tokens.requests
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "h&sh+",
    }


def test_the_parameters_are_a_query_if_the_connector_says_so(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    reconnect(client, host, oAuth2MethodType="HTTP_GET")
    properties = tokens.properties("CLIENT_CREDENTIALS")
    create(client, CLIENT, {**properties, "tokenUrl": f"{tokens.url}?tenant=1"})
    (asked,) = tokens.requests
    assert (asked.method, asked.body) == ("GET", b"")
    assert asked.query == {
        "tenant": "1",
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "h&sh+",
    }


def test_how_tokens_are_asked_for_is_not_shown(client: Client, host: FakeHost) -> None:
    before = describe(client)
    reconnect(client, host, oAuth2MethodType="HTTP_GET", addBasicAuthHeader=True)
    assert describe(client) == before


def test_an_update_with_credentials_fetches_a_new_token(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    properties = tokens.properties("CLIENT_CREDENTIALS")
    create(client, CLIENT, properties)
    tokens.grant(access_token="token-2")
    other = {**CLIENT, "clientId": "you"}
    changes = profile_update(connectorProfileConfig=oauth2_config(other, properties))
    client.update_connector_profile(**changes)
    assert secret(host) == {**other, "accessToken": "token-2"}
    tokens.refuse("invalid_client")
    assert status(client.update_connector_profile, **changes) == 401
    assert secret(host) == {**other, "accessToken": "token-2"}
