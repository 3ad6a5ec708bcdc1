"""The credentials of a connector profile: what the API takes, and what the secret then holds.

Source of the secret's keys: AppFlow Custom Connector SDK for Java, CredentialsProvider and its
constants. Source of the names of authentication types that connectors see: both SDKs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ValidationException, not_emulated
from .validation import require

# Where a request has them.
PATH = "connectorProfileConfig.connectorProfileCredentials.CustomConnector"

_OAUTH2_KEYS = ("accessToken", "refreshToken", "clientId", "clientSecret")

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Credentials:
    """What becomes of the credentials in a request.

    `authentication_type` is spelled as connectors are told it; `secret` is the JSON object that
    the secret holds.
    """

    authentication_type: str
    secret: Mapping[str, str]


@dataclass(frozen=True)
class _Kind:
    member: str  # of CustomConnectorProfileCredentials
    supported: str  # of AuthenticationConfig
    told: str  # to connectors
    secret: Callable[[Given, Given], dict[str, str]]  # from that member and AuthenticationConfig


def read_credentials(given: Given, configuration: Mapping[str, Any]) -> Credentials:
    """Return what the CustomConnectorProfileCredentials say to a connector so configured.

    Inferred: each kind needs its own member, and a kind or a custom authentication type that the
    connector does not name is a ValidationException.

    Raises:
        ValidationException: something is missing, or not supported by the connector.
        UnsupportedOperationException: AppFlow would have to fetch tokens first.
    """
    authentication = configuration["authenticationConfig"]
    kind = _KINDS[given["authenticationType"]]
    if not authentication[kind.supported]:
        raise ValidationException(
            f"The connector does not support the authentication type {given['authenticationType']}."
        )
    require(given, kind.member, within=PATH)
    return Credentials(kind.told, kind.secret(given[kind.member], authentication))


def _as_given(given: Given, _authentication: Given) -> dict[str, str]:
    return dict(given)


def _oauth2(given: Given, _authentication: Given) -> dict[str, str]:
    """Return the tokens and the client's credentials as they were given.

    Inferred: with a token in the request there is nothing to exchange, as AWS's integration suite
    for connectors relies on. Not emulated: fetching tokens, so client credentials stay alone.
    """
    secret = {key: given[key] for key in _OAUTH2_KEYS if key in given}
    has_token = "accessToken" in secret or "refreshToken" in secret
    if not has_token and "authCode" in given.get("oAuthRequest", {}):
        raise not_emulated(
            "Exchanging an authCode for tokens is not emulated: give accessToken or refreshToken."
        )
    if not has_token and not {"clientId", "clientSecret"} <= secret.keys():
        raise ValidationException(
            f"'{PATH}.oauth2' must have accessToken, refreshToken, or clientId and clientSecret."
        )
    return secret


def _custom(given: Given, authentication: Given) -> dict[str, str]:
    """Return the caller's keys beside the name of the custom authentication type.

    Inferred: a parameter that the connector requires must be there.
    """
    name, values = given["customAuthenticationType"], given.get("credentialsMap", {})
    offered = {
        config["customAuthenticationType"]: config["authParameters"]
        for config in authentication["customAuthConfigs"]
    }
    if name not in offered:
        raise ValidationException(
            f"The connector does not support the custom authentication type {name}."
        )
    required = [parameter["key"] for parameter in offered[name] if parameter["isRequired"]]
    require(values, *required, within=f"{PATH}.custom.credentialsMap")
    return {**values, "customAuthenticationType": name}


_KINDS = {
    "OAUTH2": _Kind("oauth2", "isOAuth2Supported", "OAuth2", _oauth2),
    "APIKEY": _Kind("apiKey", "isApiKeyAuthSupported", "ApiKey", _as_given),
    "BASIC": _Kind("basic", "isBasicAuthSupported", "BasicAuth", _as_given),
    "CUSTOM": _Kind("custom", "isCustomAuthSupported", "CustomAuth", _custom),
}
