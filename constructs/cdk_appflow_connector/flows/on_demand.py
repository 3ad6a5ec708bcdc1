"""Refuses flows that StartFlow would not run."""

from __future__ import annotations

from constructs import IConstruct

from cdk_appflow_connector.environment import check_same_environment
from cdk_appflow_connector.flows.argument_checks import check_flow
from cdk_appflow_connector.flows.library import cdk_appflow


def check_on_demand(flow: cdk_appflow.IFlow) -> None:
    """Raise an error unless the flow is one that can be started; of an imported one it isn't known.

    Source: API reference, StartFlow: it runs an on-demand flow, and activates any other.

    Raises:
        TypeError: it is no flow.
        ValueError: it has a schedule, or waits for events.
    """
    check_flow(flow)
    kind = flow.type if isinstance(flow, cdk_appflow.FlowBase) else None
    if kind is not None and kind is not cdk_appflow.FlowType.ON_DEMAND:
        raise ValueError(
            f"flow {flow.node.path!r} is {kind.name.lower().replace('_', '-')}, so StartFlow would "
            "activate it, and not run it: give a cdk_appflow.OnDemandFlow"
        )


def check_startable_from(scope: IConstruct, flow: cdk_appflow.IFlow, what: str) -> None:
    """Raise ValueError for a flow of another account or Region, which StartFlow would not find.

    Args:
        scope: where it is started.
        flow: the flow.
        what: what starts it, for the error.
    """
    check_same_environment(scope, flow, "the flow", f"{what} can't start it")
