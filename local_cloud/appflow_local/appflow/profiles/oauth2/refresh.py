"""Refreshes the access token of a profile in use."""

from __future__ import annotations

from collections.abc import Mapping

from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import OAuth2Properties, Profile
from appflow_local.appflow.host import Host, SecretNotFound
from appflow_local.appflow.profiles.oauth2.grants import (
    CLIENT_CREDENTIALS,
    Grant,
    client_credentials,
)
from appflow_local.appflow.profiles.oauth2.token_endpoint import TokenEndpoint
from appflow_local.appflow.profiles.secret import changed_secret
from appflow_local.appflow.protocol.parsing import load_json


def refresh_token(host: Host, profile: Profile, connector: Connector) -> bool:
    """Put a new access token into the profile's secret; return False if none can be requested.

    Known (SDK, AuthenticationType.md): AppFlow "handles the access token refresh when its
    expired/invalid".
    Inferred (RFC 6749, section 6): a token is refreshed as the RFC says; a client that acts on its
    own behalf and has no refresh token repeats its first request.

    Raises:
        ConnectorAuthenticationException: the authorization server refused.
        ResourceNotFoundException: somebody deleted the secret in the meantime.
    """
    oauth2 = profile.oauth2
    if profile.authentication_type != "OAuth2" or oauth2 is None:
        return False
    secret = _read(host, profile.credentials_arn)
    grant = _grant(oauth2, connector, secret)
    if grant is None:
        return False
    endpoint = TokenEndpoint(oauth2, connector.token_style)
    tokens = endpoint.tokens(host, secret, grant)
    with changed_secret(host, profile.credentials_arn, {**secret, **tokens}):
        return True


def _read(host: Host, arn: str) -> dict[str, str]:
    """Return the strings in a secret, which somebody else may have changed or deleted."""
    try:
        content = load_json(host.read_secret(arn).encode())
    except (SecretNotFound, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {key: value for key, value in content.items() if isinstance(value, str)}


def _grant(
    oauth2: OAuth2Properties, connector: Connector, secret: Mapping[str, str]
) -> Grant | None:
    if "refreshToken" in secret:
        return {"grant_type": "refresh_token", "refresh_token": secret["refreshToken"]}
    if oauth2.grant_type != CLIENT_CREDENTIALS or "clientSecret" not in secret:
        return None
    return client_credentials(connector.configuration["authenticationConfig"])
