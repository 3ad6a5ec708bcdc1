"""The flows that are run: one for each entity, or what `--flow FILE` makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from appflow_local.command_arguments import UsageError
from appflow_local.driving.flow_parts import (
    ALL_FIELDS,
    ON_DEMAND,
    ConnectorEnd,
    flow_name,
    from_s3,
    to_s3,
)

BUCKET = "dev"
READ = "read"
"""The folder of the bucket with what was read, for a flow that writes it."""

Request = dict[str, Any]


def read_flow(file: Path) -> Request:
    """Read a CreateFlow request, or a part of one, in JSON or TOML.

    Raises:
        UsageError: it isn't one.
    """
    try:
        text = file.read_text(encoding="utf-8")
        found = _toml(text) if file.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"--flow {file} can't be read ({error})") from error
    if not isinstance(found, dict):
        raise UsageError(
            f"--flow {file} is no object: write members of a CreateFlow request, such as tasks"
        )
    if "destinationFlowConfigList" in found:
        bucket_of(found)
    return found


def entity_of(part: Mapping[str, Any]) -> str | None:
    """The entity that a part of a request names as its source; None if it names none."""
    found: Any = part
    for name in ("sourceFlowConfig", "sourceConnectorProperties", "CustomConnector", "entityName"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None


def flow_request(entity: str, end: ConnectorEnd, part: Mapping[str, Any]) -> Request:
    """Return a flow of all fields of an entity to JSON in a bucket, changed by a part of a request.

    Objects of the part are merged, everything else in it replaces. It runs on demand, whatever
    trigger the part has.
    """
    request: Request = {
        "flowName": flow_name(f"dev-{entity}"),
        "sourceFlowConfig": end.source(entity),
        "destinationFlowConfigList": [to_s3(BUCKET, "JSON")],
        "tasks": [ALL_FIELDS],
    }
    merged = _merged(request, part)
    merged["triggerConfig"] = ON_DEMAND
    merged["sourceFlowConfig"]["connectorProfileName"] = end.profile
    return merged


def write_request(entity: str, end: ConnectorEnd) -> Request:
    """Return a flow that inserts the records of `READ` in the bucket into an entity."""
    return {
        "flowName": flow_name(f"dev-write-{entity}"),
        "triggerConfig": ON_DEMAND,
        "sourceFlowConfig": from_s3(BUCKET, READ),
        "destinationFlowConfigList": [end.destination(entity, "INSERT")],
        "tasks": [ALL_FIELDS],
    }


def bucket_of(request: Mapping[str, Any]) -> str:
    """The bucket that a flow writes to.

    Raises:
        UsageError: it isn't one flow from the connector to S3.
    """
    try:
        (end,) = request["destinationFlowConfigList"]
        return str(end["destinationConnectorProperties"]["S3"]["bucketName"])
    except (KeyError, TypeError, ValueError):
        raise UsageError(
            "--flow must have one destination, S3 with a bucketName, or leave "
            "destinationFlowConfigList out"
        ) from None


def _merged(base: Request, part: Mapping[str, Any]) -> Request:
    found = dict(base)
    for name, value in part.items():
        before = found.get(name)
        are_objects = isinstance(before, dict) and isinstance(value, Mapping)
        found[name] = _merged(before, value) if are_objects and before is not None else value
    return found


def _toml(text: str) -> Any:  # noqa: ANN401 - TOML
    try:
        tomllib = import_module("tomllib")
    except ImportError:  # Python 3.10
        raise UsageError("--flow in TOML needs Python 3.11: give JSON") from None
    return tomllib.loads(text)
