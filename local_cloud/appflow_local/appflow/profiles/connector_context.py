"""The `connectorContext` of a request to a connector: how to connect, and for what.

Known (SDK, ConnectorContext): the members of a request's `connectorContext`.
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

    Inferred (the requests in the SDK's test resources): members of the `connectorContext` that do
    not apply are null.

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

    Chosen of Entities and fields: without an API version, the newest is spoken: the one with the
    highest numbers in its name.
    Inferred of Entities and fields: the error for a version that the connector doesn't support.

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
