"""Starts a handler in a fresh process, and gives it an event to answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.stub import Surroundings
from harness.model.appflow import FUNCTION_ARN

Figures = dict[str, float]
"""ready, answered, cpu: milliseconds from the process's start; peak: MiB."""

_DRIVER: Final = (sys.executable, str(Path(__file__).parent / "handlers" / "drive.py"))


class Variant(NamedTuple):
    """A handler to start, and what is its own.

    That is: whether it answers, the command that starts it and takes the handler as its argument,
    environment variables, and properties of the resource.
    """

    handler: str
    answers: bool = True
    driver: Sequence[str] = _DRIVER
    variables: Mapping[str, str] = {}
    properties: Mapping[str, str] = {}


def start(
    variant: Variant,
    request_type: str,
    around: Surroundings,
    *,
    changes: Mapping[str, str] | None = None,
    depth: int = 0,
) -> Figures:
    """Start the handler with an event of this type; it must succeed.

    Args:
        variant: the handler.
        request_type: the event's RequestType.
        around: what the handler talks to.
        changes: the properties that differ from the old ones.
        depth: how deep in the stack the handler is called.
    """
    around.answers.reset()
    event = _event(request_type, variant.properties, changes or {})
    event["ResponseURL"] = around.answers.url
    done = subprocess.run(
        [*variant.driver, variant.handler],
        input=json.dumps(event),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "DEPTH": str(depth),
            "STARTED": str(time.time()),
            **around.variables,
            **variant.variables,
        },
        capture_output=True,
        text=True,
    )
    answered = [answer["Status"] for answer in around.answers.accepted]
    assert done.returncode == 0, done.stderr
    assert answered == ["SUCCESS"] * variant.answers, done.stderr
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _event(
    request_type: str, properties: Mapping[str, str], changes: Mapping[str, str]
) -> dict[str, Any]:
    old = {"ConnectorLabel": "Orders", "LambdaArn": FUNCTION_ARN, "Revision": "1", **properties}
    return {
        "RequestType": request_type,
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1",
        "RequestId": str(uuid.uuid4()),
        "ResourceType": "Custom::AppFlowConnector",
        "LogicalResourceId": "Registration",
        "PhysicalResourceId": "Orders",
        "OldResourceProperties": old,
        "ResourceProperties": {**old, **changes},
    }
