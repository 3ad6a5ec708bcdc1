"""Flows that use custom connectors, for the constructs of cdklabs.cdk-appflow.

Its flows read from `CustomConnectorSource` and write to `CustomConnectorDestination`. `map_all` and
`ScheduledFlow` replace parts of it that don't work for custom connectors (docs/decisions/flows.md).
Needs the extra: ``pip install 'cdk-appflow-connector[flows]'``.

Import the names below from here: the modules in this package are private.
"""

from cdk_appflow_connector.flows.endpoints import CustomConnectorDestination, CustomConnectorSource
from cdk_appflow_connector.flows.events import on_deactivated, on_run_failed
from cdk_appflow_connector.flows.grants import grant_read, grant_run
from cdk_appflow_connector.flows.mappings import map_all
from cdk_appflow_connector.flows.monitor import FlowMonitor, monitor
from cdk_appflow_connector.flows.run_after_deployment import RunAfterDeployment
from cdk_appflow_connector.flows.schedule_target import start_flow_target
from cdk_appflow_connector.flows.scheduled_flow import ScheduledFlow
from cdk_appflow_connector.flows.start_flow_and_wait import StartFlowAndWait

__all__ = [
    "CustomConnectorDestination",
    "CustomConnectorSource",
    "FlowMonitor",
    "RunAfterDeployment",
    "ScheduledFlow",
    "StartFlowAndWait",
    "grant_read",
    "grant_run",
    "map_all",
    "monitor",
    "on_deactivated",
    "on_run_failed",
    "start_flow_target",
]
