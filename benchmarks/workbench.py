"""What the workbench takes: a check beside a cloud alone, and the journal of a flow's calls.

The journal is measured in AppFlow's model alone, without Lambda's processes and without a disk:
what it adds there is a larger part of the run than on a local cloud.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.page_processes.pool import PageProcesses
from benchmarks.measured import turns
from harness.cloud.local_cloud import REPOSITORY, command
from harness.model.appflow import CALLER, FUNCTION_ARN, Cloud, registration
from harness.model.profiles import profile
from harness.model.runs import RUNNING, DataFunction, orders, outward

RECORDS: Final = 200_000
_PAGE: Final = 1_000
_SNIPPETS: Final = REPOSITORY / "docs" / "snippets"
_POLL_SECONDS: Final = 0.01


def check_rounds(rounds: int) -> list[dict[str, float]]:
    """Return the seconds that a cloud took to start and end, and a check, in each round."""
    credentials = _SNIPPETS / "check" / "credentials.json"
    connector = _SNIPPETS / "without_cdk" / "connector"
    commands = {
        "cloud": ["exec", "--port", "0", "--", "true"],
        "check": ["check", str(connector), "--credentials", str(credentials)],
    }
    return [
        {name: _seconds(commands[name]) for name in turns([*commands], number)}
        for number in range(rounds)
    ]


def _seconds(arguments: list[str]) -> float:
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        subprocess.run(
            [command("appflow-local"), *arguments],
            env={"APPFLOW_LOCAL_HOME": home, "HOME": home, "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - start


def journal_rounds(rounds: int) -> list[dict[str, float]]:
    """Return the CPU seconds of a run with the journal, and without those spent in it.

    Two runs differ by more than the journal takes, so both are of the same run.
    """
    cloud = _cloud()
    spent = _spent_in_journal(cloud)
    try:
        _run(cloud)  # the first one imports
        found = []
        for _ in range(rounds):
            spent.clear()
            taken = _run(cloud)
            found.append({"without": taken - sum(spent), "with": taken})
        return found
    finally:
        cloud.appflow.close()


def _spent_in_journal(cloud: Cloud) -> list[float]:
    """Return the CPU seconds of each call that is kept, a list that grows."""
    spent: list[float] = []
    add = cloud.appflow.journal.add

    def timed(make: Callable[[int], Call], begun: int | None = None) -> int:
        start = time.thread_time()
        number = add(make, begun)
        spent.append(time.thread_time() - start)
        return number

    cloud.appflow.journal.add = timed  # type: ignore[method-assign]
    return spent


def _cloud() -> Cloud:
    cloud = Cloud()
    # The work on pages stays in this process, whose CPU time is measured.
    cloud.appflow._accounts.runs.page_processes = PageProcesses(most=0)
    pages = [orders(_PAGE, first) for first in range(1, RECORDS, _PAGE)]
    answers: dict[Any, Any] = {}
    function = DataFunction(pages)

    def answered(request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an Invocation
        """Make each page once: what the connector does is not measured."""
        key = json.dumps([request["type"], request.get("nextToken")])
        if key not in answers:
            answers[key] = function(request)
        return answers[key]

    cloud.host.functions[FUNCTION_ARN] = answered
    for operation, parameters in (
        ("RegisterConnector", registration()),
        ("CreateConnectorProfile", profile()),
        ("CreateFlow", outward("bulk")),
    ):
        cloud.appflow.call(operation, CALLER, parameters)
    return cloud


def _run(cloud: Cloud) -> float:
    start = time.process_time()
    started = cloud.appflow.call("StartFlow", CALLER, {"flowName": "bulk"})["executionId"]
    while True:
        listed = cloud.appflow.call("DescribeFlowExecutionRecords", CALLER, {"flowName": "bulk"})
        (done,) = (each for each in listed["flowExecutions"] if each["executionId"] == started)
        if done["executionStatus"] not in RUNNING:
            break
        time.sleep(_POLL_SECONDS)
    assert done["executionResult"]["recordsProcessed"] == RECORDS, done
    return time.process_time() - start
