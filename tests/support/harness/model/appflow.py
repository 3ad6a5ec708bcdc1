"""A host made of Python functions, and AppFlow's model behind a real HTTP server."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from appflow_local import http_client
from appflow_local.appflow.clock import ManualClock
from appflow_local.appflow.host import Caller, ConditionKeys, FunctionNotFound, Invocation
from appflow_local.appflow.monitoring import Event, Metric
from appflow_local.appflow.service import AppFlow, Request, Response
from appflow_local.appflow.web import WebRequest, WebResponse
from harness.model.fake_catalog import FakeCatalog
from harness.model.fake_keys import FakeKeys
from harness.model.fake_secrets import FakeSecrets
from harness.model.fake_storage import FakeStorage

Client: TypeAlias = Any  # botocore makes its clients at run time
Function = Callable[[Mapping[str, Any]], Invocation]

ACCOUNT = "123456789012"
REGION = "eu-west-1"
CALLER_ARN = f"arn:aws:iam::{ACCOUNT}:user/tester"
CATALOG_ROLE = f"arn:aws:iam::{ACCOUNT}:role/appflow-catalog"
CALLER = Caller(ACCOUNT, REGION, CALLER_ARN)
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
OTHER_FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:invoices"
CONNECTOR_ARN = f"arn:aws:appflow:{REGION}:{ACCOUNT}:connector/Orders"
START = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)
COMMUNICATION_ERROR = "Error while communicating to connector: "
NO_VALID_RESPONSE = (
    "Error while communicating to connector: Got error from connector. No valid response and "
    "error details found in the connector response."
)

_CREDENTIAL = re.compile(r"Credential=(\d{12})([\w-]*)/\d{8}/([a-z0-9-]+)/")


def sdk_answer(**changes: object) -> dict[str, Any]:
    """Return what AWS's SDK for Python answers in its example, with some keys changed."""
    return {**json.loads(_sdk_answer()), **changes}


@cache
def _sdk_answer() -> str:
    # Each model of AppFlow begins with it, and thousands are made.
    return Path(__file__).with_name("python_sdk_answer.json").read_text(encoding="utf-8")


def answering(answer: object) -> Function:
    """Return a connector function that always answers this JSON value."""
    payload = json.dumps(answer).encode()
    return lambda _request: Invocation(payload)


class FakeHost(FakeCatalog, FakeKeys, FakeSecrets, FakeStorage):
    """Knows functions by ARN; allows everything that a test does not deny."""

    def __init__(self) -> None:
        FakeCatalog.__init__(self, CATALOG_ROLE)
        FakeKeys.__init__(self)
        FakeSecrets.__init__(self)
        FakeStorage.__init__(self, REGION)
        self.functions: dict[str, Function] = {FUNCTION_ARN: answering(sdk_answer())}
        self.denied: set[tuple[str, str]] = set()
        self.closed_to_appflow: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self.condition_keys: dict[str, ConditionKeys | None] = {}  # of an action, when last asked
        self.events: list[Event] = []
        self.metrics: list[Metric] = []
        self.bus_is_down = False
        self.presented: list[tuple[str, str, str]] = []
        self.invocations: list[tuple[str, Mapping[str, Any], float]] = []

    @contextmanager
    def acting_for(self, caller: Caller) -> Iterator[None]:
        assert caller.account_id
        yield

    def is_allowed(
        self, caller: Caller, action: str, resource: str, keys: ConditionKeys | None = None
    ) -> bool:
        assert caller.account_id
        self.condition_keys[action] = keys
        self.asked.append((action, resource))
        return (action, resource) not in self.denied

    def admits_appflow(self, function_arn: str, *, source_account: str, source_arn: str) -> bool:
        self.presented.append((function_arn, source_account, source_arn))
        if function_arn not in self.functions:
            raise FunctionNotFound
        return function_arn not in self.closed_to_appflow

    def invoke(
        self, function_arn: str, payload: Mapping[str, Any], *, timeout: float
    ) -> Invocation:
        self.invocations.append((function_arn, payload, timeout))
        return self.functions[function_arn](payload)

    def secret_texts(self) -> Iterator[str]:
        for text in list(self.secrets.values()):
            with suppress(ValueError, AttributeError):  # some tests spoil them
                yield from (each for each in json.loads(text).values() if isinstance(each, str))

    def publish(self, event: Event) -> None:
        self.events.append(event)
        if self.bus_is_down:
            raise ConnectionError

    def measure(self, metrics: Sequence[Metric]) -> None:
        self.metrics += metrics

    def fetch(self, request: WebRequest, *, timeout: float) -> WebResponse:
        return http_client.fetch(request, timeout=timeout)


