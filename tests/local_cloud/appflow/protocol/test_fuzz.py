"""Random requests, and random answers of a connector, leave the service intact."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import given
from hypothesis import strategies as st

from appflow_local.appflow.host import Invocation
from appflow_local.appflow.protocol.errors import SerializationException, ValidationException
from appflow_local.appflow.protocol.model import input_shape, service_model
from appflow_local.appflow.protocol.parsing import parse_value
from appflow_local.appflow.protocol.validation import validate
from appflow_local.appflow.service import Request
from harness.model.appflow import (
    CALLER,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    Cloud,
    registration,
    sdk_answer,
)
from harness.model.entities import ASK
from harness.model.fuzzing import FAST, GOOD_TEXTS, JSON, SCALARS, Json, broken, check_sane, post
from harness.model.profiles import (
    API_KEY,
    CUSTOM,
    FLOW_ARN,
    FROM_S3,
    OAUTH2,
    PROFILE_ARN,
    TO_CONNECTOR,
    ConnectorFunction,
    config,
    flow,
    profile,
    profile_update,
)
from harness.model.token_server import oauth2_config

pytestmark = pytest.mark.slow

OPERATIONS = [service_model().operation_model(name) for name in service_model().operation_names]


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
    arn = draw(st.sampled_from([FLOW_ARN, CONNECTOR_ARN, PROFILE_ARN]) | st.text(min_size=1))
    path = operation.http["requestUri"].replace("{resourceArn}", arn)
    query = {"tagKeys": draw(st.lists(st.text(max_size=8), max_size=2))}
    body = draw(like(input_shape(operation.name)))
    return Request(operation.http["method"], path, json.dumps(body).encode(), query, CALLER)


ANY_REQUEST = st.builds(
    Request,
    st.sampled_from(["GET", "POST", "DELETE", "PUT"]) | st.text(max_size=5),
    st.sampled_from([o.http["requestUri"] for o in OPERATIONS]) | st.text(max_size=20),
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.lists(st.text(max_size=8))),
    st.just(CALLER),
)


@FAST
@given(request=requests())
def test_any_body_gets_success_or_a_modelled_error(request: Request) -> None:
    cloud = Cloud()
    cloud.appflow.call("RegisterConnector", CALLER, registration())
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


def check_registration(payload: bytes) -> None:
    cloud = Cloud()
    cloud.host.functions[FUNCTION_ARN] = lambda _: Invocation(payload)
    response = post(cloud, "/register-connector", registration())
    check_sane(response)
    listed = post(cloud, "/list-connectors", {})
    check_sane(listed)
    described = post(
        cloud,
        "/describe-connector",
        {"connectorType": "CustomConnector", "connectorLabel": "Orders"},
    )
    good = response.status == 200
    assert len(json.loads(listed.body)["connectors"]) == (1 if good else 0)
    assert described.status == (200 if good else 404)


@FAST
@given(answer=broken(sdk_answer()))
def test_a_broken_answer_registers_nothing_and_breaks_nothing(answer: Json) -> None:
    check_registration(json.dumps(answer).encode())


@FAST
@given(payload=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_registers_nothing_and_breaks_nothing(payload: bytes) -> None:
    check_registration(payload)


NO_TOKEN = {"clientId": "me", "oAuthRequest": {"authCode": "code-1"}}
NO_SERVER = {"tokenUrl": "http://127.0.0.1:1/", "oAuth2GrantType": "AUTHORIZATION_CODE"}
CONNECTED = [
    ("/create-connector-profile", profile("new")),
    ("/create-connector-profile", profile("new", connectorProfileConfig=config(OAUTH2))),
    ("/create-connector-profile", profile("new", connectorProfileConfig=config(CUSTOM))),
    ("/update-connector-profile", profile_update()),
    ("/update-connector-profile", profile_update(connectorProfileConfig=config(API_KEY))),
    ("/describe-connector-profiles", {"connectorProfileNames": ["prod"], "maxResults": 1}),
    ("/delete-connector-profile", {"connectorProfileName": "prod", "forceDelete": True}),
    ("/create-flow", flow("new", tags={"team": "sales"}, description="x")),
    (
        "/create-flow",
        flow("new", sourceFlowConfig=FROM_S3, destinationFlowConfigList=[TO_CONNECTOR]),
    ),
    ("/update-flow", flow()),
    ("/describe-flow", {"flowName": "nightly"}),
    ("/list-flows", {"maxResults": 1}),
    ("/delete-flow", {"flowName": "nightly", "forceDelete": True}),
    (
        "/create-connector-profile",
        profile("new", connectorProfileConfig=oauth2_config(NO_TOKEN, NO_SERVER)),
    ),
    ("/list-connector-entities", {**ASK, "maxResults": 1, "nextToken": "2", "entitiesPath": "a"}),
    ("/describe-connector-entity", {**ASK, "connectorEntityName": "Order"}),
    ("/reset-connector-metadata-cache", {**ASK, "connectorEntityName": "Order"}),
    (f"/tags/{FLOW_ARN}", {"tags": {"team": "sales"}}),
    (f"/tags/{CONNECTOR_ARN}", {"tags": {"team": "sales"}}),
]
BROKEN_REQUESTS = st.sampled_from(CONNECTED).flatmap(
    lambda request: st.tuples(st.just(request[0]), broken(request[1]))
)


def connected() -> tuple[Cloud, ConnectorFunction]:
    """Return a cloud with a connector, a profile and a flow, and the connector's function."""
    cloud, function = Cloud(), ConnectorFunction()
    cloud.host.functions[FUNCTION_ARN] = function
    cloud.appflow.call("RegisterConnector", CALLER, registration())
    cloud.appflow.call("CreateConnectorProfile", CALLER, profile())
    cloud.appflow.call("CreateFlow", CALLER, flow())
    return cloud, function


def check_secrets(cloud: Cloud) -> None:
    """Check that there are the secrets of all profiles, and no others."""
    listed = post(cloud, "/describe-connector-profiles", {"maxResults": 100})
    details = json.loads(listed.body)["connectorProfileDetails"]
    assert {item["credentialsArn"] for item in details} == set(cloud.host.secrets)


@FAST
@given(requests=st.lists(BROKEN_REQUESTS | st.sampled_from(CONNECTED), max_size=4))
def test_no_request_leaves_a_secret_without_profile_or_the_reverse(
    requests: list[tuple[str, Json]],
) -> None:
    cloud, _ = connected()
    for path, body in requests:
        check_sane(post(cloud, path, body))
        check_secrets(cloud)


@FAST
@given(
    request=st.sampled_from(CONNECTED),
    kind=st.sampled_from(["ValidateCredentials", "ValidateConnectorRuntimeSettings"]),
    answer=JSON | broken({"isSuccess": False, "errorsByInputField": {"instanceUrl": "Down"}}),
)
def test_a_broken_validation_leaves_no_secret_without_profile(
    request: tuple[str, Json], kind: str, answer: Json
) -> None:
    cloud, function = connected()
    function.answers[f"{kind}Request"] = answer
    check_sane(post(cloud, *request))
    check_secrets(cloud)
