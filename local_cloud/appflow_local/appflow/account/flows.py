"""A flow, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appflow_local.appflow.account.connectors import CUSTOM

# The members of CreateFlow that DescribeFlow returns unchanged.
DEFINITION = (
    "description",
    "triggerConfig",
    "sourceFlowConfig",
    "destinationFlowConfigList",
    "tasks",
    "tags",
)


@dataclass(frozen=True)
class Flow:
    """One flow between a custom connector and S3.

    `definition` has the given members of `DEFINITION`; `label` and `profile_name` are those of the
    custom connector, at either end. `status_message` says why AppFlow suspended the flow;
    `schema_version` counts the changes of the output's schema.
    """

    name: str
    arn: str
    status: str
    definition: Mapping[str, Any]
    profile_name: str
    label: str
    created_at: datetime
    created_by: str
    last_updated_at: datetime
    last_updated_by: str
    status_message: str | None = None
    schema_version: int = 1

    @property
    def source(self) -> Mapping[str, Any]:
        """The SourceFlowConfig."""
        source: Mapping[str, Any] = self.definition["sourceFlowConfig"]
        return source

    @property
    def destination(self) -> Mapping[str, Any]:
        """The only DestinationFlowConfig: AppFlow does not support more."""
        destination: Mapping[str, Any] = self.definition["destinationFlowConfigList"][0]
        return destination

    @property
    def reads_connector(self) -> bool:
        """Whether the custom connector is the source, not the destination."""
        return bool(self.source["connectorType"] == CUSTOM)

    @property
    def trigger_type(self) -> str:
        """OnDemand or Scheduled."""
        return str(self.definition["triggerConfig"]["triggerType"])

    def read_definition(self) -> dict[str, Any]:
        """Return the definition, as a copy that may be changed."""
        return copy.deepcopy(dict(self.definition))
