"""This library: the permissions, the role and the provider are its own business."""

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector


def connect(stack: Stack, number: int, function: lambda_.Function) -> None:
    """Register a function."""
    label = f"Connector{number}"
    CustomConnector(stack, label, function=function, label=label)
