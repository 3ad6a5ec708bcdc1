"""RegisterConnector, UpdateConnectorRegistration and UnregisterConnector.

Each checks, in this order: the caller's permission, the request, the client token, the label, the
function. The function is invoked outside any lock; what the label's state was is checked again
afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.arns import check_function_arn, connector_arn, unregister_arn
from appflow_local.appflow.account.authorization import authorize
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.names import check_free
from appflow_local.appflow.account.store import Shelf
from appflow_local.appflow.account.token_style import TokenStyle
from appflow_local.appflow.connectors.configuration import read_configuration
from appflow_local.appflow.connectors.connector_call import check_permissions
from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import ConflictException, ResourceNotFoundException
from appflow_local.appflow.protocol.validation import require, validate

_FUNCTION_ARN = "connectorProvisioningConfig.lambda.lambdaArn"


def register_connector(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Register a connector.

    Source: API reference RegisterConnector. The model requires no member; label, provisioning
    type and function are required here, since nothing can be registered without them (inferred).

    Raises:
        AppFlowError: nothing was registered.
    """
    authorize(context.host, caller, "appflow:RegisterConnector")
    validate("RegisterConnector", parameters)
    require(parameters, "connectorLabel", "connectorProvisioningType", _FUNCTION_ARN)
    return context.tokens.once(
        caller, "RegisterConnector", parameters, lambda: _register(context, caller, parameters)
    )


def update_connector_registration(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Read a connector's configuration again, from its function or from another one.

    Source: API reference UpdateConnectorRegistration. Inferred: without a provisioning config the
    function that is registered now is read again. Not documented: whether an omitted description
    is kept; here it is kept, and an empty one clears it. When and by which caller the connector was
    registered stays.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateConnectorRegistration", parameters)
    arn = connector_arn(caller, parameters["connectorLabel"])
    authorize(context.host, caller, "appflow:UpdateConnectorRegistration", arn)
    if "connectorProvisioningConfig" in parameters:
        require(parameters, _FUNCTION_ARN)
    return context.tokens.once(
        caller,
        "UpdateConnectorRegistration",
        parameters,
        lambda: _update(context, caller, parameters),
    )


def unregister_connector(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Forget a connector.

    Source: API reference UnregisterConnector. Not documented: which of two resources IAM really
    evaluates (see `unregister_arn`); both must be allowed here, so that what works here works on
    AWS whichever it is. Inferred: a connector in use is a ConflictException without forceDelete.

    Raises:
        AppFlowError: nothing was unregistered.
    """
    validate("UnregisterConnector", parameters)
    label = parameters["connectorLabel"]
    for resource in (connector_arn(caller, label), unregister_arn(caller)):
        authorize(context.host, caller, "appflow:UnRegisterConnector", resource)
    with context.connectors.of(caller) as connectors:
        registered(connectors, label)
        users = context.connectors.users_of(caller, label)
        if users and not parameters.get("forceDelete", False):
            raise ConflictException(f"Connector {label} is in use by {', '.join(users)}")
        connectors.remove(label)
    return {}


def registered(connectors: Shelf[Connector], label: str) -> Connector:
    """Return the connector of this label.

    Source of the words: a public report, which does not name the operation.

    Raises:
        ResourceNotFoundException: there is none.
    """
    connector = connectors.get(label)
    if connector is None:
        raise ResourceNotFoundException(f"Connector with label {label} not found")
    return connector


def _register(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    label = parameters["connectorLabel"]
    with context.connectors.of(caller) as connectors:
        _check_free(connectors, label)
    function_arn = parameters["connectorProvisioningConfig"]["lambda"]["lambdaArn"]
    configuration, token_style = _read(context, caller, label, function_arn)
    connector = Connector(
        label=label,
        arn=connector_arn(caller, label),
        function_arn=function_arn,
        description=parameters.get("description"),
        registered_at=context.clock.now(),
        registered_by=caller.arn,
        configuration=configuration,
        token_style=token_style,
    )
    with context.connectors.of(caller) as connectors:
        _check_free(connectors, label)
        connectors.put(label, connector)
    return {"connectorArn": connector.arn}


def _update(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    label = parameters["connectorLabel"]
    with context.connectors.of(caller) as connectors:
        before = registered(connectors, label)
    provisioning = parameters.get("connectorProvisioningConfig")
    function_arn = provisioning["lambda"]["lambdaArn"] if provisioning else before.function_arn
    configuration, token_style = _read(context, caller, label, function_arn)
    with context.connectors.of(caller) as connectors:
        now = registered(connectors, label)
        if now is not before:
            raise ConflictException(f"Connector {label} was changed by another request meanwhile.")
        description = parameters.get("description", now.description)
        connectors.put(label, now.updated(function_arn, description, configuration, token_style))
    return {"connectorArn": now.arn}


def _read(
    context: Context, caller: Caller, label: str, function_arn: str
) -> tuple[dict[str, Any], TokenStyle]:
    check_function_arn(caller, function_arn)
    check_permissions(context.host, caller, label, function_arn)
    return read_configuration(context.host, function_arn)


def _check_free(connectors: Shelf[Connector], label: str) -> None:
    check_free(connectors, label, "Connector with label", taken="is already registered")
