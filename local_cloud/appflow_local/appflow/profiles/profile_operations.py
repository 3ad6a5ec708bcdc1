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

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import CUSTOM, Connector
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.connectors.connection import Connection
from appflow_local.appflow.host import Host
from appflow_local.appflow.profiles import credentials
from appflow_local.appflow.profiles.connection import find_connection, find_connector
from appflow_local.appflow.profiles.oauth2.token_endpoint import TokenEndpoint
from appflow_local.appflow.profiles.runtime_settings import (
    PROFILE,
    require_settings,
    validate_settings,
)
from appflow_local.appflow.profiles.secret import changed_secret, new_secret
from appflow_local.appflow.protocol.errors import ConflictException, not_emulated
from appflow_local.appflow.protocol.validation import require, validate

_PROPERTIES = "connectorProfileConfig.connectorProfileProperties.CustomConnector"


def create_connector_profile(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create a connector profile.

    Source: API reference CreateConnectorProfile; the Service Authorization Reference for
    `appflow:DescribeConnector`. Inferred: label and credentials are required.

    Raises:
        AppFlowError: nothing was created.
    """
    account.authorize("appflow:CreateConnectorProfile")
    validate("CreateConnectorProfile", parameters)
    _check_emulated(parameters)
    require(parameters, "connectorLabel", f"{credentials.PATH}.authenticationType")
    connector = account.arns.connector(parameters["connectorLabel"])
    account.authorize("appflow:DescribeConnector", connector)
    return account.once("CreateConnectorProfile", parameters, lambda: _create(account, parameters))


def update_connector_profile(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a connector profile other properties and, where given, other credentials.

    Source: API reference UpdateConnectorProfile. Not documented: that the connector validates
    again, and that credentials which are left out stay.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateConnectorProfile", parameters)
    arn = account.arns.profile(parameters["connectorProfileName"])
    account.authorize("appflow:UpdateConnectorProfile", arn)
    _check_emulated(parameters)
    return account.once("UpdateConnectorProfile", parameters, lambda: _update(account, parameters))


def delete_connector_profile(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a connector profile and delete its secret.

    Source: API reference DeleteConnectorProfile. Inferred: a profile in use is a ConflictException
    without forceDelete. Not documented: what becomes of its flows (here they stay), and whether
    the secret can be recovered (here it is gone at once).

    Raises:
        AppFlowError: nothing was deleted.
    """
    validate("DeleteConnectorProfile", parameters)
    name = parameters["connectorProfileName"]
    arn = account.arns.profile(name)
    account.authorize("appflow:DeleteConnectorProfile", arn)
    with account.profiles.changing(name):
        profile = account.profiles.find(name)
        with account.lock:
            users = account.profiles.users_of(name)
            if users and not parameters.get("forceDelete", False):
                raise ConflictException(
                    f"{account.profiles.kind} {name} is in use by {', '.join(users)}"
                )
            account.profiles.remove(name)
        account.host.delete_secret(profile.credentials_arn)
    return {}


def _create(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name, label = parameters["connectorProfileName"], parameters["connectorLabel"]
    with account.profiles.changing(name):
        account.profiles.check_free(name)
        connector = find_connector(account, label)
        given = _credentials(account.host, parameters, connector)
        with new_secret(account, label, name, given.secret) as secret:
            now = account.now()
            profile = Profile(
                name=name,
                arn=account.arns.profile(name),
                label=label,
                connection_mode=parameters["connectionMode"],
                properties=_properties(parameters),
                credentials_arn=secret,
                authentication_type=given.authentication_type,
                created_at=now,
                last_updated_at=now,
            )
            _keep(account, profile, connector)
    return {"connectorProfileArn": profile.arn}


def _update(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = parameters["connectorProfileName"]
    with account.profiles.changing(name):
        found = find_connection(account, name)
        after = replace(
            found.profile,
            connection_mode=parameters["connectionMode"],
            properties=_properties(parameters),
            last_updated_at=account.now(),
        )
        if "connectorProfileCredentials" not in parameters["connectorProfileConfig"]:
            _keep(account, after, found.connector)
            return {"connectorProfileArn": after.arn}
        given = _credentials(account.host, parameters, found.connector)
        after = replace(after, authentication_type=given.authentication_type)
        with changed_secret(account.host, after.credentials_arn, given.secret):
            _keep(account, after, found.connector)
    return {"connectorProfileArn": after.arn}


def _keep(account: Account, profile: Profile, connector: Connector) -> None:
    """Have the connector validate a profile, then keep it."""
    require_settings(connector, PROFILE, profile.settings, f"{_PROPERTIES}.profileProperties")
    _validate(account, profile, connector)
    with account.lock:
        find_connector(account, profile.label)  # it may have gone meanwhile
        account.profiles.put(profile.name, profile)


def _validate(account: Account, profile: Profile, connector: Connector) -> None:
    """Have the connector try the credentials, then validate the settings.

    Source of the order: the SDK's README, for the console; inferred: it is the same for the API.
    """
    connection = Connection(account, connector.label, connector.function_arn)
    connection.check_admission()
    request = {
        "type": "ValidateCredentialsRequest",
        "credentials": profile.credentials,
        "connectorRuntimeSettings": profile.settings,
    }
    connection.call(request)
    validate_settings(connection, PROFILE, profile.settings)


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
