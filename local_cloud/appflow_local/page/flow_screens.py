"""The screens of flows and their runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from starlette.exceptions import HTTPException

from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.page import chains
from appflow_local.page.drawing import draw
from appflow_local.page.paging import PER_PAGE, begun, part
from appflow_local.page.records import side_by_side, table
from appflow_local.page.view import View

_MOST_CALLS = 20


def flows(view: View) -> Mapping[str, Any]:
    """All flows."""
    return {"flows": part(view, flow_rows(view, view.flows))}


def flow_rows(view: View, listed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return flows with their newest runs."""
    newest = view.journal.runs.newest_of_each_flow(view.place)
    return [
        {
            **each,
            "run": newest.get(each["flowName"]),
            "next_run": view.source.appflow.next_run(view.place, each["flowName"]),
        }
        for each in listed
    ]


def flow(view: View) -> Mapping[str, Any]:
    """One flow: its drawing, its schedule and its runs."""
    name = view.needed("name")
    described = view.ask("DescribeFlow", flowName=name)
    last = view.journal.runs.newest(view.place, 1, name)
    trace = view.journal.runs.find(last[0].id) if last else None
    origins = trace.origins if trace else {}
    return {
        "flow": described,
        "source": end_of(view, described["sourceFlowConfig"]),
        "target": end_of(view, described["destinationFlowConfigList"][0]),
        "drawing": draw(described["tasks"], origins),
        "schedule": described["triggerConfig"].get("triggerProperties", {}).get("Scheduled"),
        "next_run": view.source.appflow.next_run(view.place, name),
        "runs": begun(view, runs_of(view, name)),
    }


def end_of(view: View, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an end of a flow in words: its title, what is under it, and where it is shown."""
    properties = config.get("sourceConnectorProperties") or config["destinationConnectorProperties"]
    kind, given = next(iter(properties.items()))
    if kind != "CustomConnector":
        folder = given.get("bucketPrefix") or ""
        output = given.get("s3OutputFormatConfig", {}).get("fileType")
        source = given.get("s3InputFormatConfig", {}).get("s3InputFileType")
        about = " ".join(filter(None, ["Amazon S3", output or source]))
        return {"title": f"s3://{given['bucketName']}/{folder}", "about": about, "profile": None}
    profile = config["connectorProfileName"]
    found = [each for each in view.profiles if each["connectorProfileName"] == profile]
    label = found[0]["connectorLabel"] if found else "?"
    written = given.get("writeOperationType")
    about = f"profile {profile}" + (f", {written}" if written else "")
    return {
        "title": f"{label} · {given['entityName']}",
        "about": about,
        "profile": profile,
        "label": label,
    }


def runs(view: View) -> Mapping[str, Any]:
    """All runs, the newest first; of one flow, if the address names it."""
    return {
        "runs": begun(view, runs_of(view, view.query.get("flow"))),
        "flow": view.query.get("flow"),
    }


def runs_of(view: View, flow: str | None) -> Sequence[Execution]:
    """Return one run more than a page; of a flow, those of an earlier start, too."""
    skip = (view.number("page") - 1) * PER_PAGE
    if flow is None:
        return view.journal.runs.newest(view.place, PER_PAGE + 1, skip=skip)
    records = islice(_records(view, flow), skip, skip + PER_PAGE + 1)
    return [_execution(flow, each) for each in records]


def _records(view: View, flow: str) -> Iterator[Mapping[str, Any]]:
    return view.every("DescribeFlowExecutionRecords", "flowExecutions", flowName=flow)


def _execution(flow: str, record: Mapping[str, Any]) -> Execution:
    result = record.get("executionResult", {})
    errors = result.get("errorInfo", {})
    return Execution(
        id=record["executionId"],
        flow=flow,
        number=0,
        scheduled=False,
        status=record["executionStatus"],
        started_at=datetime.fromtimestamp(record["startedAt"], timezone.utc),
        last_updated_at=datetime.fromtimestamp(record["lastUpdatedAt"], timezone.utc),
        records_processed=result.get("recordsProcessed", 0),
        bytes_processed=result.get("bytesProcessed", 0),
        bytes_written=result.get("bytesWritten", 0),
        put_failures=errors.get("putFailuresCount", 0),
        message=errors.get("executionMessage"),
    )


def run(view: View) -> Mapping[str, Any]:
    """One run: its counters, what failed, its records before and after, and its calls."""
    trace = view.journal.runs.find(view.needed("id")) or _of_saved(view)
    if trace.place != view.place:
        raise HTTPException(404)
    done = trace.execution
    described = next((each for each in view.flows if each["flowName"] == done.flow), None)
    ends = view.ask("DescribeFlow", flowName=done.flow) if described else None
    return {
        "run": done,
        "trace": trace,
        "took": (done.last_updated_at - done.started_at).total_seconds(),
        "source": end_of(view, ends["sourceFlowConfig"]) if ends else None,
        "target": end_of(view, ends["destinationFlowConfigList"][0]) if ends else None,
        "records": side_by_side(trace),
        "refused": [(table([each.record]), each.reason) for each in trace.refused],
        "chain": chains.chain_of_run(view, done),
        "calls": view.journal.lines(view.place, _MOST_CALLS, run=done.id),
    }


def _of_saved(view: View) -> RunTrace:
    """Return a run that was saved before this cloud started: nothing else is kept of it.

    Raises:
        HTTPException: there is no such run.
    """
    for each in view.flows:
        name = each["flowName"]
        for record in view.every("DescribeFlowExecutionRecords", "flowExecutions", flowName=name):
            if record["executionId"] == view.query["id"]:
                return RunTrace(view.place, _execution(name, record))
    raise HTTPException(404)
