"""DescribeConnector, ListConnectors and DescribeConnectors: the registered connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import CUSTOM, Connector
from appflow_local.appflow.clock import seconds
from appflow_local.appflow.connectors.registration import registered
from appflow_local.appflow.protocol.errors import not_emulated
from appflow_local.appflow.protocol.paging import Page, page
from appflow_local.appflow.protocol.validation import require, validate

_PROVISIONING_TYPE = "LAMBDA"


def describe_connector(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Show one connector with its configuration.

    Known (API reference DescribeConnector): the members of the answer.
    Inferred: `connectorLabel` is required for a custom connector.

    Raises:
        UnsupportedOperationException: a connector that AWS made, which the emulator does not have.
        AppFlowError: there is no such connector, or the caller may not.
    """
    validate("DescribeConnector", parameters)
    if parameters["connectorType"] != CUSTOM:
        raise not_emulated(f"The connector type {parameters['connectorType']} is not emulated.")
    require(parameters, "connectorLabel")
    label = parameters["connectorLabel"]
    account.authorize("appflow:DescribeConnector", account.arns.connector(label))
    connector = registered(account, label)
    return {"connectorConfiguration": _configuration(connector)}


def list_connectors(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the account's custom connectors.

    Known (API reference ListConnectors): the operation "lists only custom connectors registered in
    this account".

    Raises:
        AppFlowError: the caller may not, or the nextToken is not valid.
    """
    account.authorize("appflow:ListConnectors", account.arns.connector("*"))
    validate("ListConnectors", parameters)
    return _listed(_page(account, "ListConnectors", parameters))


def describe_connectors(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the account's custom connectors; those that AWS made are not emulated.

    Known (API reference DescribeConnectors): the members of the answer.
    Inferred: `connectorConfigurations` stays empty, as it maps a connector type to one
    configuration and has no place for custom connectors.

    Raises:
        UnsupportedOperationException: a connector type that AWS made is asked for.
        AppFlowError: the caller may not, or the nextToken is not valid.
    """
    account.authorize("appflow:DescribeConnectors")
    validate("DescribeConnectors", parameters)
    vended = [name for name in parameters.get("connectorTypes", []) if name != CUSTOM]
    if vended:
        raise not_emulated(f"The connector types {', '.join(vended)} are not emulated.")
    found = _page(account, "DescribeConnectors", parameters)
    return {"connectorConfigurations": {}, **_listed(found)}


def _page(account: Account, operation: str, parameters: Mapping[str, Any]) -> Page[Connector]:
    every = account.connectors.in_order()
    return page(account.place, operation, parameters, every, key=lambda connector: connector.label)


def _listed(found: Page[Connector]) -> dict[str, Any]:
    return {"connectors": [_detail(item) for item in found.items], **found.token_member()}


def _registration(connector: Connector) -> dict[str, Any]:
    """Return what AppFlow adds to a connector's configuration.

    Known of DescribeConnector (SDK example, describe-connector-validation-file.json, a real answer
    of 2021): AppFlow adds `connectorDescription`, which there is the connector's name;
    `registeredBy`, there CUSTOM; and `registeredAt` in seconds, to the millisecond.
    Inferred of DescribeConnector: the description is the one that was given, or else the
    connector's name. `registeredBy` is the caller's ARN today.
    """
    return {
        "connectorType": CUSTOM,
        "connectorLabel": connector.label,
        "connectorDescription": connector.description or connector.configuration["connectorName"],
        "connectorProvisioningType": _PROVISIONING_TYPE,
        "registeredAt": seconds(connector.registered_at),
        "registeredBy": connector.registered_by,
    }


def _configuration(connector: Connector) -> dict[str, Any]:
    return {
        **connector.read_configuration(),
        **_registration(connector),
        "connectorArn": connector.arn,
        "connectorProvisioningConfig": {"lambda": {"lambdaArn": connector.function_arn}},
    }


def _detail(connector: Connector) -> dict[str, Any]:
    """Return an item of a list, whose shape has neither the ARN nor the function."""
    own = connector.read_configuration()
    copied = (
        "connectorName",
        "connectorOwner",
        "connectorVersion",
        "connectorModes",
        "supportedDataTransferTypes",
    )
    return {**_registration(connector), **{name: own[name] for name in copied}}
