"""Imports cdklabs' constructs for flows, which only the extra `flows` installs."""

from __future__ import annotations

from typing import Any, Protocol

from aws_cdk import aws_events as events
from aws_cdk.aws_appflow import CfnFlow

try:
    from cdklabs import cdk_appflow
except ImportError as error:
    raise ImportError(
        "cdk_appflow_connector.flows builds on cdklabs.cdk-appflow, which is not installed: "
        "pip install 'cdk-appflow-connector[flows]'"
    ) from error

__all__ = ["Destination", "RuleTarget", "Source", "cdk_appflow"]


# The classes of the library, and the CDK's, call the arguments of `bind` otherwise than their
# interfaces do, which pyright takes for another type. These protocols leave the names open.


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


class RuleTarget(Protocol):
    """What gets a rule's events: any of the CDK's targets (``aws_events_targets``)."""

    def bind(self, rule: Any, construct_id: str | None = None, /) -> events.RuleTargetConfig:  # noqa: ANN401 - IRule, or IRuleRef in newer releases
        """Return the target's configuration."""
