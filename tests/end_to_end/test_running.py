"""A state machine, a schedule and a deployment start flows on the local cloud, with their roles."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer
from tests.examples.datasette_connector.loopback import KEY, datasette_server

SECRET, STACK = "running-token", "Running"
_LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """The deployed stack, and the database of the server behind it."""

    cloud: Cloud
    database: Path
    deploy: Callable[[str], str]

    @property
    def outputs(self) -> dict[str, str]:
        found = self.cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found[0]["Outputs"]}

    def runs(self, flow: str) -> list[dict[str, Any]]:
        """The execution records of a flow."""
        answer = self.cloud.client("appflow").describe_flow_execution_records(flowName=flow)
        return list(answer["flowExecutions"])

    def execute(self, name: str) -> dict[str, Any]:
        """Run the state machine, and return how it ended."""
        sfn = self.cloud.client("stepfunctions")
        started = sfn.start_execution(stateMachineArn=self.outputs["Machine"], name=name)
        ended: dict[str, Any] = {}

        def has_ended() -> bool:
            ended.update(sfn.describe_execution(executionArn=started["executionArn"]))
            return bool(ended["status"] != "RUNNING")

        assert eventually(has_ended), ended
        return ended


def eventually(is_true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while not (found := is_true()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def running(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("shop")
    database = folder / "shop.db"
    with closing(sqlite3.connect(database)) as shop, shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        shop.execute("INSERT INTO orders VALUES (1), (2)")
    cloud.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY)
    with datasette_server(folder) as url:

        def deploy(revision: str) -> str:
            variables = {"SERVER_URL": url, "SECRET_NAME": SECRET, "REVISION": revision}
            output = tmp_path_factory.mktemp("assembly")
            synthesizer.synthesise("tests.end_to_end.running", output, variables)
            Assembly(output, STACK).deploy(cloud, STACK)
            return cloud.settle(STACK)

        assert deploy("1") == "CREATE_COMPLETE", cloud.reasons(STACK)
        yield Running(cloud, database, deploy)
        cloud.client("cloudformation").delete_stack(StackName=STACK)
        assert cloud.settle(STACK) == "DELETE_COMPLETE", cloud.reasons(STACK)


def test_a_schedule_starts_the_flow(running: Running) -> None:
    flow = running.outputs["ScheduledFlow"]
    assert eventually(lambda: [each["executionStatus"] for each in running.runs(flow)] != [])
    assert eventually(lambda: running.runs(flow)[0]["executionStatus"] == "Successful")


def test_a_deployment_starts_the_flow_once_for_each_revision(running: Running) -> None:
    flow = running.outputs["LoadedFlow"]
    assert [each["executionId"] for each in running.runs(flow)] == [running.outputs["FirstRun"]]
    assert running.deploy("1") == "UPDATE_COMPLETE", running.cloud.reasons(STACK)
    assert len(running.runs(flow)) == 1
    assert running.deploy("2") == "UPDATE_COMPLETE", running.cloud.reasons(STACK)
    assert len(running.runs(flow)) == 2
    assert running.runs(flow)[0]["executionId"] == running.outputs["FirstRun"]


@pytest.mark.parametrize("name", ["nightly", "nächtlich"])
def test_a_state_machine_goes_on_with_the_runs_record(running: Running, name: str) -> None:
    ended = running.execute(name)
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"]) == {"records": 2}


def test_a_state_machine_fails_with_the_runs_message(running: Running) -> None:
    with closing(sqlite3.connect(running.database)) as shop, shop:
        shop.execute("DROP TABLE orders")
    ended = running.execute("failing")
    assert (ended["status"], ended["error"]) == ("FAILED", "FlowRunFailed")
    assert "ended with Error: " in ended["cause"]
    assert "orders" in ended["cause"]
