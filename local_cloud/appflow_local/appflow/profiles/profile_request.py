"""Parses CreateConnectorProfile and UpdateConnectorProfile, once, into typed parts.

Known of A profile's secret (SDK, CredentialsProvider and its constants; SDK,
AuthenticationType.md): the keys in it are `username` and `password`; `apiKey` and `apiSecretKey`;
`accessToken` and `refreshToken`; `customAuthenticationType` and the caller's keys beside it.
Inferred of A profile's secret (the API's names): the keys `clientId` and `clientSecret` are in it,
too.
Known of Requests to a connector (SDK, AuthenticationType): connectors see `OAuth2`, `ApiKey`,
`BasicAuth` and `CustomAuth` as types of authentication.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from appflow_local.appflow.account.connectors import CUSTOM
from appflow_local.appflow.account.profiles import OAuth2Properties, read_oauth2_properties
from appflow_local.appflow.protocol.errors import not_emulated
from appflow_local.appflow.protocol.validation import require

# Where a request has them.
PROPERTIES = f"connectorProfileConfig.connectorProfileProperties.{CUSTOM}"
CREDENTIALS = f"connectorProfileConfig.connectorProfileCredentials.{CUSTOM}"
AUTHENTICATION_TYPE = f"{CREDENTIALS}.authenticationType"

_OAUTH2_KEYS = ("accessToken", "refreshToken", "clientId", "clientSecret")
# RFC 6749, section 4.1.3, and RFC 7636, section 4.5.
_CODE_PARAMETERS = {
    "authCode": "code",
    "redirectUri": "redirect_uri",
    "codeVerifier": "code_verifier",
}

Given = Mapping[str, Any]


@dataclass(frozen=True)
class AuthenticationKind:
    """One of the API's authentication types, with its other names."""

    name: str
    member: str  # of CustomConnectorProfileCredentials
    supported: str  # of AuthenticationConfig
    connector_name: str  # in requests to connectors


_KINDS = {
    kind.name: kind
    for kind in (
        AuthenticationKind("OAUTH2", "oauth2", "isOAuth2Supported", "OAuth2"),
        AuthenticationKind("APIKEY", "apiKey", "isApiKeyAuthSupported", "ApiKey"),
        AuthenticationKind("BASIC", "basic", "isBasicAuthSupported", "BasicAuth"),
        AuthenticationKind("CUSTOM", "custom", "isCustomAuthSupported", "CustomAuth"),
    )
}


@dataclass(frozen=True)
class GivenCredentials:
    """The CustomConnectorProfileCredentials of a request.

    `values` go into the secret; they are None if the request lacks its kind's member. `custom_type`
    is the name that the connector gives a custom authentication type; `code` has the parameters of
    a token request for an authorization code.
    """

    kind: AuthenticationKind
    values: Mapping[str, str] | None = field(repr=False)
    custom_type: str | None = None
    code: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class ProfileRequest:
    """The profile in a request; `properties` are kept for DescribeConnectorProfiles."""

    name: str
    connection_mode: str
    properties: Mapping[str, Any]
    oauth2: OAuth2Properties | None
    key_arn: str | None


def read_profile(parameters: Mapping[str, Any]) -> ProfileRequest:
    """Read the profile of a validated request.

    Raises:
        UnsupportedOperationException: it is of a kind that is not emulated.
    """
    kind = parameters.get("connectorType", CUSTOM)
    if kind != CUSTOM:
        raise not_emulated(f"Connector profiles of the connector type {kind} are not emulated.")
    if parameters["connectionMode"] != "Public":
        raise not_emulated("Private connections are not emulated.")
    every = parameters["connectorProfileConfig"]["connectorProfileProperties"]
    properties = copy.deepcopy(dict(every.get(CUSTOM, {})))
    return ProfileRequest(
        name=parameters["connectorProfileName"],
        connection_mode=parameters["connectionMode"],
        properties=properties,
        oauth2=read_oauth2_properties(properties),
        key_arn=parameters.get("kmsArn"),
    )


def read_credentials(parameters: Mapping[str, Any]) -> GivenCredentials:
    """Read the credentials of a validated request.

    Raises:
        ValidationException: it has none for a custom connector.
    """
    require(parameters, AUTHENTICATION_TYPE)
    every = parameters["connectorProfileConfig"]["connectorProfileCredentials"][CUSTOM]
    kind = _KINDS[every["authenticationType"]]
    given: Given | None = every.get(kind.member)
    if given is None:
        return GivenCredentials(kind, None)
    if kind.member == "custom":
        name = given["customAuthenticationType"]
        return GivenCredentials(kind, dict(given.get("credentialsMap", {})), name)
    if kind.member == "oauth2":
        values = {key: given[key] for key in _OAUTH2_KEYS if key in given}
        return GivenCredentials(kind, values, code=_code(given.get("oAuthRequest", {})))
    return GivenCredentials(kind, dict(given))


def has_credentials(parameters: Mapping[str, Any]) -> bool:
    """Tell whether an update has credentials; if not, the profile keeps those that it has."""
    return "connectorProfileCredentials" in parameters["connectorProfileConfig"]


def _code(given: Given) -> dict[str, str]:
    return {_CODE_PARAMETERS[name]: given[name] for name in _CODE_PARAMETERS if name in given}
