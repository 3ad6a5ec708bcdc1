"""What DescribeFlowExecutionRecords tells of a flow's runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RUNNING = ("InProgress", "CancelStarted")
"""The statuses of a run that has not ended."""

Record = Mapping[str, Any]


def records_of(appflow: Any, flow: str) -> Iterator[Record]:  # noqa: ANN401 - botocore's
    """Yield the records of all runs of a flow, the newest first."""
    token: dict[str, str] = {}
    while True:
        page = appflow.describe_flow_execution_records(flowName=flow, **token)
        yield from page["flowExecutions"]
        if "nextToken" not in page:
            return
        token = {"nextToken": page["nextToken"]}


def record_of(appflow: Any, flow: str, execution: str) -> Record | None:  # noqa: ANN401
    """Return the record of a run; None if there is none."""
    every = records_of(appflow, flow)
    return next((each for each in every if each["executionId"] == execution), None)


def message_of(record: Record) -> str:
    """AppFlow's executionMessage: why the run failed; empty if it didn't."""
    return str(_errors(record).get("executionMessage", ""))


def refused_in(record: Record) -> int:
    """How many records the destination refused: AppFlow's putFailuresCount."""
    return int(_errors(record).get("putFailuresCount", 0))


def processed_in(record: Record) -> int:
    """How many records the source gave."""
    return int(record.get("executionResult", {}).get("recordsProcessed", 0))


def _errors(record: Record) -> Mapping[str, Any]:
    found: Mapping[str, Any] = record.get("executionResult", {}).get("errorInfo", {})
    return found
