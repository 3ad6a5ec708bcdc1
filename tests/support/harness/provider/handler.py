"""Drives the provider's real handler with CloudFormation's events, one at a time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appflow_connector_provider import handler as provider_handler
from appflow_connector_provider import https, timing
from harness.model.appflow import ACCOUNT, FUNCTION_ARN, REGION, START, Cloud, Server
from harness.provider.endpoint import ResponseEndpoint
from harness.provider.overlap import OTHER_PROCESS

STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/51af3dc0-da77-11e4-872e"
LOGICAL_ID = "OrdersRegistration"
LOG_STREAM = "2026/01/02/[$LATEST]58419525dade4d17a495dceeeeb44708"

_numbers = itertools.count(1)


def properties(label: str = "Orders", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """ResourceProperties; None leaves a property out."""
    values = {
        "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:provider",
        "ConnectorLabel": label,
        "LambdaArn": FUNCTION_ARN,
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def new_request_id() -> str:
    return f"5b478341-1234-4a5b-8c9d-{next(_numbers):012d}"


class VirtualTime:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.waits_for: Callable[[float], None] | None = None
        """Set while requests run side by side: a wait of one is the others' turn."""
        self._calls: list[_Call] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass, and make the calls that fall due, each at its time."""
        if self.waits_for:
            self.waits_for(seconds)
        else:
            self.pass_until(self.now + seconds)

    def pass_until(self, end: float) -> None:
        for call in sorted(self._calls, key=lambda call: call.at):
            if call.at <= end and not call.cancelled:
                self._calls.remove(call)
                self.now = max(self.now, call.at)
                call.function()
        self.now = max(self.now, end)

    def drop_calls(self) -> None:
        """Forget what is still to come, as a process does that ends."""
        self._calls.clear()

    def call_later(self, seconds: float, function: Callable[[], None]) -> _Call:
        call = _Call(self.now + seconds, function)
        self._calls.append(call)
        return call


@dataclass(eq=False)
class _Call:
    at: float
    function: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Context:
    """Lambda's context object, on virtual time."""

    time: VirtualTime
    seconds: float
    log_stream_name: str = LOG_STREAM
    _deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self._deadline = self.time.now + self.seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - self.time.now) * 1000))


class Provider:
    """The handler module with everything around it real but time and the cloud's size."""

    def __init__(self, cloud: Cloud, endpoint: ResponseEndpoint, time: VirtualTime) -> None:
        self.cloud = cloud
        self.endpoint = endpoint
        self.time = time
        self.seconds = 300.0
        provider_handler._ended.clear()

    def event(self, request_type: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        return {
            "RequestType": request_type,
            "RequestId": new_request_id(),
            "StackId": STACK_ID,
            "LogicalResourceId": LOGICAL_ID,
            "ResourceType": "Custom::AppFlowConnector",
            "ResponseURL": self.endpoint.url,
            "ResourceProperties": properties(),
            **members,
        }

    def deliver(self, event: dict[str, Any]) -> dict[str, Any]:
        """Deliver an event and return the one response to it."""
        before = len(self.endpoint.accepted)
        provider_handler.handler(json.loads(json.dumps(event)), Context(self.time, self.seconds))
        (answer,) = self.endpoint.accepted[before:]
        return answer

    def create(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - properties
        return self.deliver(self.event("Create", ResourceProperties=properties(**changes)))

    def update(self, physical_id: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        return self.deliver(
            self.event(
                "Update",
                PhysicalResourceId=physical_id,
                OldResourceProperties=old,
                ResourceProperties=new,
            )
        )

    def delete(self, physical_id: str, last: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.deliver(
            self.event(
                "Delete",
                PhysicalResourceId=physical_id,
                ResourceProperties=last or properties(),
            )
        )


@contextmanager
def provider_environment(server: Server, ca_file: Path) -> Iterator[None]:
    """The Lambda's environment variables, and a client that was made with them."""
    for process in (provider_handler, OTHER_PROCESS):
        process._client.cache_clear()
    https.tls_context.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_REGION", REGION)
        # By which the server knows the account and the user.
        patch.setenv("AWS_ACCESS_KEY_ID", f"{ACCOUNT}provider")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        # By which the provider knows what it registered itself.
        patch.setenv("AWS_LAMBDA_FUNCTION_NAME", "provider")
        patch.setenv("AWS_ENDPOINT_URL_APPFLOW", server.url)
        patch.setenv("CFN_RESPONSE_HOSTS", "localhost")
        patch.setenv("SSL_CERT_FILE", str(ca_file))
        yield


@contextmanager
def virtual_time() -> Iterator[VirtualTime]:
    time = VirtualTime()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "sleep", time.sleep)
        patch.setattr(timing, "monotonic", lambda: time.now)
        patch.setattr(timing, "now", lambda: START)
        patch.setattr(timing, "call_later", time.call_later)
        yield time
