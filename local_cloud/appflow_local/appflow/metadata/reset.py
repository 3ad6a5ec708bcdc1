"""ResetConnectorMetadataCache: makes AppFlow ask the connector again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import CUSTOM
from appflow_local.appflow.protocol.errors import not_emulated
from appflow_local.appflow.protocol.validation import require, validate


def reset_connector_metadata_cache(
    account: Account, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Drop the cached details of one entity or, without a name, the cached list of entities.

    Known (API reference ResetConnectorMetadataCache): custom connectors need the profile's name and
    the API version. Without `connectorEntityName` "only entity names, not entity details" are
    reset. `entitiesPath` is for nested entities only.
    Inferred (the same): with `connectorEntityName` the list of names stays; without `entitiesPath`
    nested lists stay.

    Raises:
        AppFlowError: nothing was reset.
    """
    validate("ResetConnectorMetadataCache", parameters)
    kind = parameters.get("connectorType", CUSTOM)
    if kind != CUSTOM:
        raise not_emulated(f"Entities of the connector type {kind} are not emulated.")
    require(parameters, "connectorProfileName", "apiVersion")
    name = parameters["connectorProfileName"]
    arn = account.arns.profile(name)
    account.authorize("appflow:ResetConnectorMetadataCache", arn)
    account.profiles.find(name)
    account.metadata.reset(
        account.place,
        name,
        parameters["apiVersion"],
        entity=parameters.get("connectorEntityName"),
        path=parameters.get("entitiesPath"),
    )
    return {}
