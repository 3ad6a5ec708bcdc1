"""How long a flow takes, beside the calls of its connector's Lambda alone.

100,000 records in pages of 1,000, on a local cloud of its own; both ways take turns, and the
connector's function has been called before.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.data_connector import BUCKET, connect, outward
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.model.appflow import Client
from harness.model.runs import run

LABEL = "Throughput"
ENTITY = "Bulk"  # 100 pages of 1,000 records
RECORDS = 100_000


def throughput_rounds(rounds: int) -> list[dict[str, float]]:
    """Return the seconds that all calls alone and a flow took, in each round."""
    with tempfile.TemporaryDirectory() as home, running_cloud(Path(home)) as cloud:
        create_bucket(cloud, BUCKET)
        cloud.client("s3").create_bucket(Bucket="sink")
        appflow = connect(cloud, LABEL, "sink")
        appflow.create_flow(**outward("bulk", ENTITY))
        call_function(cloud)
        return [
            {"calls": timed(call_function, cloud), "flow": timed(run_flow, appflow)}
            for _ in range(rounds)
        ]


def call_function(cloud: Cloud) -> None:
    """Ask the function for all pages, as AppFlow does."""
    client, token = cloud.client("lambda"), "0"
    while token:
        request = {"type": "QueryDataRequest", "entityIdentifier": ENTITY, "nextToken": token}
        answer = client.invoke(FunctionName=LABEL, Payload=json.dumps(request))
        token = json.loads(answer["Payload"].read())["nextToken"]


def run_flow(appflow: Client) -> None:
    """Run the flow to its end."""
    done = run(appflow, "bulk")
    assert done["executionResult"]["recordsProcessed"] == RECORDS, done


def timed(work: Callable[..., None], subject: Cloud | Client) -> float:
    """Return how many seconds the work took."""
    start = time.perf_counter()
    work(subject)
    return time.perf_counter() - start
