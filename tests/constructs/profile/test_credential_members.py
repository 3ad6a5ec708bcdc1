"""Each kind of credentials has the members of the API, and what AppFlow would refuse is refused."""

from __future__ import annotations

import pytest
from aws_cdk import CfnParameter, Stack

from cdk_appflow_connector import ConnectorCredentials, OAuth2GrantType
from harness.synth.apps import unbundled_app
from tests.constructs.profile.profile_credentials import config_of, credentials_of, resolved, stored

TOKEN_URL = "https://login.example/token"


def test_an_api_key_has_the_members_of_the_api() -> None:
    assert credentials_of(ConnectorCredentials.api_key(stored("a"), stored("b"))) == {
        "AuthenticationType": "APIKEY",
        "ApiKey": {"ApiKey": resolved("a"), "ApiSecretKey": resolved("b")},
    }


def test_a_user_name_may_be_plain_text() -> None:
    assert credentials_of(ConnectorCredentials.basic("reader", stored("a"))) == {
        "AuthenticationType": "BASIC",
        "Basic": {"Username": "reader", "Password": resolved("a")},
    }


def test_custom_credentials_keep_the_connectors_keys() -> None:
    credentials = ConnectorCredentials.custom(
        "TwoKeys", {"keyA": stored("a"), "key_b": stored("b")}
    )
    assert credentials_of(credentials) == {
        "AuthenticationType": "CUSTOM",
        "Custom": {
            "CustomAuthenticationType": "TwoKeys",
            "CredentialsMap": {"keyA": resolved("a"), "key_b": resolved("b")},
        },
    }


def test_client_credentials_come_with_the_url_of_their_tokens() -> None:
    config = config_of(
        ConnectorCredentials.oauth2_client_credentials(
            "client", stored("a"), TOKEN_URL, {"audience": "orders"}
        )
    )
    assert config["ConnectorProfileCredentials"]["CustomConnector"] == {
        "AuthenticationType": "OAUTH2",
        "Oauth2": {"ClientId": "client", "ClientSecret": resolved("a")},
    }
    properties = config["ConnectorProfileProperties"]["CustomConnector"]["OAuth2Properties"]
    assert properties == {
        "OAuth2GrantType": "CLIENT_CREDENTIALS",
        "TokenUrl": TOKEN_URL,
        "TokenUrlCustomProperties": {"audience": "orders"},
    }


def test_an_authorization_code_comes_with_its_redirect_uri() -> None:
    config = config_of(
        ConnectorCredentials.oauth2_authorization_code(
            "client",
            stored("a"),
            TOKEN_URL,
            auth_code=stored("code"),
            redirect_uri="https://console.example/done",
        )
    )
    credentials = config["ConnectorProfileCredentials"]["CustomConnector"]["Oauth2"]
    assert credentials["OAuthRequest"] == {
        "AuthCode": resolved("code"),
        "RedirectUri": "https://console.example/done",
    }
    properties = config["ConnectorProfileProperties"]["CustomConnector"]["OAuth2Properties"]
    assert properties["OAuth2GrantType"] == "AUTHORIZATION_CODE"


def test_tokens_come_with_their_grant_type() -> None:
    tokens = ConnectorCredentials.oauth2_tokens(
        stored("a"), token_url=TOKEN_URL, grant_type=OAuth2GrantType.JWT_BEARER
    )
    config = config_of(tokens)
    credentials = config["ConnectorProfileCredentials"]["CustomConnector"]["Oauth2"]
    assert credentials == {"AccessToken": resolved("a")}
    properties = config["ConnectorProfileProperties"]["CustomConnector"]["OAuth2Properties"]
    assert properties["OAuth2GrantType"] == "JWT_BEARER"


@pytest.mark.parametrize("url", ["http://login.example/token", "login.example", "https://", ""])
def test_a_token_url_is_https(url: str) -> None:
    with pytest.raises(ValueError, match="token_url"):
        ConnectorCredentials.oauth2_client_credentials("client", stored("a"), url)


def test_a_token_url_may_be_a_parameter() -> None:
    stack = Stack(unbundled_app(), "Stack")
    url = CfnParameter(stack, "TokenUrl").value_as_string
    assert ConnectorCredentials.oauth2_client_credentials("client", stored("a"), url)


def test_a_client_secret_without_a_client_is_refused() -> None:
    with pytest.raises(ValueError, match="client_secret is given without client_id"):
        ConnectorCredentials.oauth2_tokens(
            stored("a"), client_secret=stored("b"), token_url=TOKEN_URL
        )


def test_a_refresh_token_contradicts_client_credentials() -> None:
    with pytest.raises(ValueError, match="refresh_token contradicts grant_type CLIENT_CREDENTIALS"):
        ConnectorCredentials.oauth2_tokens(
            stored("a"),
            stored("b"),
            token_url=TOKEN_URL,
            grant_type=OAuth2GrantType.CLIENT_CREDENTIALS,
        )


def test_a_grant_type_takes_only_members_of_its_enumeration() -> None:
    with pytest.raises(TypeError, match="grant_type 'JWT_BEARER' must be a member"):
        ConnectorCredentials.oauth2_tokens(
            stored("a"),
            token_url=TOKEN_URL,
            grant_type="JWT_BEARER",  # type: ignore[arg-type]  # what a caller may try
        )


@pytest.mark.parametrize("name", ["two words", "", "n" * 513])
def test_a_user_name_that_appflow_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="username"):
        ConnectorCredentials.basic(name, stored("a"))


@pytest.mark.parametrize("key", ["my-key", "", "k" * 129, "schlüssel"])
def test_a_key_of_custom_credentials_that_appflow_refuses_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"credentials: the key .* must be 1 to 128"):
        ConnectorCredentials.custom("Pin", {key: stored("a")})


def test_more_than_fifty_custom_credentials_are_refused() -> None:
    with pytest.raises(ValueError, match="credentials has 51 entries; AppFlow admits 50"):
        ConnectorCredentials.custom("Pin", {f"key{i}": stored("a") for i in range(51)})
