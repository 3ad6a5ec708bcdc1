"""A stack of many connectors, deployed against an AppFlow that throttles.

In `make test` they are few; `make test-scale` has 100, at two requests a second and bursts of five,
and then compares the time that each deployment took with the least that the limit admits.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appflow_local.appflow.protocol.request_rate import RequestRate
from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.synth.synthesis import Synthesizer, shared_synthesizer

CONNECTORS = int(os.environ.get("CONNECTORS", "12"))
IS_WHOLE = CONNECTORS >= 100
RATE = RequestRate(2, burst=5) if IS_WHOLE else RequestRate(8, burst=2)
SLACK = 1.3
"""Over the least time that the admitted requests need; starting functions is part of it."""
PROVIDER_TIMEOUT = timedelta(minutes=5)

HERE = Path(__file__).parent
CONNECTOR = HERE.parent / "end_to_end" / "tiny_app" / "connector"
STACK = "Scale"
THROTTLED = "ThrottlingException"


@dataclass
class Account:
    """A cloud with one stack, and what AppFlow was asked in its last deployment."""

    cloud: Cloud
    synthesizer: Synthesizer
    folder: Path
    seconds: float = field(default=0.0, init=False)
    _lines_seen: int = field(default=0, init=False)

    def deploy(self, revision: str, connectors: int = CONNECTORS) -> str:
        """Create or update the stack."""
        out = self.folder / revision
        variables = {
            "CONNECTORS": str(connectors),
            "CONNECTOR_FOLDER": str(CONNECTOR),
            "REVISION": revision,
        }
        self.synthesizer.synthesise(str(HERE / "app.py"), out, variables)
        assembly = Assembly(out, STACK)
        return self._settled(lambda: assembly.deploy(self.cloud, STACK))

    def delete(self) -> str:
        """Delete the stack."""
        cloudformation = self.cloud.client("cloudformation")
        return self._settled(lambda: cloudformation.delete_stack(StackName=STACK))

    def _settled(self, start: Callable[[], object]) -> str:
        self.new_calls()
        before = time.monotonic()
        start()
        status = self.cloud.settle(STACK)
        self.seconds = time.monotonic() - before
        return status

    def new_calls(self) -> list[tuple[str, str]]:
        """Operations, and the errors with which they were refused, since this was asked last."""
        log = self.cloud.home / str(self.cloud.port) / "server.log"
        lines = log.read_text(errors="replace").splitlines()
        new, self._lines_seen = lines[self._lines_seen :], len(lines)
        return re.findall(r"\[appflow\] (\w+) by \S+(?: refused: (\w+))?", "\n".join(new))

    def check(self, operation: str, times: int = CONNECTORS) -> None:
        """The operation succeeded once for each connector, and the limit was met and kept up to."""
        calls = self.new_calls()
        admitted = [name for name, error in calls if error != THROTTLED]
        assert admitted.count(operation) == times
        assert len(admitted) < len(calls)
        if IS_WHOLE:
            least = (len(admitted) - RATE.burst) / RATE.per_second
            ratio = self.seconds / least
            print(f"{operation}: {self.seconds:.0f} s, {ratio:.2f} of the least")  # noqa: T201
            assert self.seconds <= SLACK * least

    def longest(self) -> timedelta:
        """The longest time that a connector took in a deployment so far."""
        events = self.cloud.client("cloudformation").get_paginator("describe_stack_events")
        times: dict[str, list[datetime]] = {}
        for page in events.paginate(StackName=STACK):
            for event in page["StackEvents"]:
                if event["ResourceType"] == "Custom::AppFlowConnector":
                    times.setdefault(event["LogicalResourceId"], []).append(event["Timestamp"])
        assert len(times) == CONNECTORS
        # IN_PROGRESS and COMPLETE, of one deployment after another.
        each = [sorted(found) for found in times.values()]
        return max(b - a for found in each for a, b in zip(found[::2], found[1::2], strict=True))


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    throttle = ["--throttle", str(RATE)]
    with running_cloud(tmp_path / "cloud", throttle) as cloud:
        cloud.client("s3").create_bucket(Bucket="cdk-hnb659fds-assets-000000000000-us-east-1")
        yield Account(cloud, shared_synthesizer(), tmp_path)


def test_all_are_registered_refreshed_and_unregistered(account: Account) -> None:
    assert account.deploy("1") == "CREATE_COMPLETE", account.cloud.reasons(STACK)
    account.check("RegisterConnector")
    assert account.deploy("2") == "UPDATE_COMPLETE", account.cloud.reasons(STACK)
    account.check("UpdateConnectorRegistration")
    assert account.longest() <= PROVIDER_TIMEOUT
    # The provider's policies are others then; those with the old labels outlast the connectors.
    assert account.deploy("2", CONNECTORS - 2) == "UPDATE_COMPLETE", account.cloud.reasons(STACK)
    assert [name for name, error in account.new_calls() if not error] == [
        "DescribeConnector",
        "UnregisterConnector",
    ] * 2
    assert account.delete() == "DELETE_COMPLETE", account.cloud.reasons(STACK)
    account.check("UnregisterConnector", CONNECTORS - 2)
