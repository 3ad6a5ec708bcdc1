"""The process that works on a flow's pages: it helps the cloud, and ends with it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.data_connector import BUCKET, connect, outward
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.model.appflow import Client
from harness.model.runs import run, start

ENTITY = "Bulk"  # 100 pages of 1,000 records

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs /proc, and a second core",
)


def connected(cloud: Cloud) -> Client:
    create_bucket(cloud, BUCKET)
    cloud.client("s3").create_bucket(Bucket="sink")
    appflow = connect(cloud, "Pages", "sink")
    appflow.create_flow(**outward("bulk", ENTITY))
    return appflow


def server_of(cloud: Cloud) -> int:
    record = cloud.home / str(cloud.port) / "server.json"
    return int(json.loads(record.read_text())["pid"])


def page_processes(server: int) -> list[int]:
    tasks = Path(f"/proc/{server}/task").glob("*/children")
    children = [int(each) for found in tasks for each in found.read_text().split()]
    return [pid for pid in children if "page_processes" in command_of(pid)]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def eventually(check: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def begun(cloud: Cloud, appflow: Client) -> int:
    """Start the flow; return the id of the process that works on its pages."""
    server = server_of(cloud)
    start(appflow, "bulk")
    eventually(lambda: page_processes(server))
    (pid,) = page_processes(server)
    return pid


def test_a_reset_ends_the_process_and_so_does_the_clouds_end(tmp_path: Path) -> None:
    with running_cloud(tmp_path) as cloud:
        appflow = connected(cloud)
        appflow.create_flow(**outward("many", "Many"))
        done = run(appflow, "many")
        assert done["executionResult"]["recordsProcessed"] == 20_000
        (pid,) = page_processes(server_of(cloud))
        assert cloud.command("reset").returncode == 0
        eventually(lambda: not command_of(pid))
        again = begun(cloud, connected(cloud))
    eventually(lambda: not command_of(again))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_process_ends_with_its_server_in_the_middle_of_a_run(
    tmp_path: Path, number: int
) -> None:
    with running_cloud(tmp_path) as cloud:
        pid = begun(cloud, connected(cloud))
        os.kill(server_of(cloud), number)
        eventually(lambda: not command_of(pid))
