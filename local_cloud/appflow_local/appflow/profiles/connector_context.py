"""The `connectorContext` of a request to a connector: how to connect, and for what.

Source: AppFlow Custom Connector SDK for Java, class ConnectorContext.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.profiles.connection import ProfileConnection
from appflow_local.appflow.protocol.errors import ValidationException


def connector_context(
    connection: ProfileConnection,
    api_version: str,
    settings: Mapping[str, str],
    *,
    entity_definition: Mapping[str, Any] | None = None,
    flow_name: str | None = None,
    execution_id: str | None = None,
) -> dict[str, Any]:
    """Return the connectorContext.

    Inferred: what does not apply is null, as in the requests of the SDK's test resources.

    Args:
        connection: the profile and its connector.
        api_version: one that the connector supports.
        settings: the connector runtime settings of the profile and, in a run, of the flow.
        entity_definition: the connector's own; see `metadata.entities.entity_definition`.
        flow_name: of the flow that runs.
        execution_id: of that run.
    """
    return {
        "connectorRuntimeSettings": dict(settings),
        "credentials": connection.profile.credentials,
        "apiVersion": api_version,
        "entityDefinition": entity_definition,
        "flowName": flow_name,
        "executionId": execution_id,
        "connectorProfileLabel": connection.profile.name,
    }


def choose_api_version(connection: ProfileConnection, requested: str | None) -> str:
    """Return the requested API version, or the connector's newest one.

    Not documented: which one AppFlow takes if none is given; here, the one with the highest numbers
    in its name. Inferred: the error.

    Raises:
        ValidationException: the connector does not support the requested version.
    """
    supported: list[str] = connection.connector.configuration["supportedApiVersions"]
    if requested is None:
        return max(supported, key=_numbers)
    if requested not in supported:
        raise ValidationException(f"The connector does not support the API version {requested}.")
    return requested


def _numbers(version: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", version)]
