"""A connector that is asked at synth: its configuration, and its entities without credentials."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector import PythonConnectorFunction
from harness.model.appflow import sdk_answer

_HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
_SOURCE = """
ANSWERS = {answers!r}

def run(event, context):
    answer = ANSWERS[event["type"].removesuffix("Request")]
    return answer[event["entityIdentifier"]] if "entityIdentifier" in event else answer
"""


def setting(key: str, scope: str = "CONNECTOR_PROFILE", **changes: object) -> dict[str, Any]:
    """A connector runtime setting, as the SDK sends it."""
    texts = {"key": key, "label": key, "description": key, "dataType": "String"}
    return {**texts, "required": False, "scope": scope, **changes}


def entity(name: str, **changes: object) -> dict[str, Any]:
    """An entity, as ListEntities lists it."""
    return {"entityIdentifier": name, "label": name, "hasNestedEntities": False, **changes}


def described(name: str, *fields: str) -> dict[str, Any]:
    """The answer of DescribeEntity."""
    definition = {"entity": entity(name), "fields": [{"fieldName": field} for field in fields]}
    return {"isSuccess": True, "entityDefinition": definition}


def described_function(
    scope: Construct,
    folder: Path,
    *,
    entities: dict[str, Any] | None = None,
    listed: dict[str, Any] | None = None,
    preflight: bool = True,
    **configuration: object,
) -> PythonConnectorFunction:
    """A function whose connector answers this, and fails for other entities.

    Args:
        scope: the stack.
        folder: where its folder is made.
        entities: the answers of DescribeEntity by entity.
        listed: the answer of ListEntities.
        preflight: whether it is asked at synth.
        configuration: what the configuration has instead of the SDK's example.
    """
    answers = {
        "DescribeConnectorConfiguration": sdk_answer(**configuration),
        "DescribeEntity": entities or {},
        "ListEntities": listed or {"isSuccess": False},
    }
    entry = folder / "connector"
    entry.mkdir()
    (entry / "requirements.txt").touch()
    (entry / "crm.py").write_text(_SOURCE.format(answers=answers))
    return PythonConnectorFunction(
        scope,
        "Function",
        entry=entry,
        handler="crm.run",
        runtime=lambda_.Runtime(_HERE, lambda_.RuntimeFamily.PYTHON),
        preflight=preflight,
    )
