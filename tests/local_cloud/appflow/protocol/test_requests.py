"""The front end: routes, JSON, and the service model's constraints."""

from __future__ import annotations

import json
import logging
from urllib.parse import quote

import pytest

from appflow_local.appflow import service
from appflow_local.appflow.protocol.parsing import parse_request
from appflow_local.appflow.protocol.routing import route
from appflow_local.appflow.service import Request, Response
from harness.model.appflow import (
    CALLER,
    CONNECTOR_ARN,
    Cloud,
    FakeHost,
)


def post(cloud: Cloud, path: str, body: bytes | str = b"{}", method: str = "POST") -> Response:
    data = body.encode() if isinstance(body, str) else body
    return cloud.appflow.handle(Request(method, path, data, {}, CALLER))


def error_of(response: Response) -> tuple[int, str, str]:
    message = json.loads(response.body)["message"]
    return response.status, response.headers["x-amzn-ErrorType"], message


def test_an_operation_that_is_not_emulated_says_so(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "OPERATIONS", {})
    assert error_of(post(cloud, "/stop-flow")) == (
        400,
        "UnsupportedOperationException",
        "StopFlow is not emulated. This is a limit of the local emulator, not of Amazon AppFlow.",
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("POST", "/make-connector"),
        ("POST", "/register-connector/"),
        ("POST", "/tags/"),
        ("GET", "/register-connector"),
        ("PUT", "/tags/arn"),
    ],
)
def test_an_unknown_route_is_an_unknown_operation(cloud: Cloud, method: str, path: str) -> None:
    assert error_of(post(cloud, path, method=method)) == (
        404,
        "UnknownOperationException",
        f"Unable to determine the operation of {method} {path}",
    )


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"nonsense", b'{"maxResults": NaN}', b"[" * 100_000, b"1" * 5000 + b"x"],
)
def test_a_body_that_is_not_json_does_not_deserialise(cloud: Cloud, body: bytes) -> None:
    assert error_of(post(cloud, "/list-connectors", body)) == (
        400,
        "SerializationException",
        "The request body is not valid JSON.",
    )


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_a_body_that_is_no_object_does_not_deserialise(cloud: Cloud, body: str) -> None:
    assert error_of(post(cloud, "/list-connectors", body)) == (
        400,
        "SerializationException",
        "The request body must be a JSON object.",
    )


@pytest.mark.parametrize("body", ["", "  ", "{}", '{"maxResults": null, "unknown": [{}]}'])
def test_absent_null_and_unknown_members_are_no_mistake(cloud: Cloud, body: str) -> None:
    assert post(cloud, "/list-connectors", body).status == 200


@pytest.mark.parametrize(
    ("path", "member", "value", "message"),
    [
        ("/register-connector", "connectorLabel", 1, "NUMBER_VALUE can not be converted to String"),
        ("/list-connectors", "maxResults", "1", "STRING_VALUE can not be converted to Integer"),
        ("/list-connectors", "maxResults", 1.5, "NUMBER_VALUE can not be converted to Integer"),
        ("/list-connectors", "maxResults", True, "TRUE_VALUE can not be converted to Integer"),
        ("/list-connectors", "maxResults", [], "Start of list found where not expected."),
        (
            "/list-connectors",
            "nextToken",
            {},
            "Start of structure or map found where not expected.",
        ),
        (
            "/unregister-connector",
            "forceDelete",
            "yes",
            "STRING_VALUE can not be converted to Boolean",
        ),
        (
            "/register-connector",
            "connectorProvisioningConfig",
            "arn",
            "STRING_VALUE can not be converted to Structure",
        ),
        (
            "/describe-connectors",
            "connectorTypes",
            "S3",
            "STRING_VALUE can not be converted to List",
        ),
    ],
)
def test_a_member_of_another_json_type_does_not_deserialise(
    cloud: Cloud, path: str, member: str, value: object, message: str
) -> None:
    response = post(cloud, path, json.dumps({member: value}))
    assert error_of(response) == (400, "SerializationException", message)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1e400", "SerializationException"),
        ("-1e400", "SerializationException"),
        ("1" * 5000, "SerializationException"),
        ("1" * 400, "ValidationException"),
    ],
)
def test_a_number_beyond_all_bounds_is_refused(cloud: Cloud, number: str, code: str) -> None:
    response = post(cloud, "/list-connectors", f'{{"maxResults": {number}}}')
    assert error_of(response)[:2] == (400, code)


@pytest.mark.parametrize("path", [f"/tags/{CONNECTOR_ARN}", f"/tags/{quote(CONNECTOR_ARN, '')}"])
@pytest.mark.parametrize(
    ("query", "keys"),
    [({"tagKeys": ["a", "b"]}, ["a", "b"]), ({"tagKeys": "a"}, ["a"]), ({}, None)],
)
def test_path_and_query_become_parameters(
    path: str, query: dict[str, str | list[str]], keys: list[str] | None
) -> None:
    body = b'{"resourceArn": "from the body", "tagKeys": ["from the body"]}'
    parameters = parse_request(Request("DELETE", path, body, query, CALLER), route("DELETE", path))
    assert parameters["resourceArn"] == CONNECTOR_ARN
    assert parameters.get("tagKeys") == keys


def test_a_defect_is_an_internal_error_that_leaks_nothing(
    cloud: Cloud, host: FakeHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> bool:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(host, "is_allowed", fail)
    with caplog.at_level(logging.ERROR):
        response = post(cloud, "/list-connectors")
    assert error_of(response) == (
        500,
        "InternalServerException",
        "The emulator failed; its log says why.",
    )
    assert "password=hunter2" in caplog.text


def test_every_answer_is_json(cloud: Cloud) -> None:
    for path in ("/list-connectors", "/nowhere"):
        assert post(cloud, path).headers["Content-Type"] == "application/json"
