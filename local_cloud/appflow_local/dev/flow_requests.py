"""The flows that are run: one for each entity, or what `--flow FILE` makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from appflow_local.command_arguments import UsageError

BUCKET = "dev"
READ = "read"
"""The folder of the bucket with what was read, for a flow that writes it."""
_NO_NAME = re.compile(r"[^A-Za-z0-9_.#@-]+")

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


def flow_request(entity: str, api_version: str, profile: str, part: Mapping[str, Any]) -> Request:
    """Return a flow of all fields of an entity to JSON in a bucket, changed by a part of a request.

    Objects of the part are merged, everything else in it replaces. It runs on demand, whatever
    trigger the part has.
    """
    request: Request = {
        "flowName": f"dev-{_NO_NAME.sub('-', entity)}"[:256],
        "sourceFlowConfig": {
            "connectorType": "CustomConnector",
            "connectorProfileName": profile,
            "apiVersion": api_version,
            "sourceConnectorProperties": {"CustomConnector": {"entityName": entity}},
        },
        "destinationFlowConfigList": [_to_s3()],
        "tasks": [{"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}],
    }
    merged = _merged(request, part)
    merged["triggerConfig"] = {"triggerType": "OnDemand"}
    merged["sourceFlowConfig"]["connectorProfileName"] = profile
    return merged


def write_request(entity: str, api_version: str, profile: str) -> Request:
    """Return a flow that inserts the records of `READ` in the bucket into an entity."""
    s3 = {
        "bucketName": BUCKET,
        "bucketPrefix": READ,
        "s3InputFormatConfig": {"s3InputFileType": "JSON"},
    }
    destination = {"entityName": entity, "writeOperationType": "INSERT"}
    return {
        "flowName": f"dev-write-{_NO_NAME.sub('-', entity)}"[:256],
        "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": {"connectorType": "S3", "sourceConnectorProperties": {"S3": s3}},
        "destinationFlowConfigList": [
            {
                "connectorType": "CustomConnector",
                "connectorProfileName": profile,
                "apiVersion": api_version,
                "destinationConnectorProperties": {"CustomConnector": destination},
            }
        ],
        "tasks": [{"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}],
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


def _to_s3() -> Request:
    s3 = {"bucketName": BUCKET, "s3OutputFormatConfig": {"fileType": "JSON"}}
    return {"connectorType": "S3", "destinationConnectorProperties": {"S3": s3}}


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
