"""A token that expires while its profile is in use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from appflow_local.appflow.host import Invocation
from harness.model.appflow import FUNCTION_ARN, Client, FakeHost, refusal, register
from harness.model.entities import ASK, ORDER, list_answer
from harness.model.profiles import (
    BASIC,
    SECRET_ARN,
    ConnectorFunction,
    authentication,
    config,
    profile,
    profile_update,
)
from harness.model.token_server import CLIENT, TokenServer, oauth2_authentication, oauth2_config

EXPIRED = {"errorCode": "InvalidCredentials", "errorMessage": "The token has expired"}
REFUSED = (
    "ConnectorAuthenticationException",
    "Error authenticating to connector: Failed to validate Connection while attempting "
    '"ListEntities with CustomConnector" with connector failure The token has expired',
)


class Application(ConnectorFunction):
    """A connector to an application that lists its entities for one token only."""

    def __init__(self, host: FakeHost) -> None:
        super().__init__(authenticationConfig=oauth2_authentication(oAuthScopes=["read"]))
        self.answers["ListEntitiesRequest"] = list_answer(ORDER)
        self.host = host
        self.good = "token-1"

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        token = json.loads(self.host.secrets.get(SECRET_ARN, "{}")).get("accessToken")
        if request["type"] == "ListEntitiesRequest" and token != self.good:
            answer = {"isSuccess": False, "errorDetails": EXPIRED}
            return Invocation(json.dumps(answer).encode())
        return super().__call__(request)


@pytest.fixture
def application(client: Client, host: FakeHost) -> Application:
    function = Application(host)
    host.functions[FUNCTION_ARN] = function
    register(client)
    return function


def create(client: Client, oauth2: Mapping[str, object], properties: object = None) -> None:
    given = oauth2_config(oauth2, properties)
    client.create_connector_profile(**profile(connectorProfileConfig=given))


def secret(host: FakeHost) -> object:
    return json.loads(host.secrets[SECRET_ARN])


def lists(host: FakeHost) -> int:
    """Return how often the connector was asked for entities."""
    return [request["type"] for _, request, _ in host.invocations].count("ListEntitiesRequest")


def test_a_refresh_token_gets_a_new_token_and_the_request_is_sent_again(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    given = {**CLIENT, "accessToken": "token-1", "refreshToken": "refresh-1"}
    create(client, given, tokens.properties("AUTHORIZATION_CODE", audience="orders"))
    application.good = "token-2"
    tokens.grant(access_token="token-2")
    assert client.list_connector_entities(**ASK)["connectorEntityMap"]["Objects"]
    assert tokens.requests[0].form == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "me",
        "client_secret": "h&sh+",
        "audience": "orders",
    }
    assert secret(host) == {**given, "accessToken": "token-2"}
    assert lists(host) == 2


def test_a_new_refresh_token_takes_the_place_of_the_old_one(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    given = {**CLIENT, "accessToken": "token-1", "refreshToken": "refresh-1"}
    create(client, given, tokens.properties("AUTHORIZATION_CODE"))
    application.good = "token-2"
    tokens.grant(access_token="token-2", refresh_token="refresh-2")
    client.list_connector_entities(**ASK)
    assert secret(host) == {**CLIENT, "accessToken": "token-2", "refreshToken": "refresh-2"}


def test_a_client_that_acts_for_itself_asks_as_at_first(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    application.good = "token-2"
    tokens.grant(access_token="token-2")
    client.list_connector_entities(**ASK)
    first, second = tokens.requests
    assert (
        first.form
        == second.form
        == {
            "grant_type": "client_credentials",
            "scope": "read",
            "client_id": "me",
            "client_secret": "h&sh+",
        }
    )
    assert secret(host) == {**CLIENT, "accessToken": "token-2"}


def test_a_good_token_is_left_alone(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    client.list_connector_entities(**ASK)
    assert (len(tokens.requests), lists(host)) == (1, 1)
    assert application.good == "token-1"


def test_a_failure_other_than_invalid_credentials_refreshes_no_token(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    details = {"errorCode": "AccessDenied", "errorMessage": "No"}
    application.refuse("ListEntities", errorDetails=details)
    assert refusal(client.list_connector_entities, **ASK)[0] == "ConnectorServerException"
    assert (len(tokens.requests), lists(host)) == (1, 1)


def test_a_connector_that_refuses_the_new_token_too_is_not_asked_a_third_time(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    application.good = "never"
    assert refusal(client.list_connector_entities, **ASK) == REFUSED
    assert (len(tokens.requests), lists(host)) == (2, 2)


def test_a_refused_refresh_is_shown_in_the_servers_words_and_changes_nothing(
    client: Client, host: FakeHost, tokens: TokenServer, application: Application
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    before = secret(host)
    application.good = "token-2"
    tokens.refuse("invalid_client", "Gone")
    code, message = refusal(client.list_connector_entities, **ASK)
    assert code == "ConnectorAuthenticationException"
    assert message.endswith("failed: HTTP 400: invalid_client: Gone")
    assert (secret(host), lists(host)) == (before, 1)


@pytest.mark.parametrize(
    ("oauth2", "grant"),
    [
        ({"accessToken": "old", "refreshToken": "refresh-1"}, None),
        ({**CLIENT, "accessToken": "old"}, "AUTHORIZATION_CODE"),
        ({"accessToken": "old"}, "CLIENT_CREDENTIALS"),
    ],
)
@pytest.mark.usefixtures("application")
def test_credentials_without_a_way_to_refresh_stay_refused(
    client: Client,
    host: FakeHost,
    tokens: TokenServer,
    oauth2: Mapping[str, object],
    grant: str | None,
) -> None:
    create(client, oauth2, tokens.properties(grant) if grant else None)
    assert refusal(client.list_connector_entities, **ASK) == REFUSED
    assert (tokens.requests, lists(host)) == ([], 1)


@pytest.mark.usefixtures("application")
def test_credentials_other_than_oauth2_have_no_token(
    client: Client, host: FakeHost, tokens: TokenServer
) -> None:
    create(client, CLIENT, properties := tokens.properties("CLIENT_CREDENTIALS"))
    given = config(BASIC)
    given["connectorProfileProperties"]["CustomConnector"]["oAuth2Properties"] = properties
    client.update_connector_profile(**profile_update(connectorProfileConfig=given))
    assert refusal(client.list_connector_entities, **ASK) == REFUSED
    assert (len(tokens.requests), lists(host)) == (1, 1)


def test_a_connector_that_lost_its_oauth2_is_served_with_fresh_tokens(
    client: Client, tokens: TokenServer, application: Application
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    lost = authentication(isOAuth2Supported=False, oAuth2Defaults=None)
    configuration = application.answers["DescribeConnectorConfigurationRequest"]
    configuration["authenticationConfig"] = lost
    client.update_connector_registration(connectorLabel="Orders")
    application.good = "token-2"
    tokens.grant(access_token="token-2")
    client.list_connector_entities(**ASK)
    assert "scope" not in tokens.requests[1].form


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"refreshToken": 1}', None])
@pytest.mark.usefixtures("application")
def test_a_secret_that_somebody_else_spoilt_can_not_be_refreshed(
    client: Client, host: FakeHost, tokens: TokenServer, content: str | None
) -> None:
    create(client, CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    del host.secrets[SECRET_ARN]
    host.functions[FUNCTION_ARN] = lambda _: Invocation(
        json.dumps({"isSuccess": False, "errorDetails": EXPIRED}).encode()
    )
    if content is not None:
        host.secrets[SECRET_ARN] = content
    assert refusal(client.list_connector_entities, **ASK) == REFUSED
    assert len(tokens.requests) == 1
