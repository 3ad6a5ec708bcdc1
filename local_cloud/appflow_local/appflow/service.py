"""The front door: one HTTP request in, one HTTP response out, whatever happens between."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from botocore import xform_name

from . import (
    catalogue,
    flow_catalogue,
    flow_changes,
    profile_catalogue,
    profile_changes,
    registration,
)
from .clock import Clock, SystemClock
from .connectors import Connector
from .context import Context
from .errors import AppFlowError, InternalServerException, not_emulated
from .host import Caller, Host
from .parsing import parse_request
from .routing import route
from .store import Store
from .tokens import TokenMemory
from .wire import Request, Response

__all__ = ["AppFlow", "Request", "Response"]

_log = logging.getLogger(__name__)


class _Operation(Protocol):
    def __call__(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]: ...


class AppFlow:
    """Amazon AppFlow for every account and region of one host.

    Each operation is a method of botocore's name; it takes the API's members, of the JSON types
    that their shapes want (only `handle` checks that), returns the API's answer with timestamps in
    seconds since the epoch, and raises AppFlowError. An operation without a method here is
    answered as not emulated. All methods are safe between threads.
    """

    def __init__(self, host: Host, clock: Clock | None = None) -> None:
        """Start with nothing registered; without a clock, on the machine's time."""
        self._context = Context.fresh(host, clock or SystemClock())

    @property
    def connectors(self) -> Store[Connector]:
        """What is registered; parts that use connectors add themselves as a source of users."""
        return self._context.connectors

    @property
    def tokens(self) -> TokenMemory:
        """What is remembered of client tokens."""
        return self._context.tokens

    def handle(self, request: Request) -> Response:
        """Answer one HTTP request; never raises."""
        try:
            return _response(200, self._answer(request))
        except AppFlowError as error:
            return _error(error)
        except Exception:  # noqa: BLE001 - the outermost edge: a defect is answered, too
            _log.exception("%s %s failed", request.method, request.path)
            return _error(InternalServerException("The emulator failed; its log says why."))

    def register_connector(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `registration.register_connector`."""
        return registration.register_connector(self._context, caller, parameters)

    def update_connector_registration(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `registration.update_connector_registration`."""
        return registration.update_connector_registration(self._context, caller, parameters)

    def unregister_connector(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `registration.unregister_connector`."""
        return registration.unregister_connector(self._context, caller, parameters)

    def describe_connector(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `catalogue.describe_connector`."""
        return catalogue.describe_connector(self._context, caller, parameters)

    def list_connectors(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `catalogue.list_connectors`."""
        return catalogue.list_connectors(self._context, caller, parameters)

    def describe_connectors(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `catalogue.describe_connectors`."""
        return catalogue.describe_connectors(self._context, caller, parameters)

    def create_connector_profile(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `profile_changes.create_connector_profile`."""
        return profile_changes.create_connector_profile(self._context, caller, parameters)

    def update_connector_profile(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `profile_changes.update_connector_profile`."""
        return profile_changes.update_connector_profile(self._context, caller, parameters)

    def delete_connector_profile(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `profile_changes.delete_connector_profile`."""
        return profile_changes.delete_connector_profile(self._context, caller, parameters)

    def describe_connector_profiles(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `profile_catalogue.describe_connector_profiles`."""
        return profile_catalogue.describe_connector_profiles(self._context, caller, parameters)

    def create_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_changes.create_flow`."""
        return flow_changes.create_flow(self._context, caller, parameters)

    def update_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_changes.update_flow`."""
        return flow_changes.update_flow(self._context, caller, parameters)

    def delete_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_changes.delete_flow`."""
        return flow_changes.delete_flow(self._context, caller, parameters)

    def describe_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_catalogue.describe_flow`."""
        return flow_catalogue.describe_flow(self._context, caller, parameters)

    def list_flows(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_catalogue.list_flows`."""
        return flow_catalogue.list_flows(self._context, caller, parameters)

    def _answer(self, request: Request) -> dict[str, Any]:
        found = route(request.method, request.path)
        operation: _Operation | None = getattr(self, xform_name(found.operation), None)
        if operation is None:
            raise not_emulated(f"{found.operation} is not emulated.")
        return operation(request.caller, parse_request(request, found))


def _error(error: AppFlowError) -> Response:
    response = _response(error.http_status, {"message": str(error)})
    response.headers["x-amzn-ErrorType"] = error.code
    return response


def _response(status: int, body: Mapping[str, Any]) -> Response:
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}
    return Response(status, headers, json.dumps(body).encode())
