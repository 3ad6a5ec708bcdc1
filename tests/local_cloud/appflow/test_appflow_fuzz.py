"""Whatever is sent, and whatever a connector answers, the service stays sane."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appflow_local.appflow.errors import SerializationException, ValidationException
from appflow_local.appflow.host import Invocation
from appflow_local.appflow.model import input_shape, service_model
from appflow_local.appflow.parsing import parse_value
from appflow_local.appflow.service import Request, Response
from appflow_local.appflow.validation import validate
from harness.appflow import (
    CALLER,
    FUNCTION_ARN,
    Cloud,
    registration,
    sdk_answer,
)

Json: TypeAlias = Any  # any JSON value

FAST = settings(
    database=None, deadline=None, max_examples=150, suppress_health_check=list(HealthCheck)
)
MODELLED = {shape.name for shape in service_model().error_shapes}
FRONT_END = {"SerializationException", "UnknownOperationException"}
OPERATIONS = [service_model().operation_model(name) for name in service_model().operation_names]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**400, max_value=10**401)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
GOOD_TEXTS = st.sampled_from(["Orders", "CustomConnector", "LAMBDA", FUNCTION_ARN, "S3", "", "1"])


@st.composite
def like(draw: st.DrawFn, shape: Shape) -> Json:
    """Return a value that resembles a shape, and now and then does not."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    if isinstance(shape, StructureShape):
        names = draw(st.lists(st.sampled_from(list(shape.members) or [""]), max_size=5))
        return {name: draw(like(shape.members[name])) for name in names if name}
    if isinstance(shape, ListShape):
        return [draw(like(shape.member)) for _ in range(draw(st.integers(0, 2)))]
    if isinstance(shape, MapShape):
        keys = draw(st.lists(st.text(max_size=8), max_size=2))
        return {key: draw(like(shape.value)) for key in keys}
    if isinstance(shape, StringShape):
        return draw(GOOD_TEXTS | st.sampled_from(shape.enum or [""]) | st.text(max_size=300))
    return draw(SCALARS)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Return requests to all routes with bodies of roughly the right shape."""
    operation = draw(st.sampled_from(OPERATIONS))
    path = operation.http["requestUri"].replace("{resourceArn}", draw(st.text(min_size=1)))
    body = draw(like(input_shape(operation.name)))
    return Request(operation.http["method"], path, json.dumps(body).encode(), {}, CALLER)


ANY_REQUEST = st.builds(
    Request,
    st.sampled_from(["GET", "POST", "DELETE", "PUT"]) | st.text(max_size=5),
    st.sampled_from([o.http["requestUri"] for o in OPERATIONS]) | st.text(max_size=20),
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.lists(st.text(max_size=8))),
    st.just(CALLER),
)


def check_sane(response: Response) -> None:
    document = json.loads(response.body)
    code = response.headers.get("x-amzn-ErrorType")
    assert response.status != 500, document
    assert (response.status == 200) is (code is None)
    assert code is None or (code in MODELLED | FRONT_END and document["message"])


@FAST
@given(request=requests())
def test_any_body_gets_success_or_a_modelled_error(request: Request) -> None:
    cloud = Cloud()
    cloud.appflow.register_connector(CALLER, registration())
    check_sane(cloud.appflow.handle(request))


@FAST
@given(data=st.data(), name=st.sampled_from(service_model().operation_names))
def test_constraints_of_every_operation_can_be_checked(data: st.DataObject, name: str) -> None:
    with suppress(SerializationException, ValidationException):
        validate(name, parse_value(input_shape(name), data.draw(like(input_shape(name)))))


@FAST
@given(request=ANY_REQUEST)
def test_any_request_at_all_gets_a_sane_answer(request: Request) -> None:
    check_sane(Cloud().appflow.handle(request))


@st.composite
def broken_answers(draw: st.DrawFn) -> Json:
    """Return the SDK's answer with something, somewhere, replaced by something else."""
    answer = sdk_answer()
    for _ in range(draw(st.integers(1, 3))):
        place: Json = answer
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not (isinstance(place[key], (dict, list)) and place[key] and draw(st.booleans())):
                break
            place = place[key]
        place[key] = draw(JSON)
    return answer


def check_registration(payload: bytes) -> None:
    cloud = Cloud()
    cloud.host.functions[FUNCTION_ARN] = lambda _: Invocation(payload)
    response = _post(cloud, "/register-connector", registration())
    check_sane(response)
    listed = _post(cloud, "/list-connectors", {})
    check_sane(listed)
    described = _post(
        cloud,
        "/describe-connector",
        {"connectorType": "CustomConnector", "connectorLabel": "Orders"},
    )
    good = response.status == 200
    assert len(json.loads(listed.body)["connectors"]) == (1 if good else 0)
    assert described.status == (200 if good else 404)


def _post(cloud: Cloud, path: str, body: Mapping[str, Any]) -> Response:
    return cloud.appflow.handle(Request("POST", path, json.dumps(body).encode(), {}, CALLER))


@FAST
@given(answer=broken_answers())
def test_a_broken_answer_registers_nothing_and_breaks_nothing(answer: Json) -> None:
    check_registration(json.dumps(answer).encode())


@FAST
@given(payload=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_registers_nothing_and_breaks_nothing(payload: bytes) -> None:
    check_registration(payload)
