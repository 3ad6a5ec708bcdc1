"""Reads the ARNs of AppFlow's resources that users give."""

from __future__ import annotations

import re

from aws_cdk import ArnFormat, Stack
from constructs import Construct

from cdk_appflow_connector.argument_types import check_given_type
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.tokens import is_token


def name_in_arn(scope: Construct, argument: str, arn: str, resource: str) -> str:
    """Return the name at the end of an ARN; of a token, a token.

    Args:
        scope: whose stack uses what the ARN names.
        argument: the argument's name.
        arn: what was given.
        resource: the ARN's resource type: ``connector`` or ``connectorprofile``.

    Raises:
        TypeError: the ARN is not a text.
        ValueError: it is not the ARN of such a resource in the stack's account and Region.
    """
    check_given_type(argument, arn, str, f"give the ARN as text: {_form(resource)}")
    if is_token(arn):
        split = Stack.of(scope).split_arn(arn, ArnFormat.SLASH_RESOURCE_NAME)
        return split.resource_name or ""
    found = re.fullmatch(rf"arn:[\w-]+:appflow:([a-z0-9-]+):(\d{{12}}):{resource}/(.+)", arn)
    if not found:
        raise ValueError(f"{argument} {arn!r} is not a {resource}'s: give {_form(resource)}")
    here = environment_of(scope)
    region, account, name = found.groups()
    if (here.is_region_known and region != here.region) or (
        here.is_account_known and account != here.account
    ):
        raise ValueError(
            f"{argument} {arn!r} is not in the stack's account {here.account} and Region "
            f"{here.region}, where flows would use it: give one from there"
        )
    return name


def _form(resource: str) -> str:
    return f"arn:PARTITION:appflow:REGION:ACCOUNT:{resource}/NAME"
