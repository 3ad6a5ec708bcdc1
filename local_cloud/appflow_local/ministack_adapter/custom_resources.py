"""Custom resources of MiniStack's stacks: fixed ServiceTokens, functions that can't start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import cloudformation, lambda_svc
from ministack.services.cloudformation import custom_resource, provisioners

from appflow_local.ministack_adapter.function_starts import NOT_STARTED
from appflow_local.ministack_adapter.stack_error import StackError

_TOKEN = "ServiceToken"  # noqa: S105 - a property's name
_ROLLING_BACK = "UPDATE_ROLLBACK_IN_PROGRESS"
_LONGEST_REASON = 1024


def keep_service_tokens() -> None:
    """Refuse to update a custom resource's provider, as CloudFormation does.

    Known (CloudFormation Template Reference, AWS::CloudFormation::CustomResource, ServiceToken): a
    custom resource can't be given another ServiceToken.
    Known (public reports of failed updates): the reason for refusing another ServiceToken.
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


def fail_without_a_start() -> None:
    """Let a custom resource fail at once, with the reason, when its function can't start.

    Chosen (on AWS nobody answers either, and the resource fails after its timeout of an hour): a
    custom resource whose function can't start (a missing module, a class that doesn't load) fails
    at once, with the reason.
    """
    execute = lambda_svc._execute_function_with_config_scope

    def executed(function: Mapping[str, Any], event: Any) -> Any:  # noqa: ANN401 - any JSON
        result = execute(function, event)
        url = event.get("ResponseURL") if isinstance(event, dict) else None
        prefix = custom_resource._response_url("")
        if isinstance(url, str) and url.startswith(prefix) and (reason := result.get(NOT_STARTED)):
            name = function["config"]["FunctionName"]
            cause = str(reason)[-_LONGEST_REASON:]
            answer = {"Status": "FAILED", "Reason": f"The function {name} can't start: {cause}"}
            custom_resource.deliver_response(url.removeprefix(prefix), answer)
        return result

    lambda_svc._execute_function_with_config_scope = executed
