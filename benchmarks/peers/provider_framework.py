"""CDK's provider framework: its Node.js function calls a Python handler of one's own."""

from pathlib import Path

from aws_cdk import CustomResource, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources as cr

from benchmarks.peers.permission import let_appflow_invoke
from benchmarks.peers.registrar import let_register

_SOURCE = Path(__file__).parents[1] / "handlers" / "on_event.py"


def connect(stack: Stack, number: int, function: lambda_.Function) -> None:
    """Register a function."""
    provider = stack.node.try_find_child("Provider") or _provider(stack)
    assert isinstance(provider, cr.Provider)
    connector = CustomResource(
        stack,
        f"Connector{number}",
        service_token=provider.service_token,
        properties={"ConnectorLabel": f"Connector{number}", "LambdaArn": function.function_arn},
    )
    connector.node.add_dependency(let_appflow_invoke(function))


def _provider(stack: Stack) -> cr.Provider:
    handler = lambda_.Function(
        stack,
        "OnEvent",
        code=lambda_.Code.from_inline(_SOURCE.read_text(encoding="utf-8")),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    let_register(handler)
    return cr.Provider(stack, "Provider", on_event_handler=handler)
