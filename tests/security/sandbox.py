"""The real handler between a model of AppFlow and an endpoint, with everything it does recorded."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appflow_connector_provider import handler as provider_handler
from appflow_local.appflow.service import Request, Response
from harness.appflow import (
    OTHER_FUNCTION_ARN,
    AnswersRequests,
    Cloud,
    Server,
    answering,
    register,
    sdk_answer,
    serving,
)
from harness.endpoint import ResponseEndpoint, response_endpoint
from harness.provider import Context, Provider, VirtualTime, provider_environment, virtual_time

SECRET_KEY = "SECRET-ACCESS-KEY"
SESSION_TOKEN = "SECRET-SESSION-TOKEN"
SECONDS = 300.0
THEIRS = "Theirs"


class LambdaLog(logging.Handler):
    """Keeps each line; refuses what Lambda's own handler does, which lets the error out.

    Source: awslambdaric, LambdaLoggerHandler: the line is encoded in UTF-8, strictly. Below INFO
    nothing reaches it on Lambda, because crhelper sets that level.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if record.levelno >= logging.INFO:
            line.encode("utf8")
        self.lines.append(line)


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
    looked_up: list[str]

    def fresh(self) -> Provider:
        """A provider in an account that holds one connector of somebody else's."""
        cloud = Cloud()
        cloud.host.functions[OTHER_FUNCTION_ARN] = answering(sdk_answer())
        self.recorder = Recorder(cloud.appflow)
        self.server.appflow = self.recorder
        where = {"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}}
        register(self.server.client(), THEIRS, connectorProvisioningConfig=where)
        cloud.host.invocations.clear()
        self.endpoint.reset()
        self.log.lines.clear()
        self.looked_up.clear()
        return Provider(cloud, self.endpoint, self.time)

    def deliver(self, event: object) -> float:
        """Have the event handled as Lambda does; return the seconds that it took."""
        _log_everything()
        before = self.time.now
        unmarshalled = json.loads(json.dumps(event))
        try:
            provider_handler.handler(unmarshalled, Context(self.time, SECONDS))
        finally:
            self.time.drop_calls()
        return self.time.now - before

    def leaks(self) -> list[str]:
        """The log lines that hold a secret or the response URL."""
        secrets = (SECRET_KEY, SESSION_TOKEN, "SECRET-SIGNATURE")
        return [line for line in self.log.lines if any(secret in line for secret in secrets)]


def _log_everything() -> None:
    """Set every logger there is to DEBUG, botocore's included."""
    logging.getLogger().setLevel(logging.DEBUG)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.setLevel(logging.DEBUG)


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """Run the servers, catch the log, and let no name but loopback's be looked up."""
    log, looked_up = LambdaLog(), list[str]()
    with (
        serving() as server,
        response_endpoint(folder) as endpoint,
        pytest.MonkeyPatch.context() as patch,
        provider_environment(server, endpoint.ca_file),
        virtual_time() as time,
        _restored_levels(),
    ):
        patch.setattr(socket, "getaddrinfo", _only_loopback(looked_up))
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        patch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
        logging.getLogger().addHandler(log)
        try:
            yield Sandbox(server, endpoint, time, log, looked_up)
        finally:
            logging.getLogger().removeHandler(log)


def _only_loopback(looked_up: list[str]) -> Any:  # noqa: ANN401 - the socket module's own
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        if host not in ("localhost", "127.0.0.1"):
            looked_up.append(str(host))
            raise socket.gaierror(socket.EAI_NONAME, "no network in this test")
        return look_up(host, *rest, **named)

    return getaddrinfo


@contextmanager
def _restored_levels() -> Iterator[None]:
    loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    levels = [(lg, lg.level) for lg in loggers if isinstance(lg, logging.Logger)]
    try:
        yield
    finally:
        for logger, level in levels:
            logger.setLevel(level)
