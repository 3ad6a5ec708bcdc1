"""Flows over custom connectors, for the constructs of cdklabs.cdk-appflow.

`CustomConnectorSource` and `CustomConnectorDestination` are what its flows read from and write to;
`map_all` and `ScheduledFlow` take the place of parts of it that do not serve custom connectors
(docs/decisions/flows.md). Needs the extra: ``pip install 'cdk-appflow-connector[flows]'``.
"""

from cdk_appflow_connector.flows.endpoints import CustomConnectorDestination, CustomConnectorSource
from cdk_appflow_connector.flows.grants import grant_read, grant_run
from cdk_appflow_connector.flows.mappings import map_all
from cdk_appflow_connector.flows.scheduled_flow import ScheduledFlow

__all__ = [
    "CustomConnectorDestination",
    "CustomConnectorSource",
    "ScheduledFlow",
    "grant_read",
    "grant_run",
    "map_all",
]
