"""Imports cdklabs' constructs for flows, which only the extra `flows` installs."""

from __future__ import annotations

try:
    from cdklabs import cdk_appflow
except ImportError as error:
    raise ImportError(
        "cdk_appflow_connector.flows builds on cdklabs.cdk-appflow, which is not installed: "
        "pip install 'cdk-appflow-connector[flows]'"
    ) from error

__all__ = ["cdk_appflow"]
