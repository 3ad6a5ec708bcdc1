"""The code of the library's own functions: the provider's and that which refreshes profiles."""

from __future__ import annotations

from functools import cache

from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.function.bundling.asset import LocalAsset
from cdk_appflow_connector.function.installed_code import installed_asset


def library_code() -> lambda_.Code:
    """Make a function's code of the library's package for Lambda and what it needs there."""
    return _asset().code()


@cache
def _asset() -> LocalAsset:
    """Read the packages once: apps may have functions in many stacks, all of the same files."""
    return installed_asset("appflow_connector_provider", "crhelper")
