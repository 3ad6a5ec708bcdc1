"""The Lambda's entry point: crhelper calls one function here per RequestType."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from appflow_connector_provider import timing
from appflow_connector_provider.budget import Budget
from appflow_connector_provider.calls import longest_call, new_client
from appflow_connector_provider.failures import InvalidPropertiesError
from appflow_connector_provider.lifecycle import Lifecycle
from appflow_connector_provider.physical_id import PhysicalId
from appflow_connector_provider.properties import ConnectorProperties
from appflow_connector_provider.registry import ConnectorRegistry
from appflow_connector_provider.resource import ConnectorResource, LambdaContext

if TYPE_CHECKING:
    from mypy_boto3_appflow import AppflowClient

_logger = logging.getLogger(__name__)

_PERMISSION_GRACE: Final = 60.0
"""Seconds to wait for a permission that AppFlow cannot see yet. IAM takes up to about 30."""

_ROLLBACK_FOLLOWS: Final = 30.0
"""Seconds in which a request that follows can be told that the one before it has ended."""
_MOST_ENDED: Final = 500

helper = ConnectorResource()
_ended: dict[tuple[str, str], tuple[ConnectorProperties, float, datetime]] = {}
"""For each resource: the properties of the last request that ended in this process, and when.

By two clocks: the first may stand still while Lambda freezes the process, the second may be set.
"""


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle one event of ``Custom::AppFlowConnector``.

    Args:
        event: a custom resource request of CloudFormation.
        context: Lambda's context object.
    """
    helper(event, context)
    if len(_ended) >= _MOST_ENDED:
        _ended.clear()
    if done := _parse(event.get("ResourceProperties")):
        ended = done, timing.monotonic(), timing.now()
        _ended[helper.StackId, helper.LogicalResourceId] = ended


@helper.create
def create(event: dict[str, Any], _context: LambdaContext) -> str:
    """Register the connector and return its label."""
    wanted = ConnectorProperties.parse(event.get("ResourceProperties"))
    label, helper.Data = _lifecycle(event).create(wanted)
    return label


@helper.update
def update(event: dict[str, Any], _context: LambdaContext) -> str:
    """Bring the registration up to date and return its label, which a rename changes."""
    wanted = ConnectorProperties.parse(event.get("ResourceProperties"))
    old = _parse_old(event.get("OldResourceProperties"))
    label, helper.Data = _lifecycle(event).update(event["PhysicalResourceId"], old, wanted)
    return label


@helper.delete
def delete(event: dict[str, Any], _context: LambdaContext) -> None:
    """Unregister the connector if this resource registered it."""
    last = _parse_old(event.get("ResourceProperties"))
    if last is None:
        # A Create with them registered nothing, even if its answer was lost.
        _logger.warning("nothing can be registered with these properties; nothing to unregister")
        return
    _lifecycle(event).delete(event["PhysicalResourceId"], last)


def _parse_old(properties: object) -> ConnectorProperties | None:
    """Read properties that may be those of a failed request; None when AppFlow refuses them."""
    try:
        return ConnectorProperties.parse(properties)
    except InvalidPropertiesError as invalid:
        _logger.warning("%s", invalid)
        return None


def _parse(properties: object) -> ConnectorProperties | None:
    try:
        return ConnectorProperties.parse(properties)
    except InvalidPropertiesError:
        return None


def _lifecycle(event: dict[str, Any]) -> Lifecycle:
    seconds = longest_call(helper.remaining())
    budget = Budget(helper.remaining, helper.margin, seconds, _PERMISSION_GRACE)
    registry = ConnectorRegistry(_client(seconds), budget)
    request_id = str(event["RequestId"])
    return Lifecycle(registry, request_id, _set_id, earlier_ended=_earlier_ended(event))


def _earlier_ended(event: dict[str, Any]) -> bool:
    """Whether the update that this one rolls back is known to have ended.

    A process handles one event at a time: what ended here is not running elsewhere. A request
    that was cancelled still runs in another one.
    """
    undone = _parse(event.get("OldResourceProperties"))
    ended = _ended.get((helper.StackId, helper.LogicalResourceId))
    if ended is None:
        return False
    properties, monotonic, moment = ended
    ago = max(timing.monotonic() - monotonic, (timing.now() - moment).total_seconds())
    return properties == undone and ago < _ROLLBACK_FOLLOWS


def _set_id(physical_id: PhysicalId) -> None:
    helper.PhysicalResourceId = str(physical_id)


@cache
def _client(seconds: int) -> AppflowClient:
    return new_client(seconds)
