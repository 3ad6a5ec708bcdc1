"""OAuth 2.0: requests for tokens that fail, and profiles that can not have any."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.model.appflow import FUNCTION_ARN, Client, FakeHost, refusal, status
from harness.model.profiles import ConnectorFunction, connect, profile, profiles
from harness.model.token_server import CLIENT, TokenServer, oauth2_authentication, oauth2_config

AT_CREDENTIALS = "connectorProfileConfig.connectorProfileCredentials.CustomConnector.oauth2"
AT_PROPERTIES = "connectorProfileConfig.connectorProfileProperties.CustomConnector"


@pytest.fixture(autouse=True)
def _connected(client: Client, host: FakeHost) -> None:
    connect(client, host, authenticationConfig=oauth2_authentication())


def reconfigure(host: FakeHost, changes: Mapping[str, object]) -> None:
    """Have the connector describe its OAuth 2.0 otherwise from now on."""
    about = oauth2_authentication(**changes)
    host.functions[FUNCTION_ARN] = ConnectorFunction(authenticationConfig=about)


def refused(client: Client, oauth2: object, properties: object) -> tuple[str, str]:
    parameters = profile(connectorProfileConfig=oauth2_config(oauth2, properties))
    return refusal(client.create_connector_profile, **parameters)


@pytest.mark.parametrize(
    ("error", "description", "words"),
    [
        ("invalid_client", "No such client", "HTTP 401: invalid_client: No such client"),
        ("invalid_scope", None, "HTTP 401: invalid_scope"),
    ],
)
def test_a_refusal_is_shown_in_the_servers_words_and_leaves_nothing(
    client: Client,
    host: FakeHost,
    tokens: TokenServer,
    error: str,
    description: str | None,
    words: str,
) -> None:
    tokens.refuse(error, description, status=401)
    assert refused(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS")) == (
        "ConnectorAuthenticationException",
        f"Error authenticating to connector: The token request to {tokens.url} failed: {words}",
    )
    assert (profiles(client), host.secrets, host.invocations) == ([], {}, [])


@pytest.mark.parametrize(
    ("code", "body", "words"),
    [
        (200, b"{}", "the response has no access_token."),
        (200, b'{"access_token": 1}', "the response has no access_token."),
        (200, b'["token"]', "the response has no access_token."),
        (200, b"access_token=token", "the response has no access_token."),
        (200, b"\xff", "the response has no access_token."),
        (302, b'{"access_token": "token"}', "HTTP 302"),
        (500, b'{"error": {"code": 1}}', "HTTP 500"),
    ],
)
def test_an_answer_that_makes_no_sense_is_an_authentication_error(
    client: Client, host: FakeHost, tokens: TokenServer, code: int, body: bytes, words: str
) -> None:
    tokens.status, tokens.body = code, body
    tokens.headers = {"Location": tokens.url}
    kind, message = refused(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    assert kind == "ConnectorAuthenticationException"
    assert message.endswith(f"failed: {words}")
    assert (len(tokens.requests), host.secrets) == (1, {})


def test_a_server_that_cannot_be_reached_is_http_401(client: Client, tokens: TokenServer) -> None:
    properties = tokens.properties("CLIENT_CREDENTIALS")
    nobody = {**properties, "tokenUrl": "http://127.0.0.1:1/token"}
    code, message = refused(client, CLIENT, nobody)
    assert code == "ConnectorAuthenticationException"
    assert "Connection refused" in message
    parameters = profile(connectorProfileConfig=oauth2_config(CLIENT, nobody))
    assert status(client.create_connector_profile, **parameters) == 401


@pytest.mark.parametrize(
    ("oauth2", "grant", "path"),
    [
        ({"clientId": "me"}, "CLIENT_CREDENTIALS", "clientSecret"),
        ({"clientSecret": "hush"}, "CLIENT_CREDENTIALS", "clientId"),
        (CLIENT, "AUTHORIZATION_CODE", "oAuthRequest.authCode"),
        ({"oAuthRequest": {"authCode": "c"}}, "AUTHORIZATION_CODE", "clientId"),
    ],
)
def test_each_grant_needs_its_own_credentials(
    client: Client, tokens: TokenServer, oauth2: object, grant: str, path: str
) -> None:
    code, message = refused(client, oauth2, tokens.properties(grant))
    assert code == "ValidationException"
    assert f"Value null at '{AT_CREDENTIALS}.{path}'" in message
    assert tokens.requests == []


def test_without_tokens_the_profile_must_say_where_they_come_from(client: Client) -> None:
    code, message = refused(client, CLIENT, None)
    assert code == "ValidationException"
    assert f"Value null at '{AT_PROPERTIES}.oAuth2Properties.tokenUrl'" in message


def test_a_grant_that_the_connector_lacks_is_refused(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    reconfigure(host, {"oAuth2GrantTypesSupported": ["AUTHORIZATION_CODE"]})
    client.update_connector_registration(connectorLabel="Orders")
    assert refused(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS")) == (
        "ValidationException",
        "The connector does not support the grant type CLIENT_CREDENTIALS.",
    )


def test_json_web_tokens_are_not_emulated(client: Client, tokens: TokenServer) -> None:
    code, message = refused(client, CLIENT, tokens.properties("JWT_BEARER"))
    assert code == "UnsupportedOperationException"
    assert message.startswith("The OAuth 2.0 grant type JWT_BEARER is not emulated.")


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"addBasicAuthHeader": "yes"}, "oAuth2Defaults.addBasicAuthHeader must be a boolean"),
        ({"oAuth2MethodType": "POST"}, "oAuth2Defaults.oAuth2MethodType must be one of"),
        ({"oAuth2ContentType": 1}, "oAuth2Defaults.oAuth2ContentType must be one of"),
    ],
)
def test_a_connector_that_wants_tokens_asked_for_otherwise_is_not_registered(
    client: Client, host: FakeHost, changes: dict[str, object], mistake: str
) -> None:
    reconfigure(host, changes)
    code, message = refusal(client.update_connector_registration, connectorLabel="Orders")
    assert code == "ConnectorServerException"
    assert mistake in message
