"""Faults between the provider and AppFlow, injected into the real traffic."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from appflow_local.appflow.protocol import errors
from appflow_local.appflow.service import AppFlow, Request, Response
from harness.model.appflow import ConnectionDroppedError

OPERATIONS = {
    "/register-connector": "RegisterConnector",
    "/update-connector-registration": "UpdateConnectorRegistration",
    "/unregister-connector": "UnregisterConnector",
    "/describe-connector": "DescribeConnector",
}

# What each operation models; Source: botocore's service model, checked by a test.
MODELLED = {
    "RegisterConnector": (
        "AccessDeniedException",
        "ConflictException",
        "ConnectorAuthenticationException",
        "ConnectorServerException",
        "InternalServerException",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ThrottlingException",
        "ValidationException",
    ),
    "UnregisterConnector": (
        "ConflictException",
        "InternalServerException",
        "ResourceNotFoundException",
    ),
    "DescribeConnector": (
        "InternalServerException",
        "ResourceNotFoundException",
        "ValidationException",
    ),
}
# Not IAM's and not throttling: these come after the look at the client token.
APPFLOWS_OWN = frozenset(MODELLED["RegisterConnector"]) - {
    "AccessDeniedException",
    "InternalServerException",
    "ThrottlingException",
}
MODELLED["UpdateConnectorRegistration"] = MODELLED["RegisterConnector"]


_CLIENT_WAITS = 30.0


@dataclass(frozen=True)
class Fault:
    """What happens to calls of one operation.

    Args:
        operation: the API operation's name.
        kind: an error code, answered in place of the operation; `lost request` or `lost response`:
            the connection breaks before or after the operation; `late error`: the operation takes
            effect and an InternalServerException is answered; `slow`: the answer takes long;
            `late`: the operation takes effect late, as AppFlow waits for the connector;
            `hang`: it takes longer than the client waits, though the operation takes effect.
        times: how many calls it happens to.
        seconds: how long a slow answer takes, or the client waits.
    """

    operation: str
    kind: str
    times: int = 1
    seconds: float = 0.0


@dataclass
class FaultyAppFlow:
    """AppFlow's model behind a network that fails as told; keeps count of what took effect."""

    appflow: AppFlow
    advance: Callable[[float], None]
    faults: list[Fault] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    registrations: Counter[str] = field(default_factory=Counter)
    calls: list[str] = field(default_factory=list)
    now: Callable[[], float] = lambda: 0.0
    invisible: float = 0.0
    """Seconds in which DescribeConnector does not find what the provider has registered."""
    _registered: dict[str, float] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        operation = OPERATIONS.get(request.path, request.path)
        from_provider = "provider" in request.caller.arn
        fault = self._take(operation) if from_provider else None
        if fault and self._would_lie(fault, request):
            fault = None
        if from_provider:
            self.calls.append(operation)
        if from_provider and operation == "DescribeConnector" and self._is_too_new(request):
            self.injected["not visible yet"] += 1
            return _error("ResourceNotFoundException")
        if fault is None:
            return self._perform(operation, request)
        self.injected[fault.kind] += 1
        return self._fail(fault, operation, request)

    def _is_too_new(self, request: Request) -> bool:
        label = json.loads(request.body).get("connectorLabel")
        return self.now() < self._registered.get(label, float("-inf")) + self.invisible

    def _fail(self, fault: Fault, operation: str, request: Request) -> Response:
        if fault.kind == "lost request":
            raise ConnectionDroppedError
        if fault.kind not in ("lost response", "late error", "slow", "hang", "late"):
            return _error(fault.kind)
        if fault.kind == "late":
            self.advance(fault.seconds)
            return self._perform(operation, request)
        response = self._perform(operation, request)
        if fault.kind == "hang":
            self.advance(fault.seconds or _CLIENT_WAITS)
            raise ConnectionDroppedError
        if fault.kind == "lost response":
            raise ConnectionDroppedError
        if fault.kind == "late error":
            return _error("InternalServerException")
        self.advance(fault.seconds)
        return response

    def _perform(self, operation: str, request: Request) -> Response:
        if operation != "RegisterConnector":
            return self.appflow.handle(request)
        parameters = json.loads(request.body)
        before = self._exists(request, parameters.get("connectorLabel"))
        response = self.appflow.handle(request)
        if response.status == 200 and not before:
            after = self._exists(request, parameters["connectorLabel"])
            self.registrations[parameters["clientToken"]] += after
            self._registered[parameters["connectorLabel"]] = self.now()
        return response

    def _would_lie(self, fault: Fault, request: Request) -> bool:
        """Whether AppFlow itself would refuse a token that it has answered already."""
        if fault.operation != "RegisterConnector" or fault.kind not in APPFLOWS_OWN:
            return False
        return json.loads(request.body).get("clientToken") in self.registrations

    def _exists(self, request: Request, label: str | None) -> bool:
        body = json.dumps({"connectorType": "CustomConnector", "connectorLabel": label}).encode()
        asked = Request("POST", "/describe-connector", body, {}, request.caller)
        return self.appflow.handle(asked).status == 200

    def _take(self, operation: str) -> Fault | None:
        for index, fault in enumerate(self.faults):
            if fault.operation == operation:
                del self.faults[index]
                if fault.times > 1:
                    left = Fault(operation, fault.kind, fault.times - 1, fault.seconds)
                    self.faults.insert(index, left)
                return fault
        return None


def _error(code: str) -> Response:
    error: type[errors.AppFlowError] = getattr(errors, code)
    body = json.dumps({"message": "Injected."}).encode()
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return Response(error("Injected.").http_status, headers, body)
