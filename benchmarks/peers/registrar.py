"""Rights on every connector and function, as tutorials give them to what registers."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_


def let_register(function: lambda_.Function) -> None:
    """Let a function register all there is."""
    actions = ["appflow:*", "lambda:InvokeFunction"]
    function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=["*"]))
