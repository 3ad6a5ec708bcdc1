"""Runs end, with AppFlow's own messages, for every answer of a connector."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appflow_local.appflow.host import Invocation
from harness.model.appflow import CALLER, FUNCTION_ARN, Cloud, registration
from harness.model.fake_storage import BUCKET
from harness.model.profiles import profile
from harness.model.runs import DataFunction, inward, outward

pytestmark = pytest.mark.slow

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
TEXTS = st.one_of(
    st.fixed_dictionaries(
        {"id": st.integers() | JSON}, optional={"name": JSON, "changed": JSON}
    ).map(json.dumps),
    JSON.map(json.dumps),
    st.text(max_size=8),
)
RESULTS = st.lists(
    st.fixed_dictionaries({}, optional={"isSuccess": JSON, "errorMessage": JSON}) | JSON,
    max_size=4,
)
ANSWERS = JSON | st.fixed_dictionaries(
    {"isSuccess": st.booleans() | JSON},
    optional={
        "records": st.lists(TEXTS, max_size=3) | JSON,
        "writeRecordResults": RESULTS | JSON,
        # Never a text: the connector would answer so for ever.
        "nextToken": st.none() | st.integers() | st.lists(st.none()),
        "errorDetails": JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "errorCode": st.sampled_from(["PartialWriteFailure", "ServerError"]) | JSON,
                "errorMessage": JSON,
            },
        ),
    },
)


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    """One AppFlow for all answers, without the wire."""
    made = Cloud()
    made.host.functions[FUNCTION_ARN] = DataFunction()
    made.appflow.call("RegisterConnector", CALLER, registration())
    made.appflow.call("CreateConnectorProfile", CALLER, profile())
    made.host.objects[BUCKET, "in/a.csv"] = b"id,name\n1,ann\n2,bob\n"
    for flow in (outward(), inward()):
        made.appflow.call("CreateFlow", CALLER, flow)
    return made


@pytest.mark.parametrize(
    ("name", "kind"), [("nightly", "QueryDataRequest"), ("upload", "WriteDataRequest")]
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANSWERS)
def test_a_run_ends_whatever_the_connector_answers(
    cloud: Cloud, name: str, kind: str, answer: object
) -> None:
    others = DataFunction()

    def function(request: Mapping[str, Any]) -> Invocation:
        if request["type"] == kind:
            return Invocation(json.dumps(answer).encode())
        return others(request)

    cloud.host.functions[FUNCTION_ARN] = function
    done = _run(cloud, name)
    assert done["executionStatus"] in ("Successful", "Error")
    message = done["executionResult"].get("errorInfo", {}).get("executionMessage", "")
    assert "emulator failed" not in message
    assert bool(message) == (done["executionStatus"] == "Error")


def _run(cloud: Cloud, name: str) -> Mapping[str, Any]:
    named = {"flowName": name}
    cloud.appflow.call("StartFlow", CALLER, named)
    while True:
        runs = cloud.appflow.call(
            "DescribeFlowExecutionRecords", CALLER, {**named, "maxResults": 1}
        )
        (newest,) = runs["flowExecutions"]
        if newest["executionStatus"] != "InProgress":
            found: Mapping[str, Any] = newest
            return found
        time.sleep(0.001)  # the run's thread has the interpreter meanwhile
