"""HTTP as the model sees it: one request in, one response out, no server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import AppFlowError

# A decoded JSON value: only its shape says, at run time, what it may be.
Json: TypeAlias = Any


@dataclass(frozen=True)
class Request:
    """One HTTP request, whose signature the host has checked.

    `path` may be percent-encoded or not; `query` maps a name to its value or values.
    """

    method: str
    path: str
    body: bytes
    query: Mapping[str, str | list[str]]
    caller: Caller


@dataclass(frozen=True)
class Response:
    """The answer to send: header names as AWS spells them, the body always JSON."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


def answer(body: Mapping[str, Json], status: int = 200) -> Response:
    """Return a JSON answer; the host adds the request id, as for every service."""
    return Response(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def error_response(error: AppFlowError) -> Response:
    """Return an error as botocore reads it: the code in a header, the message in the body."""
    response = answer({"message": str(error)}, error.http_status)
    response.headers["x-amzn-ErrorType"] = error.code
    return response
