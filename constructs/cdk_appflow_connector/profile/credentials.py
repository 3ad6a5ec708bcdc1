"""Credentials of a connector profile; the template only refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import SecretValue, Stack
from aws_cdk.aws_appflow import CfnConnectorProfile

from cdk_appflow_connector import validation
from cdk_appflow_connector.profile.oauth2 import (
    OAuth2GrantType,
    check_tokens,
    oauth2_credentials,
    oauth2_properties,
)
from cdk_appflow_connector.profile.secret_text import Texts, check_references, texts_of

# Source: API reference, ConnectorOAuthRequest and CustomAuthCredentials.
_REDIRECT_URI_MAX_LENGTH = 512
_TYPE_MAX_LENGTH = 256


@dataclass(frozen=True)
class GivenCredentials:
    """What a profile's credentials are made of, without the secrets.

    Args:
        kind: the API's authenticationType.
        custom_type: the connector's own name for a custom type, else empty.
        keys: the keys of a custom type's values.
        grant_type: the grant type of OAuth 2.0.
    """

    kind: str
    custom_type: str = ""
    keys: tuple[str, ...] = ()
    grant_type: str | None = None


class ConnectorCredentials:
    """What AppFlow authenticates with at the application behind a custom connector.

    Use the factory for a type that the connector supports (its ``authenticationConfig``). AppFlow
    stores the credentials in a secret of the account, which the connector's function reads.

    A secret is a ``SecretValue`` that the template only refers to: ``SecretValue.secrets_manager``,
    or ``SecretValue.cfn_parameter`` of a parameter with ``no_echo``. Plain text, which the template
    would show, is refused unless you say ``unsafe_plain_text=True``. The profile refuses tokens
    that stand for plain text, such as a mapping's value or an export, and
    ``SecretValue.ssm_secure``, which CloudFormation doesn't resolve there. No error shows a secret.

    CloudFormation reads the secret when it creates the profile or changes its properties, and not
    when only the secret changes (CloudFormation user guide, dynamic references).

    Example:
        ```python
        secret = SecretValue.secrets_manager("crm", json_field="password")
        credentials = ConnectorCredentials.basic("appflow", secret)
        ConnectorProfile(stack, "Login", connector=connector, credentials=credentials)
        ```
    """

    def __init__(
        self,
        credentials: CfnConnectorProfile.CustomConnectorProfileCredentialsProperty,
        texts: Texts,
        oauth2: CfnConnectorProfile.OAuth2PropertiesProperty | None = None,
    ) -> None:
        """For the factories; `texts` are the template's texts by argument."""
        self._credentials = credentials
        self._texts = texts
        self._oauth2 = oauth2

    @property
    def credentials(self) -> CfnConnectorProfile.CustomConnectorProfileCredentialsProperty:
        """What the template says of them; for `ConnectorProfile`."""
        return self._credentials

    @property
    def texts(self) -> Mapping[str, str]:
        """The template's texts by argument; for `ConnectorProfile`."""
        return self._texts

    @property
    def _given(self) -> GivenCredentials:
        """What the credentials are made of, without the secrets; for `ConnectorProfile`."""
        kind = self._credentials.authentication_type
        custom = self._credentials.custom
        if isinstance(custom, CfnConnectorProfile.CustomAuthCredentialsProperty):
            values = custom.credentials_map
            keys = tuple(values) if isinstance(values, Mapping) else ()
            return GivenCredentials(kind, custom.custom_authentication_type or "", keys)
        return GivenCredentials(
            kind, grant_type=self._oauth2.o_auth2_grant_type if self._oauth2 else None
        )

    def bind(
        self, stack: Stack, settings: Mapping[str, str]
    ) -> CfnConnectorProfile.ConnectorProfileConfigProperty:
        """Return the configuration of a connector profile in the stack; for `ConnectorProfile`.

        Raises:
            ValueError: CloudFormation wouldn't resolve a secret there, or a token of it stands
                for what the template shows.
        """
        check_references(self._texts, stack)
        return CfnConnectorProfile.ConnectorProfileConfigProperty(
            connector_profile_properties=CfnConnectorProfile.ConnectorProfilePropertiesProperty(
                custom_connector=CfnConnectorProfile.CustomConnectorProfilePropertiesProperty(
                    profile_properties=dict(settings), o_auth2_properties=self._oauth2
                )
            ),
            connector_profile_credentials=CfnConnectorProfile.ConnectorProfileCredentialsProperty(
                custom_connector=self._credentials
            ),
        )

    @staticmethod
    def api_key(
        key: SecretValue, secret_key: SecretValue | None = None, *, unsafe_plain_text: bool = False
    ) -> ConnectorCredentials:
        """An API key (``APIKEY``).

        Args:
            key: the key: at most 256 characters, no white space.
            secret_key: the key's secret half. Default: none.
            unsafe_plain_text: let the template show the secrets. Default: False.

        Raises:
            ValueError: the template would show a secret.
        """
        secrets = {"key": key, "secret_key": secret_key}
        texts = texts_of({}, secrets, unsafe_plain_text, optional=["secret_key"])
        keys = CfnConnectorProfile.ApiKeyCredentialsProperty(
            api_key=texts["key"], api_secret_key=texts.get("secret_key")
        )
        return ConnectorCredentials(
            CfnConnectorProfile.CustomConnectorProfileCredentialsProperty(
                authentication_type="APIKEY", api_key=keys
            ),
            texts,
        )

    @staticmethod
    def basic(
        username: str | SecretValue, password: SecretValue, *, unsafe_plain_text: bool = False
    ) -> ConnectorCredentials:
        """A user name and a password (``BASIC``).

        Args:
            username: the name, secret or not: at most 512 characters, no white space.
            password: the password: at most 512 characters.
            unsafe_plain_text: let the template show the secrets. Default: False.

        Raises:
            ValueError: the template would show a secret, or AppFlow would refuse the name.
        """
        texts = texts_of({"username": username}, {"password": password}, unsafe_plain_text)
        return ConnectorCredentials(
            CfnConnectorProfile.CustomConnectorProfileCredentialsProperty(
                authentication_type="BASIC",
                basic=CfnConnectorProfile.BasicAuthCredentialsProperty(**texts),
            ),
            texts,
        )

    @staticmethod
    def custom(
        authentication_type: str,
        credentials: Mapping[str, SecretValue],
        *,
        unsafe_plain_text: bool = False,
    ) -> ConnectorCredentials:
        """Credentials that the connector defines itself (``CUSTOM``).

        Args:
            authentication_type: an ``authenticationType`` in the connector's ``customAuthConfig``.
            credentials: the values by the keys in its ``authParameters``: at most 50.
            unsafe_plain_text: let the template show the secrets. Default: False.

        Raises:
            ValueError: the template would show a secret, or AppFlow would refuse the type, a key
                or the number of keys.
        """
        validation.check_word("authentication_type", authentication_type, _TYPE_MAX_LENGTH)
        validation.check_keys("credentials", credentials)
        secrets = {f"credentials[{key!r}]": value for key, value in credentials.items()}
        texts = texts_of({}, secrets, unsafe_plain_text)
        custom = CfnConnectorProfile.CustomAuthCredentialsProperty(
            custom_authentication_type=authentication_type,
            credentials_map=dict(zip(credentials, texts.values(), strict=True)),
        )
        return ConnectorCredentials(
            CfnConnectorProfile.CustomConnectorProfileCredentialsProperty(
                authentication_type="CUSTOM", custom=custom
            ),
            texts,
        )

    @staticmethod
    def oauth2_client_credentials(
        client_id: str | SecretValue,
        client_secret: SecretValue,
        token_url: str,
        token_url_properties: Mapping[str, str] | None = None,
        *,
        unsafe_plain_text: bool = False,
    ) -> ConnectorCredentials:
        """OAuth 2.0 client credentials (``OAUTH2``), with which AppFlow gets its own tokens.

        Args:
            client_id: the client, secret or not: at most 512 characters, no white space.
            client_secret: the client's secret: at most 512 characters.
            token_url: where AppFlow asks for tokens: https, at most 256 characters.
            token_url_properties: what else the connector wants sent there. Default: nothing.
            unsafe_plain_text: let the template show the secrets. Default: False.

        Raises:
            ValueError: the template would show a secret, or AppFlow would refuse a value.
        """
        grant_type = OAuth2GrantType.CLIENT_CREDENTIALS
        properties = oauth2_properties(token_url, grant_type, token_url_properties)
        names, secrets = {"client_id": client_id}, {"client_secret": client_secret}
        texts = texts_of(names, secrets, unsafe_plain_text)
        return ConnectorCredentials(oauth2_credentials(texts), texts, properties)

    @staticmethod
    def oauth2_authorization_code(
        client_id: str | SecretValue,
        client_secret: SecretValue,
        token_url: str,
        token_url_properties: Mapping[str, str] | None = None,
        *,
        auth_code: SecretValue,
        redirect_uri: str,
        unsafe_plain_text: bool = False,
    ) -> ConnectorCredentials:
        """An OAuth 2.0 authorization code (``OAUTH2``), which AppFlow exchanges for tokens.

        A code works once, and only for minutes: deploy at once, or get the tokens yourself and use
        `oauth2_tokens`. CloudFormation's type has no member for the API's ``codeVerifier`` (PKCE).

        Args:
            client_id: as for `oauth2_client_credentials`.
            client_secret: as for `oauth2_client_credentials`.
            token_url: as for `oauth2_client_credentials`.
            token_url_properties: as for `oauth2_client_credentials`.
            auth_code: the code: at most 4096 characters, no white space.
            redirect_uri: the one with which the code was requested: at most 512 characters.
            unsafe_plain_text: let the template show the secrets. Default: False.

        Raises:
            ValueError: the template would show a secret, or AppFlow would refuse a value.
        """
        grant_type = OAuth2GrantType.AUTHORIZATION_CODE
        properties = oauth2_properties(token_url, grant_type, token_url_properties)
        validation.check_word("redirect_uri", redirect_uri, _REDIRECT_URI_MAX_LENGTH)
        secrets = {"client_secret": client_secret, "auth_code": auth_code}
        texts = texts_of({"client_id": client_id}, secrets, unsafe_plain_text)
        return ConnectorCredentials(oauth2_credentials(texts, redirect_uri), texts, properties)

    @staticmethod
    def oauth2_tokens(
        access_token: SecretValue,
        refresh_token: SecretValue | None = None,
        client_id: str | SecretValue | None = None,
        client_secret: SecretValue | None = None,
        *,
        token_url: str,
        token_url_properties: Mapping[str, str] | None = None,
        grant_type: OAuth2GrantType = OAuth2GrantType.AUTHORIZATION_CODE,
        unsafe_plain_text: bool = False,
    ) -> ConnectorCredentials:
        """OAuth 2.0 tokens that you already have (``OAUTH2``).

        Args:
            access_token: the token: at most 4096 characters, no white space.
            refresh_token: with which AppFlow renews it. Default: none, so that it expires.
            client_id: the client for which it is renewed. Default: none.
            client_secret: the client's secret. Default: none.
            token_url: as for `oauth2_client_credentials`.
            token_url_properties: as for `oauth2_client_credentials`.
            grant_type: how you got the tokens. Default: with an authorization code.
            unsafe_plain_text: let the template show the secrets. Default: False.

        Raises:
            ValueError: the template would show a secret, AppFlow would refuse a value, or two
                values contradict each other.
        """
        check_tokens(grant_type, refresh_token, client_id, client_secret)
        properties = oauth2_properties(token_url, grant_type, token_url_properties)
        secrets = {
            "access_token": access_token,
            "refresh_token": refresh_token,
            "client_secret": client_secret,
        }
        optional = ["client_id", "client_secret", "refresh_token"]
        names = {"client_id": client_id}
        texts = texts_of(names, secrets, unsafe_plain_text, optional=optional)
        return ConnectorCredentials(oauth2_credentials(texts), texts, properties)
