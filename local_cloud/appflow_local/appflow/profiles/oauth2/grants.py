"""Chooses the grant by which a new profile gets its tokens, if it needs one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account.profiles import OAuth2Properties
from appflow_local.appflow.profiles.profile_request import CREDENTIALS, PROPERTIES
from appflow_local.appflow.protocol.errors import ValidationException, not_emulated
from appflow_local.appflow.protocol.validation import check_given, missing, require

CLIENT_CREDENTIALS, AUTHORIZATION_CODE = "CLIENT_CREDENTIALS", "AUTHORIZATION_CODE"

Grant = Mapping[str, str]


def grant_for(
    values: Mapping[str, str],
    code: Mapping[str, str],
    oauth2: OAuth2Properties | None,
    authentication: Mapping[str, Any],
) -> Grant | None:
    """Return the parameters that begin a token request; None if tokens are given.

    Known (SDK, AuthenticationType.md): with client credentials or an `authCode`, AppFlow asks the
    `tokenUrl` for a token.
    Inferred (AWS's integration suite for connectors gives tokens): with a token in the request
    nothing is exchanged.
    Inferred (SDK, AuthenticationConfig): a grant type that the connector does not name is refused.

    Args:
        values: the OAuth2Credentials of a request, without its oAuthRequest.
        code: the parameters for an authorization code.
        oauth2: the profile's.
        authentication: the connector's AuthenticationConfig.

    Raises:
        ValidationException: something is missing, or not supported by the connector.
        UnsupportedOperationException: a grant type that is not emulated.
    """
    if "accessToken" in values or "refreshToken" in values:
        return None
    if oauth2 is None:
        raise missing(f"{PROPERTIES}.oAuth2Properties.tokenUrl")
    kind = oauth2.grant_type
    if kind not in (CLIENT_CREDENTIALS, AUTHORIZATION_CODE):
        raise not_emulated(f"The OAuth 2.0 grant type {kind} is not emulated.")
    if kind not in authentication["oAuth2Defaults"]["oauth2GrantTypesSupported"]:
        raise ValidationException(f"The connector does not support the grant type {kind}.")
    within = f"{CREDENTIALS}.oauth2"
    if kind == CLIENT_CREDENTIALS:
        require(values, "clientId", "clientSecret", within=within)
        return client_credentials(authentication)
    # Inferred: the client's id is needed, its secret is not.
    check_given(
        {
            f"{within}.clientId": values.get("clientId"),
            f"{within}.oAuthRequest.authCode": code.get("code"),
        }
    )
    return {"grant_type": "authorization_code", **code}


def client_credentials(authentication: Mapping[str, Any]) -> Grant:
    """Return the grant for a client that acts on its own behalf (RFC 6749, section 4.4.2).

    Known (SDK, AuthenticationType.md): a token request has the connector's scopes.
    """
    # The connector may have dropped OAuth 2.0 since the profile was created.
    scopes = " ".join(authentication.get("oAuth2Defaults", {}).get("oauthScopes", []))
    return {"grant_type": "client_credentials", **({"scope": scopes} if scopes else {})}
