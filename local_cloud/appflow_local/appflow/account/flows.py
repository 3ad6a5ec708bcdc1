"""A flow, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appflow_local.appflow.flow_definition import FlowDefinition


@dataclass(frozen=True)
class Flow:
    """One flow between a custom connector and S3.

    `label` and `profile_name` are those of the custom connector, at either end. `status_message`
    says why AppFlow suspended the flow; `schema_version` counts the changes of the output's schema.
    """

    name: str
    arn: str
    status: str
    definition: FlowDefinition
    profile_name: str
    label: str
    created_at: datetime
    created_by: str
    last_updated_at: datetime
    last_updated_by: str
    status_message: str | None = None
    schema_version: int = 1
