"""Checks a profile against what its connector says of itself (``preflight``)."""

from __future__ import annotations

from collections.abc import Mapping

from cdk_appflow_connector.connector.imported_connector import ICustomConnector
from cdk_appflow_connector.function.preflight.self_description import (
    Answer,
    SelfDescription,
    description_of,
)
from cdk_appflow_connector.function.preflight.setting_checks import check_settings
from cdk_appflow_connector.nearest import nearest_hint
from cdk_appflow_connector.profile.credentials import ConnectorCredentials, GivenCredentials

# Source: AppFlow Custom Connector SDK, class AuthenticationConfig.
_SUPPORTED = {
    "APIKEY": ("isApiKeyAuthSupported", "api_key"),
    "BASIC": ("isBasicAuthSupported", "basic"),
    "CUSTOM": ("isCustomAuthSupported", "custom"),
    "OAUTH2": ("isOAuth2Supported", "oauth2_client_credentials"),
}


def check_profile(
    connector: ICustomConnector, credentials: ConnectorCredentials, settings: Mapping[str, str]
) -> None:
    """Raise ValueError for what the connector, by its own words, doesn't take.

    Without ``preflight`` it hasn't been asked, and nothing is checked.
    """
    description = description_of(connector.function)
    if description is not None:
        check_settings(description, settings, "CONNECTOR_PROFILE")
        _check_credentials(description, credentials._given)


def _check_credentials(description: SelfDescription, given: GivenCredentials) -> None:
    told = description.authentication
    taken = {
        kind: factory for kind, (flag, factory) in _SUPPORTED.items() if told.get(flag) is True
    }
    if not taken:
        return
    if given.kind not in taken:
        factories = [f"ConnectorCredentials.{factory}" for factory in taken.values()]
        raise ValueError(
            f"credentials of the type {given.kind} are not taken by the connector of "
            f"{description.path!r}: use {' or '.join(factories)}"
        )
    if given.kind == "CUSTOM":
        _check_custom(description, given)
    if given.grant_type is not None:
        _check_grant(description, given.grant_type)


def _check_custom(description: SelfDescription, given: GivenCredentials) -> None:
    configs = _objects_with("authenticationType", description.authentication, "customAuthConfig")
    types = {each["authenticationType"]: each for each in configs}
    if types and given.custom_type not in types:
        raise ValueError(
            f"authentication_type {given.custom_type!r} is unknown to the connector of "
            f"{description.path!r}: {nearest_hint(given.custom_type, types)}"
        )
    told = types.get(given.custom_type, {})
    parameters = _objects_with("key", told, "authParameters")
    required = {each["key"]: each.get("required") is True for each in parameters}
    for key in given.keys:
        if key not in required and (required or told.get("authParameters") == []):
            raise ValueError(
                f"credentials[{key!r}] is no parameter of {given.custom_type!r} of the connector "
                f"of {description.path!r}: {nearest_hint(key, required)}"
            )
    if missing := [key for key, needed in required.items() if needed and key not in given.keys]:
        raise ValueError(
            f"credentials lack {', '.join(map(repr, missing))}, which {given.custom_type!r} "
            f"requires in the connector of {description.path!r}: give a SecretValue"
        )


def _objects_with(key: str, told: Answer, name: str) -> list[Answer]:
    """The objects of a list, by what each must have; none if one lacks it, and isn't known."""
    found = told.get(name)
    objects = found if isinstance(found, list) else []
    told_of = [each.get(key) if isinstance(each, Mapping) else None for each in objects]
    return objects if all(isinstance(each, str) for each in told_of) else []


def _check_grant(description: SelfDescription, grant_type: str) -> None:
    defaults = description.authentication.get("oAuth2Defaults")
    grants = defaults.get("oAuth2GrantTypesSupported") if isinstance(defaults, Mapping) else None
    if isinstance(grants, list) and grants and grant_type not in grants:
        raise ValueError(
            f"credentials with the OAuth 2.0 grant type {grant_type} are not taken by the "
            f"connector of {description.path!r}, which takes {', '.join(map(str, grants))}"
        )
