"""CreateConnectorProfile, UpdateConnectorProfile and DeleteConnectorProfile.

Only custom connectors have profiles here. Each request checks the caller's permission, itself, the
client token and the connector, in this order; then tokens are fetched, if AppFlow has to, and the
secret is written, because the connector reads it while it validates. What fails leaves things as
they were.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.arns import connector_arn, profile_arn
from appflow_local.appflow.account.authorization import authorize
from appflow_local.appflow.account.connectors import CUSTOM, Connector
from appflow_local.appflow.account.names import check_free, one_at_a_time
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.connectors.connector_call import (
    authentication_error,
    call_connector,
    check_admission,
)
from appflow_local.appflow.host import Caller, Host
from appflow_local.appflow.profiles import credentials
from appflow_local.appflow.profiles.connection import find_connection, find_connector, find_profile
from appflow_local.appflow.profiles.oauth2.token_endpoint import TokenEndpoint
from appflow_local.appflow.profiles.runtime_settings import (
    PROFILE,
    require_settings,
    validate_settings,
)
from appflow_local.appflow.profiles.secret import changed_secret, new_secret
from appflow_local.appflow.protocol.errors import ConflictException, not_emulated
from appflow_local.appflow.protocol.validation import require, validate

_KIND = "Connector Profile with name"
_PROPERTIES = "connectorProfileConfig.connectorProfileProperties.CustomConnector"


def create_connector_profile(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Create a connector profile.

    Source: API reference CreateConnectorProfile; the Service Authorization Reference for
    `appflow:DescribeConnector`. Inferred: label and credentials are required.

    Raises:
        AppFlowError: nothing was created.
    """
    authorize(context.host, caller, "appflow:CreateConnectorProfile")
    validate("CreateConnectorProfile", parameters)
    _check_emulated(parameters)
    require(parameters, "connectorLabel", f"{credentials.PATH}.authenticationType")
    connector = connector_arn(caller, parameters["connectorLabel"])
    authorize(context.host, caller, "appflow:DescribeConnector", connector)
    return context.tokens.once(
        caller, "CreateConnectorProfile", parameters, lambda: _create(context, caller, parameters)
    )


