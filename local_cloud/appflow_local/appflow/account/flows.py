"""A flow, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appflow_local.appflow.flow_definition import FlowDefinition


@dataclass(frozen=True)
class Flow:
    """One flow.

    `labels` has the labels of its custom connectors, by the names of their profiles.
    `status_message` says why AppFlow suspended the flow; `schema_version` counts the changes of the
    output's schema; `latest_table` is the table of a data catalog that describes the latest run.
    """

    name: str
    arn: str
    status: str
    definition: FlowDefinition
    labels: Mapping[str, str]
    created_at: datetime
    created_by: str
    last_updated_at: datetime
    last_updated_by: str
    status_message: str | None = None
    schema_version: int = 1
    latest_table: str | None = None
