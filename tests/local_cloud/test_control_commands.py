"""`appflow-local clock` and `faults` in a running local cloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.data_connector import BUCKET, connect, outward
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.cloud.quick_commands import here
from harness.model.appflow import Client
from harness.model.runs import executions, message, run

DAY = timedelta(days=1)
HOURLY = {
    "triggerType": "Scheduled",
    "triggerProperties": {"Scheduled": {"scheduleExpression": "rate(1hours)"}},
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running_cloud(tmp_path_factory.mktemp("controlled")) as running:
        yield running


@pytest.fixture
def appflow(cloud: Cloud) -> Client:
    assert here(cloud, "reset").returncode == 0
    create_bucket(cloud, BUCKET)
    return connect(cloud, "Shop", BUCKET)


def told(cloud: Cloud, *arguments: str) -> str:
    done = here(cloud, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_clock_is_moved_with_scheduled_runs_and_the_times_of_objects(
    cloud: Cloud, appflow: Client
) -> None:
    assert "(not moved)" in told(cloud, "clock")
    appflow.create_flow(**outward("hourly", triggerConfig=HOURLY))
    appflow.start_flow(flowName="hourly")
    # A second less where the runs on the way took one.
    moved = told(cloud, "clock", "advance", "2h10m")
    assert re.search(r"\(2:(10:00|09:5\d) ahead\)", moved), moved
    assert [each["executionStatus"] for each in executions(appflow, "hourly")] == 3 * ["Successful"]
    moved = told(cloud, "clock", "advance", "1d", "--skip-pauses")
    assert re.search(r"\(1 day, 2:(10:00|09:\d\d) ahead, pauses are skipped\)", moved), moved
    cloud.client("s3").put_object(Bucket=BUCKET, Key="new", Body=b"")
    changed = cloud.client("s3").head_object(Bucket=BUCKET, Key="new")["LastModified"]
    assert changed - datetime.now(timezone.utc) > DAY
    told(cloud, "reset")
    assert "(not moved, pauses are skipped)" in told(cloud, "clock")
    assert "(not moved)" in told(cloud, "clock", "--no-skip-pauses")


def test_a_fault_is_planned_listed_met_and_cleared(cloud: Cloud, appflow: Client) -> None:
    appflow.create_flow(**outward("planned"))
    planned = told(cloud, "faults", "add", "QueryData", "crash", "--after", "1", "--times", "1")
    assert planned == told(cloud, "faults", "list")
    number = planned.split()[0]
    assert planned == f"{number}  QueryData crash, once, after 1 call: met 0 calls\n"
    assert "No valid response" in message(run(appflow, "planned"))
    assert told(cloud, "faults").endswith(": met 1 call\n")
    assert " for planned (fault: crash): " in told(cloud, "calls", "--flow", "planned")
    assert told(cloud, "faults", "clear", number) == "cleared 1\n"
    assert told(cloud, "faults") == ""
    assert run(appflow, "planned")["executionStatus"] == "Successful"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clock", "advance"], "say by how much to move the clock"),
        (["clock", "advance", "1x"], "'1x' is no time to move by: give one like 90s"),
        (["clock", "advance", "0s"], "'0s' moves nothing"),
        (["clock", "advance", "4000d"], "moved by 3650 days at most"),
        (["faults", "add", "QueryData"], "say what fails, and how"),
        (["faults", "add", "Query", "crash"], "'Query' is no operation of a connector"),
        (["faults", "add", "QueryData", "fire"], "'fire' is no fault: give one of latency"),
        (["faults", "add", "QueryData", "latency"], "takes seconds"),
        (["faults", "clear", "99"], "there is no fault 99"),
        (["faults", "clear", "all"], "name one fault by its number"),
        (["faults", "list", "--times", "2"], "takes no such option"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_write(
    cloud: Cloud, arguments: list[str], said: str
) -> None:
    done = here(cloud, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