class Cloud:
    """One AppFlow with its fake host and a clock that tests move."""

    def __init__(self) -> None:
        self.host = FakeHost()
        self.clock = ManualClock(START)
        self.appflow = AppFlow(self.host, self.clock)


class ConnectionDroppedError(Exception):
    """The server closes the connection without an answer."""


class AnswersRequests(Protocol):
    """AppFlow, or something in front of it."""

    def handle(self, request: Request) -> Response: ...


class Server:
    """HTTP on the loopback in front of whichever AppFlow the running test uses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.appflow: AnswersRequests | None = None

    def client(self, account: str = ACCOUNT, region: str = REGION) -> Client:
        return _client(self.url, account, region)


@cache
def _client(url: str, account: str, region: str) -> Client:
    return botocore.session.Session().create_client(
        "appflow",
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        # The server must say no, not the client; and say it once.
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


@contextmanager
def serving() -> Iterator[Server]:
    """Run the server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else every answer waits 40 ms

        def answer(self) -> None:
            assert server.appflow is not None
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(
                self.command,
                parts.path,
                body,
                parse_qs(parts.query),
                _caller(self.headers["Authorization"]),
            )
            try:
                response = server.appflow.handle(request)
            except ConnectionDroppedError:
                self.close_connection = True
                return
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{httpd.server_port}")
    # It looks so often whether to end: each look takes time from the tests of a whole session.
    thread = threading.Thread(target=httpd.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@contextmanager
def empty_cloud(server: Server) -> Iterator[Cloud]:
    """Put an AppFlow of its own behind the server; its runs end with the block."""
    cloud = Cloud()
    server.appflow = cloud.appflow
    yield cloud
    cloud.appflow.close()


def _caller(authorization: str) -> Caller:
    found = _CREDENTIAL.search(authorization)
    assert found
    account, user, region = found.groups()
    return Caller(account, region, f"arn:aws:iam::{account}:user/{user or 'tester'}")


def register(client: Client, label: str = "Orders", **changes: object) -> str:
    """Register a connector with everything that AppFlow needs; return its ARN."""
    response = client.register_connector(**registration(label, **changes))
    return str(response["connectorArn"])


def registration(label: str = "Orders", **changes: object) -> dict[str, Any]:
    """Return the parameters of a good RegisterConnector, with some changed; None leaves out."""
    parameters = {
        "connectorLabel": label,
        "connectorProvisioningType": "LAMBDA",
        "connectorProvisioningConfig": function(FUNCTION_ARN),
        **changes,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def function(arn: str) -> dict[str, Any]:
    """Return a connectorProvisioningConfig."""
    return {"lambda": {"lambdaArn": arn}}


def describe(client: Client, label: str = "Orders") -> dict[str, Any]:
    """Return the connectorConfiguration of a custom connector, as botocore reads it."""
    response = client.describe_connector(connectorType="CustomConnector", connectorLabel=label)
    configuration: dict[str, Any] = response["connectorConfiguration"]
    return configuration


def labels(client: Client) -> list[str]:
    """Return the labels of the first page of ListConnectors."""
    return [item["connectorLabel"] for item in client.list_connectors()["connectors"]]


def refusal(call: Callable[..., object], **parameters: object) -> tuple[str, str]:
    """Make a call that must fail; return its error's code and message."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def status(call: Callable[..., object], **parameters: object) -> int:
    """Make a call that must fail; return its HTTP status."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
