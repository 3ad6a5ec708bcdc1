"""The real handler between a model of AppFlow and an endpoint, with everything it does recorded."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from appflow_connector_provider import handler as provider_handler
from appflow_local.appflow.host import Caller
from appflow_local.appflow.service import Request, Response
from harness.model.appflow import (
    ACCOUNT,
    OTHER_FUNCTION_ARN,
    REGION,
    AnswersRequests,
    Cloud,
    Server,
    answering,
    registration,
    sdk_answer,
    serving,
)
from harness.provider.endpoint import ResponseEndpoint, response_endpoint
from harness.provider.handler import (
    Context,
    Provider,
    VirtualTime,
    provider_environment,
    virtual_time,
)

SECRET_KEY = "SECRET-ACCESS-KEY"
SESSION_TOKEN = "SECRET-SESSION-TOKEN"
SECONDS = 300.0
THEIRS = "Theirs"
SOMEBODY = Caller(ACCOUNT, REGION, f"arn:aws:iam::{ACCOUNT}:user/somebody")


class LambdaLog(logging.Handler):
    """Keeps each line; refuses what Lambda's own handler does, which lets the error out.

    Source: awslambdaric, LambdaLoggerHandler: the line is encoded in UTF-8, strictly. Below INFO
    nothing reaches it on Lambda, because crhelper sets that level.

    Left out is what `botocore.hooks` says, nine of ten lines: which of its own functions it calls.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.unforeseen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("crhelper") and record.levelno >= logging.ERROR:
            # crhelper catches what gets past everything of ours.
            self.unforeseen.append(self.format(record))
        if record.levelno >= logging.INFO:
            self.lines.append(self.format(record).encode("utf8").decode())
            return
        with suppress(RecursionError):  # crhelper's line about an event that is nested too deeply
            self.lines.append(self.format(record))


@dataclass
class Recorder:
    """In front of AppFlow: keeps the parameters of all that the provider calls."""

    appflow: AnswersRequests
    calls: list[dict[str, Any]] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        if "provider" in request.caller.arn:
            self.calls.append(json.loads(request.body or b"{}"))
        return self.appflow.handle(request)

    @property
    def labels(self) -> set[str]:
        return {call["connectorLabel"] for call in self.calls if "connectorLabel" in call}

    @property
    def functions(self) -> set[str]:
        configs = [call.get("connectorProvisioningConfig", {}) for call in self.calls]
        return {config["lambda"]["lambdaArn"] for config in configs if config}


@dataclass
class Sandbox:
    """Makes a new account for each try, and delivers what CloudFormation never would."""

    server: Server
    endpoint: ResponseEndpoint
    time: VirtualTime
    log: LambdaLog
    looked_up: list[tuple[str, int]]

    def fresh(self) -> Provider:
        """A provider in an account that holds one connector of somebody else's."""
        cloud = Cloud()
        cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
        self.recorder = Recorder(cloud.appflow)
        self.server.appflow = self.recorder
        where = {"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}}
        theirs = registration(THEIRS, connectorProvisioningConfig=where)
        body = json.dumps(theirs).encode()
        answer = cloud.appflow.handle(Request("POST", "/register-connector", body, {}, SOMEBODY))
        assert answer.status == 200
        cloud.host.invocations.clear()
        self.endpoint.reset()
        self.log.lines.clear()
        self.log.unforeseen.clear()
        self.looked_up.clear()
        return Provider(cloud, self.endpoint, self.time)

    def deliver(self, event: object) -> float:
        """Have the event handled as Lambda does; return the seconds that it took."""
        before = self.time.now
        context = Context(self.time, SECONDS)
        try:
            with _everything_logged_to(self.log):
                # Any JSON, and no event at all.
                provider_handler.handler(cast("dict[str, Any]", event), context)
        finally:
            self.time.drop_calls()
        return self.time.now - before

    def leaks(self) -> list[str]:
        """The log lines that hold a secret or the response URL."""
        secrets = (SECRET_KEY, SESSION_TOKEN, "SECRET-SIGNATURE")
        return [line for line in self.log.lines if any(secret in line for secret in secrets)]


@contextmanager
def _everything_logged_to(log: LambdaLog) -> Iterator[None]:
    """Set every logger to DEBUG, botocore's included; let no other handler see it, as on Lambda."""
    root = logging.getLogger()
    loggers = [root, *logging.Logger.manager.loggerDict.values()]
    levels = [(found, found.level) for found in loggers if isinstance(found, logging.Logger)]
    others, root.handlers = root.handlers, [log]
    _set_levels(
        (logger, logging.INFO if logger.name == "botocore.hooks" else logging.DEBUG)
        for logger, _level in levels
    )
    try:
        yield
    finally:
        root.handlers = others
        _set_levels(levels)


def _set_levels(levels: Iterable[tuple[logging.Logger, int]]) -> None:
    """As `setLevel` does, but dropping once, not for each, what all loggers remember of levels."""
    for logger, level in levels:
        logger.level = level
    root = logging.getLogger()
    root.setLevel(root.level)


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """Run the servers, and let no name but loopback's be looked up."""
    log, looked_up = LambdaLog(), list[tuple[str, int]]()
    with (
        serving() as server,
        response_endpoint(folder) as endpoint,
        pytest.MonkeyPatch.context() as patch,
        provider_environment(server, endpoint.ca_file),
        virtual_time() as time,
    ):
        patch.setattr(socket, "getaddrinfo", _only_loopback(looked_up))
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        patch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
        yield Sandbox(server, endpoint, time, log, looked_up)


def _only_loopback(looked_up: list[tuple[str, int]]) -> Any:  # noqa: ANN401 - the socket module's own
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401
        if host not in ("localhost", "127.0.0.1"):
            looked_up.append((str(host), int(port)))
            raise socket.gaierror(socket.EAI_NONAME, "no network in this test")
        return look_up(host, port, *rest, **named)

    return getaddrinfo
