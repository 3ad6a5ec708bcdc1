"""The credentials of a connector profile: what the API takes, and what the secret then holds.

Source of the secret's keys: AppFlow Custom Connector SDK for Java, CredentialsProvider and its
constants. Source of the names of authentication types that connectors see: both SDKs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from appflow_local.appflow.profiles.oauth2.grants import Grant, grant_for
from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.protocol.validation import require

# Where a request has them.
PATH = "connectorProfileConfig.connectorProfileCredentials.CustomConnector"

_OAUTH2_KEYS = ("accessToken", "refreshToken", "clientId", "clientSecret")

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Credentials:
    """What becomes of the credentials in a request.

    `authentication_type` is spelled as connectors are told it; `secret` is the JSON object that
    the secret holds, to which the tokens come that the OAuth 2.0 `grant`, if any, is good for.
    """

    authentication_type: str
    secret: Mapping[str, str]
    grant: Grant | None = None


@dataclass(frozen=True)
class _Kind:
    member: str  # of CustomConnectorProfileCredentials
    supported: str  # of AuthenticationConfig
    told: str  # to connectors
    secret: Callable[[Given, Given], dict[str, str]]  # from that member and AuthenticationConfig


def read_credentials(
    given: Given, properties: Given, configuration: Mapping[str, Any]
) -> Credentials:
    """Return what the CustomConnectorProfileCredentials say to a connector so configured.

    `properties` are the profile's CustomConnectorProfileProperties.

    Inferred: each kind needs its own member, and a kind or a custom authentication type that the
    connector does not name is a ValidationException.

    Raises:
        ValidationException: something is missing, or not supported by the connector.
        UnsupportedOperationException: see `grant_for`.
    """
    authentication = configuration["authenticationConfig"]
    kind = _KINDS[given["authenticationType"]]
    if not authentication[kind.supported]:
        raise ValidationException(
            f"The connector does not support the authentication type {given['authenticationType']}."
        )
    require(given, kind.member, within=PATH)
    found = Credentials(kind.told, kind.secret(given[kind.member], authentication))
    if kind.member != "oauth2":
        return found
    return replace(found, grant=grant_for(given["oauth2"], properties, authentication))


def _as_given(given: Given, _authentication: Given) -> dict[str, str]:
    return dict(given)


def _oauth2(given: Given, _authentication: Given) -> dict[str, str]:
    """Return the tokens and the client's credentials as they were given."""
    return {key: given[key] for key in _OAUTH2_KEYS if key in given}


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
