"""Keeps the ServiceToken of custom resources from changing in MiniStack's CloudFormation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners

from appflow_local.ministack_adapter.stack_error import StackError

_TOKEN = "ServiceToken"  # noqa: S105 - a property's name
_ROLLING_BACK = "UPDATE_ROLLBACK_IN_PROGRESS"


def keep_service_tokens() -> None:
    """Refuse to update a custom resource's provider, as CloudFormation does.

    Source: CloudFormation user guide, AWS::CloudFormation::CustomResource, "Updates are not
    supported" for ServiceToken; public reports for the text of the reason.
    """
    update = provisioners._custom_resource_update

    def checked(
        physical_id: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        stack: str,
        **named: str,
    ) -> tuple[str, dict[str, Any]]:
        if before.get(_TOKEN) == after.get(_TOKEN):
            made: tuple[str, dict[str, Any]] = update(physical_id, before, after, stack, **named)
            return made
        if cloudformation._stacks[stack]["StackStatus"] == _ROLLING_BACK:
            return physical_id, {}  # No event was sent, so there's nothing to undo.
        raise StackError("Modifying service token is not allowed.")

    provisioners._custom_resource_update = checked
