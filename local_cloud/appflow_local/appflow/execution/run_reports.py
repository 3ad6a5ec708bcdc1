"""What EventBridge and CloudWatch are told of runs.

Known (AppFlow User Guide, "Flow notifications"): EventBridge gets `AppFlow Start Flow Run Report`,
`AppFlow End Flow Run Report` and `AppFlow Scheduled Flow Deactivated` on the default bus, with
these members.
Known (End reports in public code, of 2021 to 2024): the spelling of their values, all of which are
texts, numbers too.
Known (AppFlow User Guide, "Monitoring with CloudWatch"): `FlowExecutionsStarted`,
`FlowExecutionsSucceeded`, `FlowExecutionsFailed`, `FlowExecutionTime` and
`FlowExecutionRecordsProcessed` in `AWS/AppFlow`, by `FlowName`.
Inferred (End reports in public code, of 2021 to 2024): `source` and `destination` of a custom
connector end in its label; the status of a run that failed or was canceled; the form of
`incremental-transfer-time-range`; no documents are counted for records.
Inferred: a canceled run is neither failed nor succeeded.

Delivery is AppFlow's best effort: it happens after the fact, in order, and no failure of it touches
a run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import CANCELED, ERROR, SUCCESSFUL, Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.flow_definition.ends import (
    ConnectorEnd,
    DestinationEnd,
    SourceEnd,
)
from appflow_local.appflow.monitoring import Event, Metric

_STATUS = {
    SUCCESSFUL: "Execution Successful",
    ERROR: "Execution Failed",
    CANCELED: "Execution Canceled",
}
_COUNTED = {SUCCESSFUL: "FlowExecutionsSucceeded", ERROR: "FlowExecutionsFailed"}

_log = logging.getLogger(__name__)


def report_start(account: Account, flow: Flow, execution: Execution) -> None:
    """Report that a run begins."""
    detail = _of_run(flow, execution)
    _deliver(account, Event("AppFlow Start Flow Run Report", detail, [flow.arn]))
    _measure(account, flow, [("FlowExecutionsStarted", 1.0, "Count")])


def report_end(account: Account, flow: Flow, execution: Execution, filtered: int) -> None:
    """Report how a run ended; `filtered` counts the records that its tasks left out."""
    detail = {
        **_of_run(flow, execution),
        "end-time": _text(execution.last_updated_at),
        "status": _STATUS[execution.status],
        "num-of-records-processed": str(execution.records_processed),
        "num-of-record-failures": str(execution.put_failures),
        "num-of-records-filtered": str(filtered),
        "num-of-documents-processed": "0",
        "data-processed": str(execution.bytes_processed),
        **({"error": execution.message} if execution.message else {}),
    }
    _deliver(account, Event("AppFlow End Flow Run Report", detail, [flow.arn]))
    _measure(account, flow, list(_measured(execution)))


def report_deactivation(account: Account, flow: Flow) -> None:
    """Report that a schedule is suspended because of failures."""
    detail = {
        **_of_flow(flow),
        "deactivation-time": _text(account.now()),
        "deactivation-reason": flow.status_message or "",
    }
    _deliver(account, Event("AppFlow Scheduled Flow Deactivated", detail, [flow.arn]))


def _measured(execution: Execution) -> Iterator[tuple[str, float, str]]:
    if execution.status in _COUNTED:
        yield _COUNTED[execution.status], 1.0, "Count"
    took = (execution.last_updated_at - execution.started_at) / timedelta(milliseconds=1)
    yield "FlowExecutionTime", took, "Milliseconds"
    yield "FlowExecutionRecordsProcessed", float(execution.records_processed), "Count"


def _of_flow(flow: Flow) -> dict[str, str]:
    source, destination = flow.definition.source, flow.definition.destination
    return {
        "flow-name": flow.name,
        "created-by": flow.created_by,
        "flow-arn": flow.arn,
        "source": _connector(flow, source),
        "destination": _connector(flow, destination),
        "source-object": _object(source),
        "destination-object": _object(destination),
        "trigger-type": flow.definition.trigger_type.upper(),
    }


def _of_run(flow: Flow, execution: Execution) -> dict[str, str]:
    detail = {
        **_of_flow(flow),
        "execution-id": execution.id,
        "start-time": _text(execution.started_at),
    }
    since, until = execution.data_pull_start, execution.data_pull_end
    if since and until:
        detail["incremental-transfer-time-range"] = f"{_text(since)} - {_text(until)}"
    return detail


def _connector(flow: Flow, end: SourceEnd | DestinationEnd) -> str:
    if isinstance(end, ConnectorEnd):
        return f"CUSTOMCONNECTOR/{flow.labels[end.profile_name]}"
    return end.kind


def _object(end: SourceEnd | DestinationEnd) -> str:
    if isinstance(end, ConnectorEnd):
        return end.entity
    folder = (end.prefix or "").strip("/")
    return f"s3://{end.bucket}/{folder}/" if folder else f"s3://{end.bucket}/"


def _text(time: datetime) -> str:
    utc = time.astimezone(timezone.utc).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z[UTC]"


def _measure(account: Account, flow: Flow, values: list[tuple[str, float, str]]) -> None:
    metrics = [Metric(name, value, unit, {"FlowName": flow.name}) for name, value, unit in values]
    _later(account, lambda: account.host.measure(metrics))


def _deliver(account: Account, event: Event) -> None:
    _later(account, lambda: account.host.publish(event))


def _later(account: Account, work: Callable[[], None]) -> None:
    def deliver() -> None:
        try:
            with account.acting():
                work()
        except Exception:  # noqa: BLE001 - best effort, whatever the host's targets do
            _log.exception("A report of a run could not be delivered")

    account.runs.reporter.submit(deliver)
