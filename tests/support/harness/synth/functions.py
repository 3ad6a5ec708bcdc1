"""Connector functions for stacks that are synthesised, not deployed."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import Construct


def connector_function(
    scope: Construct,
    construct_id: str = "Function",
    **properties: Any,  # noqa: ANN401 - of Function
) -> lambda_.Function:
    given = {
        "code": lambda_.Code.from_inline("def handler(event, context): ..."),
        "handler": "index.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
        **properties,
    }
    return lambda_.Function(scope, construct_id, **given)
