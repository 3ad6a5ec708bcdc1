"""The OAuth 2.0 part of connector credentials: properties, credentials and contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from aws_cdk import SecretValue
from aws_cdk.aws_appflow import CfnConnectorProfile

from cdk_appflow_connector import validation


class OAuth2GrantType(Enum):
    """How an application gets OAuth 2.0 tokens (API reference, OAuth2Properties).

    Example:
        ```python
        ConnectorCredentials.oauth2_tokens(
            SecretValue.secrets_manager("crm-token"),
            token_url="https://crm.example.com/oauth2/token",
            grant_type=OAuth2GrantType.CLIENT_CREDENTIALS,
        )
        ```
    """

    AUTHORIZATION_CODE = "AUTHORIZATION_CODE"
    """Somebody logged in and agreed (RFC 6749, 4.1)."""

    CLIENT_CREDENTIALS = "CLIENT_CREDENTIALS"
    """The application acts for itself (RFC 6749, 4.4)."""

    JWT_BEARER = "JWT_BEARER"
    """The application signs an assertion (RFC 7523). The API has no member for a custom connector's
    assertion: give tokens that you got elsewhere."""


def oauth2_properties(
    token_url: str, grant_type: OAuth2GrantType, token_url_properties: Mapping[str, str] | None
) -> CfnConnectorProfile.OAuth2PropertiesProperty:
    """Check and return the profile's OAuth 2.0 properties, which aren't secret."""
    if not isinstance(grant_type, OAuth2GrantType):
        raise TypeError(f"grant_type {grant_type!r} must be a member of OAuth2GrantType")
    validation.check_https_url("token_url", token_url)
    custom_properties = {} if token_url_properties is None else token_url_properties
    validation.check_properties("token_url_properties", custom_properties)
    return CfnConnectorProfile.OAuth2PropertiesProperty(
        token_url=token_url,
        o_auth2_grant_type=grant_type.value,
        token_url_custom_properties=dict(custom_properties) or None,
    )


def oauth2_credentials(
    texts: Mapping[str, str], redirect_uri: str | None = None
) -> CfnConnectorProfile.CustomConnectorProfileCredentialsProperty:
    """Return the credentials for these texts, which are keyed by the factories' arguments."""
    request = redirect_uri and CfnConnectorProfile.ConnectorOAuthRequestProperty(
        auth_code=texts["auth_code"], redirect_uri=redirect_uri
    )
    return CfnConnectorProfile.CustomConnectorProfileCredentialsProperty(
        authentication_type="OAUTH2",
        oauth2=CfnConnectorProfile.OAuth2CredentialsProperty(
            client_id=texts.get("client_id"),
            client_secret=texts.get("client_secret"),
            access_token=texts.get("access_token"),
            refresh_token=texts.get("refresh_token"),
            o_auth_request=request or None,
        ),
    )


def check_tokens(
    grant_type: OAuth2GrantType,
    refresh_token: SecretValue | None,
    client_id: str | SecretValue | None,
    client_secret: SecretValue | None,
) -> None:
    """Raise ValueError for tokens that contradict the grant type or lack the client's id."""
    if client_secret is not None and client_id is None:
        raise ValueError("client_secret is given without client_id: give both, or neither")
    if refresh_token is not None and grant_type is OAuth2GrantType.CLIENT_CREDENTIALS:
        raise ValueError(
            "refresh_token contradicts grant_type CLIENT_CREDENTIALS, which has no refresh tokens "
            "(RFC 6749, 4.4.3): leave it out, or give the grant type that it came from"
        )
