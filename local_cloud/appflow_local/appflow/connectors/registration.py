"""RegisterConnector, UpdateConnectorRegistration and UnregisterConnector.

Each checks, in this order: the caller's permission, the request, the client token, the label, the
function. The function is invoked outside any lock; afterwards the label's state is checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.token_style import TokenStyle
from appflow_local.appflow.connectors.configuration import read_configuration
from appflow_local.appflow.connectors.connection import Connection
from appflow_local.appflow.protocol.errors import ConflictException
from appflow_local.appflow.protocol.validation import require, validate

_TAKEN = "is already registered"
_FUNCTION_ARN = "connectorProvisioningConfig.lambda.lambdaArn"


def register_connector(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Register a connector.

    Known (API reference RegisterConnector): the operation takes label, description and function,
    and answers with the connector's ARN.
    Inferred (the model requires no member, but nothing can be registered without them): label,
    provisioning type and function are required.
    Inferred (API reference, ConflictException): a label that is taken is a `ConflictException`,
    with a text of the emulator's own.

    Raises:
        AppFlowError: nothing was registered.
    """
    account.authorize("appflow:RegisterConnector")
    validate("RegisterConnector", parameters)
    require(parameters, "connectorLabel", "connectorProvisioningType", _FUNCTION_ARN)
    return account.once("RegisterConnector", parameters, lambda: _register(account, parameters))


def update_connector_registration(
    account: Account, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Read a connector's configuration again, from its function or from another one.

    Known (API reference UpdateConnectorRegistration): the configuration is read again, from the
    connector's function or from another one.
    Inferred (the same): without a provisioning config, the registered function is read again.
    Chosen: without a description the old one stays, and an empty one clears it. `registeredAt` and
    `registeredBy` do not change.

    Raises:
        AppFlowError: nothing was changed.
    """
    validate("UpdateConnectorRegistration", parameters)
    arn = account.arns.connector(parameters["connectorLabel"])
    account.authorize("appflow:UpdateConnectorRegistration", arn)
    if "connectorProvisioningConfig" in parameters:
        require(parameters, _FUNCTION_ARN)
    return account.once(
        "UpdateConnectorRegistration",
        parameters,
        lambda: _update(account, parameters),
    )


def unregister_connector(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a connector.

    Known (API reference UnregisterConnector, `forceDelete`): with `forceDelete` a connector goes
    although profiles use it.
    Inferred (the same; the meaning of ConflictException): without `forceDelete`, a connector in
    use is a `ConflictException`, whose text names the profiles.

    Raises:
        AppFlowError: nothing was unregistered.
    """
    validate("UnregisterConnector", parameters)
    label = parameters["connectorLabel"]
    for resource in (account.arns.connector(label), account.arns.unregister()):
        account.authorize("appflow:UnRegisterConnector", resource)
    with account.lock:
        registered(account, label)
        users = account.connectors.users_of(label)
        if users and not parameters.get("forceDelete", False):
            raise ConflictException(f"Connector {label} is in use by {', '.join(users)}")
        account.connectors.remove(label)
    return {}


def registered(account: Account, label: str) -> Connector:
    """Return the connector of this label.

    Inferred of DescribeConnector (a comment on AWS::AppFlow::Connector in a public inventory tool,
    which does not name the operation): the words of `ResourceNotFoundException`, "Connector with
    label X not found".

    Raises:
        ResourceNotFoundException: there is none.
    """
    return account.connectors.find(label, f"Connector with label {label} not found")


def _register(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    label = parameters["connectorLabel"]
    account.connectors.check_free(label, _TAKEN)
    function_arn = parameters["connectorProvisioningConfig"]["lambda"]["lambdaArn"]
    configuration, token_style = _read(account, label, function_arn)
    connector = Connector(
        label=label,
        arn=account.arns.connector(label),
        function_arn=function_arn,
        description=parameters.get("description"),
        registered_at=account.now(),
        registered_by=account.caller_arn,
        configuration=configuration,
        token_style=token_style,
    )
    with account.lock:
        account.connectors.check_free(label, _TAKEN)
        account.connectors.put(label, connector)
    return {"connectorArn": connector.arn}


def _update(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    label = parameters["connectorLabel"]
    before = registered(account, label)
    provisioning = parameters.get("connectorProvisioningConfig")
    function_arn = provisioning["lambda"]["lambdaArn"] if provisioning else before.function_arn
    configuration, token_style = _read(account, label, function_arn)
    with account.lock:
        now = registered(account, label)
        if now is not before:
            raise ConflictException(
                f"Connector {label} was changed by another request in the meantime."
            )
        description = parameters.get("description", now.description)
        account.connectors.put(
            label, now.updated(function_arn, description, configuration, token_style)
        )
    return {"connectorArn": now.arn}


def _read(account: Account, label: str, function_arn: str) -> tuple[dict[str, Any], TokenStyle]:
    account.arns.check_function(function_arn)
    # Inferred of RegisterConnector (the permissions of AWS::AppFlow::Connector's handlers in
    # CloudFormation's registry): the caller needs `lambda:InvokeFunction` on the exact ARN given.
    # The Service Authorization Reference doesn't list it.
    account.authorize("lambda:InvokeFunction", function_arn)
    connection = Connection(account, label, function_arn)
    connection.check_admission()
    return read_configuration(connection)
