"""Adds the AppFlow types to MiniStack's CloudFormation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from ministack import app as gateway
from ministack.core import responses
from ministack.services.cloudformation import provisioners, stacks

from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import AppFlowError, ResourceNotFoundException
from appflow_local.appflow.service import AppFlow
from appflow_local.ministack_adapter.host import requests_access_key
from appflow_local.ministack_adapter.stack_error import StackError
from appflow_local.ministack_adapter.stack_role import stack_principal, with_stack_principal
from appflow_local.stack_types import STACK_TYPES, InvalidProperties, Made, StackType

# A resource as MiniStack expects it: its physical id and its attributes.
_Resource: TypeAlias = tuple[str, dict[str, str]]

_SERVICE = "cloudformation"
_LONGEST_NAME = 256

_logger = logging.getLogger("appflow")


def install_stack_types(service: AppFlow) -> None:
    """Register the AppFlow types for templates."""
    for name, stack_type in STACK_TYPES.items():
        provisioners._RESOURCE_HANDLERS[name] = _handlers(service, stack_type)
        provisioners._REPLACING_PROPERTIES[name] = stack_type.create_only
        provisioners._CUSTOM_NAME_REPLACEMENT[name] = {"name": stack_type.name_property}
        if stack_type.tags_property:
            provisioners._STACK_TAG_PROPERTY[name] = (stack_type.tags_property, "list")
    on_own_thread = stacks._runs_on_worker_thread
    # They wait for connectors, which call back the server.
    stacks._runs_on_worker_thread = lambda name: name in STACK_TYPES or on_own_thread(name)
    gateway.SERVICE_HANDLERS[_SERVICE] = with_stack_principal(gateway.SERVICE_HANDLERS[_SERVICE])


def _handlers(service: AppFlow, stack_type: StackType) -> dict[str, Callable[..., Any] | bool]:
    def create(logical_id: str, properties: Mapping[str, Any], stack: str) -> _Resource:
        generated = provisioners._physical_name(stack, logical_id, max_len=_LONGEST_NAME)
        with _reasons(logical_id):
            return _resource(stack_type.create(_call(service), properties, generated))

    def update(
        physical_id: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        _stack: str,
        logical_id: str,
    ) -> _Resource:
        with _reasons(logical_id):
            return _resource(stack_type.update(_call(service), physical_id, before, after))

    def delete(physical_id: str, _properties: Mapping[str, Any]) -> None:
        with _reasons(physical_id):
            try:
                stack_type.delete(_call(service), physical_id)
            except ResourceNotFoundException:
                _logger.info("%s is already deleted", physical_id)

    return {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }


def _call(service: AppFlow) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    principal = stack_principal()
    requests_access_key.set(principal.access_key_id)
    caller = Caller(responses.get_account_id(), responses.get_region(), principal.arn)

    def call(operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        _logger.info("AppFlow %s by %s for a stack", operation, caller.arn)
        return service.call(operation, caller, parameters)

    return call


@contextmanager
def _reasons(logical_id: str) -> Iterator[None]:
    """Turn errors into status reasons in CloudFormation's format.

    Known of AppFlow's types in stacks (cdklabs/cdk-appflow#21): a failure's status reason is
    AppFlow's message and `(Service: Appflow, Status Code: 404, …)`.
    """
    try:
        yield
    except AppFlowError as error:
        reason = f"{error} (Service: Appflow, Status Code: {error.http_status})"
        raise StackError(reason) from error
    except InvalidProperties as error:
        reason = f"Properties validation failed for resource {logical_id} with message: {error}"
        raise StackError(reason) from error


def _resource(made: Made) -> _Resource:
    return made.physical_id, dict(made.attributes)
