"""Nothing but the functions and their permissions: what every way starts from."""

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_

from benchmarks.peers.permission import let_appflow_invoke


def connect(_stack: Stack, _number: int, function: lambda_.Function) -> None:
    """Register nothing."""
    let_appflow_invoke(function)
