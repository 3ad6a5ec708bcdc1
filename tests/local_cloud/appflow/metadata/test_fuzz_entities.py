"""Random answers about entities, and random tags, leave the service intact."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appflow_local.appflow.host import Invocation
from appflow_local.appflow.service import Request
from harness.model.appflow import CALLER, CONNECTOR_ARN, FUNCTION_ARN, Cloud, registration
from harness.model.entities import ASK, ID, ORDER, describe_answer, list_answer
from harness.model.fuzzing import FAST, JSON, Json, broken, check_sane, post
from harness.model.profiles import FLOW_ARN, PROFILE_ARN, ConnectorFunction, flow, profile

pytestmark = pytest.mark.slow

FIELD = {
    **ID,
    "label": "An id",
    "isPrimaryKey": True,
    "constraints": {
        "allowedLengthRange": {"minRange": 1, "maxRange": 2},
        "allowedValueRange": {"minRange": 1, "maxRange": 2},
        "allowedValues": ["a"],
        "allowedValuesRegexPattern": "a",
        "allowedDateFormat": "a",
    },
    "readProperties": {"isNullable": True},
    "writeProperties": {"isCreatable": True, "supportedWriteOperations": ["INSERT"]},
    "filterOperators": ["EQUAL_TO"],
    "customProperties": {"a": "b"},
}
CONTROL = {"timeToLive": 600, "timeToLiveUnit": "SECONDS"}
QUESTIONS = {
    "ListEntitiesRequest": ("/list-connector-entities", ASK),
    "DescribeEntityRequest": (
        "/describe-connector-entity",
        {**ASK, "connectorEntityName": "Order"},
    ),
}
GOOD = {
    "ListEntitiesRequest": list_answer(ORDER, nextToken="2", cacheControl=CONTROL),
    "DescribeEntityRequest": describe_answer(FIELD, cacheControl=CONTROL),
}
BROKEN = st.sampled_from(list(GOOD)).flatmap(
    lambda kind: st.tuples(st.just(kind), broken(GOOD[kind]))
)
KEYS = st.text(st.sampled_from("aws:k é\n"), max_size=6)


def connected() -> tuple[Cloud, ConnectorFunction]:
    """Return a cloud with a connector, a profile and a flow, and the connector's function."""
    cloud, function = Cloud(), ConnectorFunction()
    cloud.host.functions[FUNCTION_ARN] = function
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    cloud.appflow.call("CreateConnectorProfile", CALLER, profile())
    cloud.appflow.call("CreateFlow", CALLER, flow())
    return cloud, function


def check_question(kind: str, payload: bytes) -> None:
    """Check that an answer is taken or is the connector's error, and the next one is served."""
    cloud, function = connected()
    cloud.host.functions[FUNCTION_ARN] = lambda _: Invocation(payload)
    path, body = QUESTIONS[kind]
    response = post(cloud, path, body)
    check_sane(response)
    code = response.headers.get("x-amzn-ErrorType")
    assert code in (None, "ConnectorServerException", "ConnectorAuthenticationException")
    cloud.host.functions[FUNCTION_ARN] = function
    function.answers.update(GOOD)
    for other, (path, body) in QUESTIONS.items():
        if other != kind or code is not None:
            assert post(cloud, path, body).status == 200


@pytest.mark.parametrize("kind", GOOD)
def test_the_answers_that_are_broken_below_are_good(kind: str) -> None:
    cloud, function = connected()
    function.answers.update(GOOD)
    path, body = QUESTIONS[kind]
    assert post(cloud, path, body).status == 200


@FAST
@given(answer=BROKEN)
def test_a_broken_answer_is_the_connectors_error(answer: tuple[str, Json]) -> None:
    kind, content = answer
    check_question(kind, json.dumps(content).encode())


@FAST
@given(
    kind=st.sampled_from(list(GOOD)),
    payload=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
)
def test_garbage_is_the_connectors_error(kind: str, payload: bytes) -> None:
    check_question(kind, payload)


TAGGINGS = st.builds(
    lambda method, arn, tags: Request(
        method, f"/tags/{arn}", json.dumps({"tags": tags}).encode(), {"tagKeys": list(tags)}, CALLER
    ),
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.sampled_from([FLOW_ARN, CONNECTOR_ARN, PROFILE_ARN]),
    st.dictionaries(KEYS, st.text(max_size=5), max_size=4),
)


@FAST
@given(requests=st.lists(TAGGINGS, max_size=5))
def test_whatever_is_tagged_flows_can_be_listed(requests: list[Request]) -> None:
    cloud, _ = connected()
    for request in requests:
        check_sane(cloud.appflow.handle(request))
    shown: dict[str, Any] = json.loads(post(cloud, "/list-flows", {}).body)["flows"][0]
    tags = json.loads(
        cloud.appflow.handle(Request("GET", f"/tags/{FLOW_ARN}", b"", {}, CALLER)).body
    )
    assert shown.get("tags", {}) == tags["tags"]
    assert not any(key.startswith("aws:") for key in tags["tags"])
