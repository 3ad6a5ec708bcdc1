"""Checks credentials against a connector, and makes the content of their secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import OAuth2Properties
from appflow_local.appflow.profiles.oauth2.grants import grant_for
from appflow_local.appflow.profiles.oauth2.token_endpoint import TokenEndpoint
from appflow_local.appflow.profiles.profile_request import CREDENTIALS, GivenCredentials
from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.protocol.validation import check_given, require
from appflow_local.appflow.web import Web


@dataclass(frozen=True)
class Credentials:
    """Credentials that a connector takes.

    `authentication_type` has the spelling that connectors see; `secret` is the JSON object that the
    secret holds.
    """

    authentication_type: str
    secret: Mapping[str, str]


def credentials_for(
    web: Web, connector: Connector, given: GivenCredentials, oauth2: OAuth2Properties | None
) -> Credentials:
    """Return a request's credentials for a connector, with the tokens that AppFlow has to fetch.

    Inferred of CreateConnectorProfile (SDK, AuthenticationConfig): each kind of credentials needs
    its own member, and a kind or a custom authentication type that the connector does not name is a
    `ValidationException`.

    Raises:
        ValidationException: something is missing, or not supported by the connector.
        UnsupportedOperationException: see `grant_for`.
        ConnectorAuthenticationException: see `TokenEndpoint.tokens`.
    """
    kind, authentication = given.kind, connector.configuration["authenticationConfig"]
    if not authentication[kind.supported]:
        raise ValidationException(
            f"The connector does not support the authentication type {kind.name}."
        )
    check_given({f"{CREDENTIALS}.{kind.member}": given.values})
    values = given.values or {}
    if given.custom_type is not None:
        _check_custom(given.custom_type, values, authentication)
        values = {**values, "customAuthenticationType": given.custom_type}
    if kind.member != "oauth2":
        return Credentials(kind.connector_name, values)
    grant = grant_for(values, given.code, oauth2, authentication)
    if grant is None or oauth2 is None:
        return Credentials(kind.connector_name, values)
    tokens = TokenEndpoint(oauth2, connector.token_style).tokens(web, values, grant)
    return Credentials(kind.connector_name, {**values, **tokens})


def _check_custom(name: str, values: Mapping[str, str], authentication: Mapping[str, Any]) -> None:
    """Check values for a custom authentication type.

    Inferred of CreateConnectorProfile (SDK, AuthParameter): a parameter of a custom authentication
    that the connector requires must be there.
    """
    offered = {
        config["customAuthenticationType"]: config["authParameters"]
        for config in authentication["customAuthConfigs"]
    }
    if name not in offered:
        raise ValidationException(
            f"The connector does not support the custom authentication type {name}."
        )
    required = [parameter["key"] for parameter in offered[name] if parameter["isRequired"]]
    require(values, *required, within=f"{CREDENTIALS}.custom.credentialsMap")