def update_connector_profile(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Give a connector profile other properties and, where given, other credentials.

    Source: API reference UpdateConnectorProfile. Not documented: that the connector validates
    again, and that credentials which are left out stay.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateConnectorProfile", parameters)
    arn = profile_arn(caller, parameters["connectorProfileName"])
    authorize(context.host, caller, "appflow:UpdateConnectorProfile", arn)
    _check_emulated(parameters)
    return context.tokens.once(
        caller, "UpdateConnectorProfile", parameters, lambda: _update(context, caller, parameters)
    )


def delete_connector_profile(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Forget a connector profile and delete its secret.

    Source: API reference DeleteConnectorProfile. Inferred: a profile in use is a ConflictException
    without forceDelete. Not documented: what becomes of its flows (here they stay), and whether
    the secret can be recovered (here it is gone at once).

    Raises:
        AppFlowError: nothing was deleted.
    """
    validate("DeleteConnectorProfile", parameters)
    name = parameters["connectorProfileName"]
    arn = profile_arn(caller, name)
    authorize(context.host, caller, "appflow:DeleteConnectorProfile", arn)
    with one_at_a_time(context.profiles, caller, name, _KIND):
        profile = find_profile(context, caller, name)
        with context.profiles.of(caller) as profiles:
            users = context.profiles.users_of(caller, name)
            if users and not parameters.get("forceDelete", False):
                raise ConflictException(f"{_KIND} {name} is in use by {', '.join(users)}")
            profiles.remove(name)
        context.host.delete_secret(profile.credentials_arn)
    return {}


def _create(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name, label = parameters["connectorProfileName"], parameters["connectorLabel"]
    with one_at_a_time(context.profiles, caller, name, _KIND):
        with context.profiles.of(caller) as profiles:
            check_free(profiles, name, _KIND)
        connector = find_connector(context, caller, label)
        given = _credentials(context.host, parameters, connector)
        with new_secret(context.host, caller, label, name, given.secret) as secret:
            now = context.clock.now()
            profile = Profile(
                name=name,
                arn=profile_arn(caller, name),
                label=label,
                connection_mode=parameters["connectionMode"],
                properties=_properties(parameters),
                credentials_arn=secret,
                authentication_type=given.authentication_type,
                created_at=now,
                last_updated_at=now,
            )
            _keep(context, caller, profile, connector)
    return {"connectorProfileArn": profile.arn}


def _update(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = parameters["connectorProfileName"]
    with one_at_a_time(context.profiles, caller, name, _KIND):
        found = find_connection(context, caller, name)
        after = replace(
            found.profile,
            connection_mode=parameters["connectionMode"],
            properties=_properties(parameters),
            last_updated_at=context.clock.now(),
        )
        if "connectorProfileCredentials" not in parameters["connectorProfileConfig"]:
            _keep(context, caller, after, found.connector)
            return {"connectorProfileArn": after.arn}
        given = _credentials(context.host, parameters, found.connector)
        after = replace(after, authentication_type=given.authentication_type)
        with changed_secret(context.host, after.credentials_arn, given.secret):
            _keep(context, caller, after, found.connector)
    return {"connectorProfileArn": after.arn}


def _keep(context: Context, caller: Caller, profile: Profile, connector: Connector) -> None:
    """Have the connector validate a profile, then keep it."""
    require_settings(connector, PROFILE, profile.settings, f"{_PROPERTIES}.profileProperties")
    _validate(context.host, caller, profile, connector)
    with context.profiles.of(caller) as profiles:
        find_connector(context, caller, profile.label)  # it may have gone meanwhile
        profiles.put(profile.name, profile)


def _validate(host: Host, caller: Caller, profile: Profile, connector: Connector) -> None:
    """Have the connector try the credentials, then validate the settings.

    Source of the order: the SDK's README, for the console; inferred: it is the same for the API.
    """
    check_admission(host, caller, connector.label, connector.function_arn)
    request = {
        "type": "ValidateCredentialsRequest",
        "credentials": profile.credentials,
        "connectorRuntimeSettings": profile.settings,
    }
    call_connector(host, connector.function_arn, request, authentication_error)
    validate_settings(host, connector, PROFILE, profile.settings)


def _credentials(
    host: Host, parameters: Mapping[str, Any], connector: Connector
) -> credentials.Credentials:
    """Return what the request gives, with the tokens that AppFlow has to fetch."""
    require(parameters, f"{credentials.PATH}.authenticationType")
    given = parameters["connectorProfileConfig"]["connectorProfileCredentials"][CUSTOM]
    properties = _properties(parameters)
    found = credentials.read_credentials(given, properties, connector.configuration)
    if found.grant is None:
        return found
    endpoint = TokenEndpoint(properties["oAuth2Properties"], connector.token_style)
    tokens = endpoint.tokens(host, found.secret, found.grant)
    return replace(found, secret={**found.secret, **tokens})


def _properties(parameters: Mapping[str, Any]) -> dict[str, Any]:
    every = parameters["connectorProfileConfig"]["connectorProfileProperties"]
    return copy.deepcopy(dict(every.get(CUSTOM, {})))


def _check_emulated(parameters: Mapping[str, Any]) -> None:
    kind = parameters.get("connectorType", CUSTOM)
    if kind != CUSTOM:
        raise not_emulated(f"Connector profiles of the connector type {kind} are not emulated.")
    if parameters["connectionMode"] != "Public":
        raise not_emulated("Private connections are not emulated.")
    if "kmsArn" in parameters:
        raise not_emulated("Encryption with a key of your own (kmsArn) is not emulated.")
