"""crhelper as most tutorials use it: one shared function with crhelper's defaults."""

from pathlib import Path

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_lambda as lambda_

from benchmarks.peers.permission import let_appflow_invoke
from benchmarks.peers.registrar import let_register
from cdk_appflow_connector import installed_code

_HANDLER = Path(__file__).parents[1] / "handlers" / "tutorial"


def connect(stack: Stack, number: int, function: lambda_.Function) -> None:
    """Register a function."""
    provider = stack.node.try_find_child("Provider") or _provider(stack)
    assert isinstance(provider, lambda_.Function)
    connector = CustomResource(
        stack,
        f"Connector{number}",
        service_token=provider.function_arn,
        properties={"ConnectorLabel": f"Connector{number}", "LambdaArn": function.function_arn},
    )
    connector.node.add_dependency(let_appflow_invoke(function))


def _provider(stack: Stack) -> lambda_.Function:
    provider = lambda_.Function(
        stack,
        "Provider",
        code=installed_code("crhelper", _HANDLER),
        handler="tutorial.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        # With more than 135 s, crhelper sleeps for 120 s before it answers a Delete.
        timeout=Duration.seconds(60),
    )
    let_register(provider)
    return provider
