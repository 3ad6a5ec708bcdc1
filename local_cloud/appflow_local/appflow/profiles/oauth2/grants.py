"""Which grant gets a new profile its tokens, and whether one is needed at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.protocol.errors import ValidationException, not_emulated
from appflow_local.appflow.protocol.validation import require

CLIENT_CREDENTIALS, AUTHORIZATION_CODE = "CLIENT_CREDENTIALS", "AUTHORIZATION_CODE"

# Where a request has them.
_CREDENTIALS = "connectorProfileConfig.connectorProfileCredentials.CustomConnector.oauth2"
_PROPERTIES = "connectorProfileConfig.connectorProfileProperties.CustomConnector"

Grant = Mapping[str, str]


def grant_for(
    given: Mapping[str, Any], properties: Mapping[str, Any], authentication: Mapping[str, Any]
) -> Grant | None:
    """Return the parameters that begin a token request; None if tokens are given.

    Inferred: with a token in the request there is nothing to exchange, as AWS's integration suite
    for connectors relies on; a grant type that the connector does not name is refused.

    Args:
        given: the OAuth2Credentials of a request.
        properties: its CustomConnectorProfileProperties.
        authentication: the connector's AuthenticationConfig.

    Raises:
        ValidationException: something is missing, or not supported by the connector.
        UnsupportedOperationException: a grant type that is not emulated.
    """
    if "accessToken" in given or "refreshToken" in given:
        return None
    require(properties, "oAuth2Properties.tokenUrl", within=_PROPERTIES)
    kind = properties["oAuth2Properties"]["oAuth2GrantType"]
    defaults = authentication["oAuth2Defaults"]
    if kind not in (CLIENT_CREDENTIALS, AUTHORIZATION_CODE):
        raise not_emulated(f"The OAuth 2.0 grant type {kind} is not emulated.")
    if kind not in defaults["oauth2GrantTypesSupported"]:
        raise ValidationException(f"The connector does not support the grant type {kind}.")
    if kind == AUTHORIZATION_CODE:
        return _authorization_code(given)
    require(given, "clientId", "clientSecret", within=_CREDENTIALS)
    return client_credentials(authentication)


def client_credentials(authentication: Mapping[str, Any]) -> Grant:
    """Return the grant for a client that acts for itself (RFC 6749, section 4.4.2).

    Source for the scopes: AppFlow Custom Connector SDK, AuthenticationType.md.
    """
    # A connector may have lost its OAuth 2.0 since the profile was made.
    scopes = " ".join(authentication.get("oAuth2Defaults", {}).get("oauthScopes", []))
    return {"grant_type": "client_credentials", **({"scope": scopes} if scopes else {})}


def _authorization_code(given: Mapping[str, Any]) -> Grant:
    """Return the grant for a user's consent (RFC 6749, section 4.1.3, and RFC 7636).

    Inferred: the client's id is needed, its secret is not.
    """
    require(given, "clientId", "oAuthRequest.authCode", within=_CREDENTIALS)
    names = {"authCode": "code", "redirectUri": "redirect_uri", "codeVerifier": "code_verifier"}
    request = given["oAuthRequest"]
    parameters = {names[name]: request[name] for name in names if name in request}
    return {"grant_type": "authorization_code", **parameters}
