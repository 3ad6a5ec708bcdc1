"""``appflow-local run FLOW``: starts a flow, waits for its run, and shows what came of it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

from appflow_local.aws_client import aws_client
from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.command_arguments import Commands, running
from appflow_local.driving.execution_records import (
    RUNNING,
    Record,
    message_of,
    processed_in,
    record_of,
    refused_in,
)
from appflow_local.server_log import printable

_POLL_SECONDS = 0.2


def add_commands(commands: Commands) -> None:
    """Add ``run``."""
    command = commands.add_of_cloud(
        "run", _run, "start a flow, wait for its run, and show its first records"
    )
    command.add_argument("flow", metavar="FLOW", help="the name of an on-demand flow")
    command.add_argument(
        "--records", type=int, default=5, metavar="N", help="how many to show; default: %(default)s"
    )


def _run(options: argparse.Namespace) -> int:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _watch(options)
    except (BotoCoreError, ClientError) as error:  # the flow, or the cloud, is gone meanwhile
        raise CloudError(f"the run of {options.flow} can't be followed: {error}") from error


def _watch(options: argparse.Namespace) -> int:
    cloud = running(options.port)
    appflow = aws_client(cloud, "appflow")
    execution = _start(appflow, options.flow)
    record = _finished(appflow, options.flow, execution)
    print(_counts(record))
    if message := message_of(record):
        print(printable(message.replace("\n", " ")), file=sys.stderr)
    if record["executionStatus"] != "Successful":
        return 1
    for line in _first_records(cloud, appflow, options.flow, execution, options.records):
        print(printable(line))
    return 0


def _start(appflow: Any, flow: str) -> str:  # noqa: ANN401
    from botocore.exceptions import ClientError

    try:
        started = appflow.start_flow(flowName=flow)
    except ClientError as error:
        raise CloudError(f"{flow} was not started: {error.response['Error']['Message']}") from error
    if "executionId" not in started:
        raise CloudError(f"{flow} is activated: it runs on its schedule, not on demand")
    return str(started["executionId"])


def _finished(appflow: Any, flow: str, execution: str) -> Record:  # noqa: ANN401
    """Wait for the end of the run, with live counters on a terminal."""
    is_live = sys.stderr.isatty()
    while True:
        record = record_of(appflow, flow, execution)
        if record is None:
            raise CloudError(f"the run of {flow} can't be followed: it is gone")
        if is_live:
            print(f"\r{_counts(record)}", end="", file=sys.stderr, flush=True)
        if record["executionStatus"] not in RUNNING:
            if is_live:
                print("\r\x1b[K", end="", file=sys.stderr)
            return record
        time.sleep(_POLL_SECONDS)


def _counts(record: Record) -> str:
    result = record.get("executionResult", {})
    failures = refused_in(record)
    refused = f", {failures} refused" if failures else ""
    took = (record["lastUpdatedAt"] - record["startedAt"]).total_seconds()
    return (
        f"{record['executionStatus']}: {processed_in(record)} records{refused}, "
        f"{result.get('bytesProcessed', 0)} bytes read, {result.get('bytesWritten', 0)} written, "
        f"{took:.1f} s"
    )


def _first_records(
    cloud: LocalCloud,
    appflow: Any,  # noqa: ANN401
    flow: str,
    execution: str,
    most: int,
) -> Iterator[str]:
    """Yield the first lines of the files that the run wrote; of Parquet, the files' names.

    A prefix without the execution ID tells nothing of a run: then none are shown.
    """
    (end,) = appflow.describe_flow(flowName=flow)["destinationFlowConfigList"]
    place = end["destinationConnectorProperties"].get("S3")
    if place is None:
        return
    s3 = aws_client(cloud, "s3")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=place["bucketName"], Prefix=place.get("bucketPrefix", "")
    )
    found = [item for page in pages for item in page.get("Contents", [])]
    shown = 0
    for item in sorted(found, key=lambda item: item["LastModified"]):
        key = item["Key"]
        if shown >= most or execution not in key:
            continue
        yield f"s3://{place['bucketName']}/{key}"
        if key.endswith(".parquet"):
            continue
        body = s3.get_object(Bucket=place["bucketName"], Key=key)["Body"]
        for line in body.iter_lines():
            if shown >= most:
                break
            shown += 1
            yield line.decode(errors="replace")
