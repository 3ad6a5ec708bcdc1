"""Imports cdklabs' constructs for flows, which only the extra `flows` installs."""

from __future__ import annotations

from typing import Protocol

from aws_cdk.aws_appflow import CfnFlow

try:
    from cdklabs import cdk_appflow
except ImportError as error:
    raise ImportError(
        "cdk_appflow_connector.flows builds on cdklabs.cdk-appflow, which is not installed: "
        "pip install 'cdk-appflow-connector[flows]'"
    ) from error

__all__ = ["Destination", "Source", "cdk_appflow"]


# The library's own classes call the argument of `bind` otherwise than its interfaces do, which
# pyright takes for another type. These two protocols leave its name open.


class Source(Protocol):
    """Where a flow's records come from: any source of the library, or `CustomConnectorSource`."""

    @property
    def connector_type(self) -> cdk_appflow.ConnectorType:
        """The type of the source's connector."""

    def bind(self, flow: cdk_appflow.IFlow, /) -> CfnFlow.SourceFlowConfigProperty:
        """Return the flow's source."""


class Destination(Protocol):
    """Where a flow's records go: any of the library's, or a `CustomConnectorDestination`."""

    @property
    def connector_type(self) -> cdk_appflow.ConnectorType:
        """The type of the destination's connector."""

    def bind(self, flow: cdk_appflow.IFlow, /) -> CfnFlow.DestinationFlowConfigProperty:
        """Return the flow's destination."""
