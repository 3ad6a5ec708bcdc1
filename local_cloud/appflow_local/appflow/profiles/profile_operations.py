"""CreateConnectorProfile, UpdateConnectorProfile and DeleteConnectorProfile.

Only custom connectors have profiles here. Each request checks the caller's permission, itself, the
client token and the connector, in this order. Then AppFlow fetches tokens if it has to, and writes
the secret, because the connector reads it while it validates. A request that fails changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.connectors.connection import Connection
from appflow_local.appflow.customer_keys import authorize_key
from appflow_local.appflow.profiles.connection import check_own_key, find_connection, find_connector
from appflow_local.appflow.profiles.credentials import credentials_for
from appflow_local.appflow.profiles.profile_request import (
    AUTHENTICATION_TYPE,
    PROPERTIES,
    GivenCredentials,
    ProfileRequest,
    has_credentials,
    read_credentials,
    read_profile,
)
from appflow_local.appflow.profiles.runtime_settings import (
    PROFILE,
    require_settings,
    validate_settings,
)
from appflow_local.appflow.profiles.secret import changed_secret, new_secret
from appflow_local.appflow.protocol.errors import ConflictException
from appflow_local.appflow.protocol.validation import require, validate


def create_connector_profile(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create a connector profile.

    Known (API reference CreateConnectorProfile): the members of a profile.
    Known (Service Authorization Reference, Amazon AppFlow): the caller needs
    `appflow:DescribeConnector` on the connector.
    Inferred: label and credentials are required.

    Raises:
        AppFlowError: nothing was created.
    """
    account.authorize("appflow:CreateConnectorProfile")
    validate("CreateConnectorProfile", parameters)
    request = read_profile(parameters)
    require(parameters, "connectorLabel", AUTHENTICATION_TYPE)
    label, given = parameters["connectorLabel"], read_credentials(parameters)
    account.authorize("appflow:DescribeConnector", account.arns.connector(label))
    if request.key_arn is not None:
        authorize_key(account, request.key_arn)
    return account.once(
        "CreateConnectorProfile", parameters, lambda: _create(account, label, request, given)
    )


def update_connector_profile(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the properties of a connector profile and, if given, its credentials.

    Known (API reference UpdateConnectorProfile): the members that can change.
    Inferred (SDK README, step 4): the connector validates credentials and settings again.
    Chosen: without credentials the old ones stay.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateConnectorProfile", parameters)
    arn = account.arns.profile(parameters["connectorProfileName"])
    account.authorize("appflow:UpdateConnectorProfile", arn)
    request = read_profile(parameters)
    given = read_credentials(parameters) if has_credentials(parameters) else None
    return account.once(
        "UpdateConnectorProfile", parameters, lambda: _update(account, request, given)
    )


def delete_connector_profile(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a connector profile and delete its secret.

    Known (API reference DeleteConnectorProfile): with `forceDelete` a profile goes although flows
    use it.
    Inferred (the same; the meaning of ConflictException): without `forceDelete`, a profile in use
    is a `ConflictException`, whose text names the flows.
    Chosen: its flows stay, and its secret is gone at once, with no time to recover it.

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


def _create(
    account: Account, label: str, request: ProfileRequest, given: GivenCredentials
) -> dict[str, Any]:
    name = request.name
    with account.profiles.changing(name):
        account.profiles.check_free(name)
        connector = find_connector(account, label)
        check_own_key(account, request.key_arn)
        credentials = credentials_for(account.host, connector, given, request.oauth2)
        with new_secret(account, label, name, credentials.secret, request.key_arn) as secret:
            now = account.now()
            profile = Profile(
                name=name,
                arn=account.arns.profile(name),
                label=label,
                connection_mode=request.connection_mode,
                properties=request.properties,
                credentials_arn=secret,
                authentication_type=credentials.authentication_type,
                created_at=now,
                last_updated_at=now,
                key_arn=request.key_arn,
            )
            _keep(account, profile, connector)
    return {"connectorProfileArn": profile.arn}


def _update(
    account: Account, request: ProfileRequest, given: GivenCredentials | None
) -> dict[str, Any]:
    with account.profiles.changing(request.name):
        found = find_connection(account, request.name)
        check_own_key(account, found.profile.key_arn)
        after = replace(
            found.profile,
            connection_mode=request.connection_mode,
            properties=request.properties,
            last_updated_at=account.now(),
        )
        if given is None:
            _keep(account, after, found.connector)
            return {"connectorProfileArn": after.arn}
        credentials = credentials_for(account.host, found.connector, given, request.oauth2)
        after = replace(after, authentication_type=credentials.authentication_type)
        with changed_secret(account.host, after.credentials_arn, credentials.secret):
            _keep(account, after, found.connector)
    return {"connectorProfileArn": after.arn}


def _keep(account: Account, profile: Profile, connector: Connector) -> None:
    """Have the connector validate a profile, then keep it."""
    require_settings(connector, PROFILE, profile.settings, f"{PROPERTIES}.profileProperties")
    _validate(account, profile, connector)
    with account.lock:
        find_connector(account, profile.label)  # it may be gone by now
        account.profiles.put(profile.name, profile)


def _validate(account: Account, profile: Profile, connector: Connector) -> None:
    """Have the connector try the credentials, then validate the settings.

    Known of CreateConnectorProfile (SDK README, step 4, for the console): AppFlow sends
    `ValidateCredentials`, then `ValidateConnectorRuntimeSettings`, and keeps credentials and
    settings if both succeed.
    Inferred of CreateConnectorProfile (the same): the order is the same for the API. If one fails,
    no profile and no secret is left.
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
