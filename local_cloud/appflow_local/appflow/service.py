"""The front door: one HTTP request in, one HTTP response out, also after an error."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from botocore import xform_name

from appflow_local.appflow import tags
from appflow_local.appflow.account import Context
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.snapshot import apply_snapshot, take_snapshot
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.account.tokens import TokenMemory
from appflow_local.appflow.clock import Clock, SystemClock
from appflow_local.appflow.connectors import describe_connectors as catalogue
from appflow_local.appflow.connectors import registration
from appflow_local.appflow.execution import run_operations as operations
from appflow_local.appflow.execution.scheduler import Scheduler
from appflow_local.appflow.flows import describe_flows as flow_catalogue
from appflow_local.appflow.flows import execution_records as records
from appflow_local.appflow.flows import flow_operations as flow_changes
from appflow_local.appflow.host import Caller, Host
from appflow_local.appflow.metadata import entities, reset
from appflow_local.appflow.profiles import describe_profiles as profile_catalogue
from appflow_local.appflow.profiles import profile_operations as profile_changes
from appflow_local.appflow.protocol.errors import (
    AppFlowError,
    InternalServerException,
    not_emulated,
)
from appflow_local.appflow.protocol.parsing import parse_request
from appflow_local.appflow.protocol.routing import route
from appflow_local.appflow.protocol.wire import Json, Request, Response, answer, error_response

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
        self.scheduler = Scheduler(self._context)

    @property
    def connectors(self) -> Store[Connector]:
        """What is registered; parts that use connectors add themselves as a source of users."""
        return self._context.connectors

    @property
    def tokens(self) -> TokenMemory:
        """What is remembered of client tokens."""
        return self._context.tokens

    def start(self) -> None:
        """Run scheduled flows when they are due, from now on, until `close`."""
        self.scheduler.start()

    def close(self) -> None:
        """Start no run any more, and record those that are at work as failed."""
        self.scheduler.close()
        self._context.runs.close()
        records.abandon_running(self._context)

    def snapshot(self) -> Json:
        """Return all that is kept, as JSON. See `snapshot.take_snapshot`."""
        return take_snapshot(self._context)

    def restore(self, snapshot: Json) -> None:
        """Take back what `snapshot` returned, before anything else; its runs are over.

        Raises:
            Misfit: it is broken, or another version's; nothing was taken.
        """
        apply_snapshot(self._context, snapshot)
        records.abandon_running(self._context)

    def handle(self, request: Request) -> Response:
        """Answer one HTTP request; never raises."""
        try:
            return answer(self._answer(request))
        except AppFlowError as error:
            return error_response(error)
        except Exception:  # noqa: BLE001 - the outermost edge: a defect is answered, too
            _log.exception("%s %s failed", request.method, request.path)
            return error_response(InternalServerException("The emulator failed; its log says why."))

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

    def list_connector_entities(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `metadata.entities.list_connector_entities`."""
        return entities.list_connector_entities(self._context, caller, parameters)

    def describe_connector_entity(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `metadata.entities.describe_connector_entity`."""
        return entities.describe_connector_entity(self._context, caller, parameters)

    def reset_connector_metadata_cache(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `metadata.reset.reset_connector_metadata_cache`."""
        return reset.reset_connector_metadata_cache(self._context, caller, parameters)

    def create_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_changes.create_flow`."""
        return flow_changes.create_flow(self._context, caller, parameters)

    def update_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_changes.update_flow`."""
        return flow_changes.update_flow(self._context, caller, parameters)

    def delete_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_changes.delete_flow`."""
        return flow_changes.delete_flow(self._context, caller, parameters)

    def start_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `execution.operations.start_flow`."""
        return operations.start_flow(self._context, caller, parameters)

    def stop_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `execution.operations.stop_flow`."""
        return operations.stop_flow(self._context, caller, parameters)

    def cancel_flow_executions(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `execution.operations.cancel_flow_executions`."""
        return operations.cancel_flow_executions(self._context, caller, parameters)

    def describe_flow_execution_records(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `execution.operations.describe_flow_execution_records`."""
        return operations.describe_flow_execution_records(self._context, caller, parameters)

    def describe_flow(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_catalogue.describe_flow`."""
        return flow_catalogue.describe_flow(self._context, caller, parameters)

    def list_flows(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `flow_catalogue.list_flows`."""
        return flow_catalogue.list_flows(self._context, caller, parameters)

    def tag_resource(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `tags.tag_resource`."""
        return tags.tag_resource(self._context, caller, parameters)

    def untag_resource(self, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """See `tags.untag_resource`."""
        return tags.untag_resource(self._context, caller, parameters)

    def list_tags_for_resource(
        self, caller: Caller, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """See `tags.list_tags_for_resource`."""
        return tags.list_tags_for_resource(self._context, caller, parameters)

    def call(self, name: str, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one operation by the API's name, such as `CreateFlow`.

        Raises:
            AppFlowError: the operation's, or that it is not emulated.
        """
        operation: _Operation | None = getattr(self, xform_name(name), None)
        if operation is None:
            raise not_emulated(f"{name} is not emulated.")
        return operation(caller, parameters)

    def _answer(self, request: Request) -> dict[str, Any]:
        found = route(request.method, request.path)
        return self.call(found.operation, request.caller, parse_request(request, found))
