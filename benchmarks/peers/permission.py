"""What every way but ours leaves to its user: that AppFlow may invoke the function."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct


def let_appflow_invoke(function: lambda_.Function) -> IConstruct:
    """Admit AppFlow for this account; the registration has to wait for what is returned."""
    stack = Stack.of(function)
    function.add_permission(
        "AppFlow",
        principal=iam.ServicePrincipal("appflow.amazonaws.com"),
        source_account=stack.account,
        source_arn=stack.format_arn(
            service="appflow", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME
        ),
    )
    return function.node.find_child("AppFlow")
