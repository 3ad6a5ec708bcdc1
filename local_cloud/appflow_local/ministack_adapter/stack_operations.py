"""Follows the operations of MiniStack's stacks, so that one that is cut off can be taken back.

What an update needs to be rolled back is in the stack's record from the update's beginning, and is
saved with it. MiniStack keeps it in memory until the update fails.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from contextvars import ContextVar
from typing import Any, TypeAlias

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, stacks

from appflow_local.ministack_adapter.stack_dependencies import Removal, definitions_of, removing
from appflow_local.ministack_adapter.stack_events import UpdateEvents, events_of, update_events
from appflow_local.stack_types import STACK_TYPES

_Run: TypeAlias = Coroutine[Any, Any, None]
_Work: TypeAlias = Callable[..., _Run]

# The operation at work; what it needs to be rolled back is as in MiniStack's own record of one that
# failed, under `_FAILED_OPERATION`.
_AT_WORK = "_appflow_local_operation"
_IN_FLIGHT = "in_flight"
_FAILED_OPERATION = "_failed_operation"

_ENDED = "The local cloud ended during the operation."
_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"

_FINAL_STATUSES = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
    "UPDATE_IN_PROGRESS": _ROLLBACK_FAILED,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": _ROLLBACK_FAILED,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": _ROLLBACK_FAILED,
    "IMPORT_IN_PROGRESS": "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_IN_PROGRESS": "IMPORT_ROLLBACK_FAILED",
}
"""The status of an unfinished operation, and its final one once the cloud has ended."""

_resuming: ContextVar[bool] = ContextVar("resuming", default=False)


def install_operations() -> None:
    """Replace the ways in which MiniStack deploys and rolls back a stack."""
    stacks._resolve_stack_outputs = _completing(stacks._resolve_stack_outputs)
    stacks._update_resource = _noting(stacks._update_resource)
    deployed = _deploying(stacks._deploy_stack_async)
    for module in (stacks, handlers, changesets):
        module._deploy_stack_async = deployed
    rolled_back = _rolling_back(stacks._roll_back_operation)
    for module in (stacks, handlers):
        module._roll_back_operation = rolled_back
    handlers._continue_update_rollback_async = _continuing(handlers._continue_update_rollback_async)
    sends_back = stacks._sends_back_failed_update
    stacks._sends_back_failed_update = lambda rtype: (
        sends_back(rtype) or (_resuming.get() and rtype in STACK_TYPES)
    )


def end_unfinished_stacks() -> None:
    """Mark the operations that were at work when the cloud ended as failed.

    The stack gets a status that allows the next step: delete it, or roll it back.
    """
    for stack in cloudformation._stacks._data.values():
        status = _FINAL_STATUSES.get(stack["StackStatus"])
        operation = stack.pop(_AT_WORK, None)
        if status is None:
            continue
        if operation is not None and status in {_ROLLBACK_FAILED, "CREATE_FAILED"}:
            stack[_FAILED_OPERATION] = _cut_off(stack, operation)
        stack["StackStatus"] = status
        stack["StackStatusReason"] = _ENDED
    for change_set in cloudformation._change_sets._data.values():
        if change_set["ExecutionStatus"] == "EXECUTE_IN_PROGRESS":
            change_set["ExecutionStatus"] = "EXECUTE_FAILED"


def unfinished_stacks() -> list[tuple[str, str]]:
    """Return the names and statuses of the stacks of which an operation is at work."""
    found = (
        (each["StackName"], each["StackStatus"]) for each in cloudformation._stacks._data.values()
    )
    return sorted((name, status) for name, status in found if status in _FINAL_STATUSES)


def can_be_rolled_back(stack: Mapping[str, Any]) -> bool:
    """Whether it is known what the rollback of a stack's failed update has yet to do."""
    return bool(stack.get(_FAILED_OPERATION) or stack.get("_rollback_failed"))


def _deploying(deploy: _Work) -> _Work:
    def deployed(
        name: str,
        stack_id: str,
        template: dict[str, Any],
        values: dict[str, Any],
        *given: Any,  # noqa: ANN401
        is_update: bool = False,
        previous_stack: dict[str, Any] | None = None,
        retain_except_on_create: bool = False,
        imports: dict[str, Any] | None = None,
    ) -> _Run:
        stack = cloudformation._stacks[name]
        named = {
            "is_update": is_update,
            "previous_stack": previous_stack,
            "retain_except_on_create": retain_except_on_create,
            "imports": imports,
        }
        # Now, not when the work begins: the state may be saved in between.
        stack[_AT_WORK] = {
            "created": [],
            "failed_update": None,
            "template": template,
            "param_values": values,
            "stack_tags": stack.get("Tags") or [],
            "previous_tags": (previous_stack or {}).get("Tags") or [],
            **named,
            "imports": imports or {},
        }
        return _deployment(stack, deploy(name, stack_id, template, values, *given, **named))

    return deployed


async def _deployment(stack: dict[str, Any], work: _Run) -> None:
    operation, before = stack[_AT_WORK], stack[_AT_WORK]["previous_stack"]
    if before is None:
        await work
    else:
        conditions = stacks._evaluate_conditions(operation["template"], operation["param_values"])
        defined = operation["template"].get("Resources", {})
        staying = [
            name for name, each in defined.items() if conditions.get(each.get("Condition"), True)
        ]
        removal = Removal(stack["_resources"], definitions_of(before), staying)
        events = UpdateEvents(stack, {**before["_resources"], **operation["imports"]})
        with events_of(events), removing(removal):
            await work
    stack.pop(_AT_WORK, None)


def _completing(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Make an update the stack's own once nothing of it can fail any more: its cleanup begins."""

    def resolved(*given: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # noqa: ANN401
        outputs, exports = resolve(*given)
        if (events := update_events.get()) is not None:
            operation = events.stack[_AT_WORK]
            events.stack["_template"] = operation["template"]
            events.stack["_resolved_params"] = operation["param_values"]
            events.stack["Outputs"] = outputs
            cloudformation._exports.update(exports)
            events.clean_up()
        return outputs, exports

    return resolved


def _noting(update: Callable[..., Any]) -> Callable[..., Any]:
    """Note the update of a resource that may have been made when the cloud ends."""

    def updated(
        rtype: str,
        physical_id: str,
        before: dict[str, Any],
        after: dict[str, Any],
        stack_name: str,
        logical_id: str,
        attributes: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        events = update_events.get()
        if events is not None and not stacks._replacing_change(rtype, before, after):
            noted = [logical_id, rtype, physical_id, after, before, attributes]
            events.stack[_AT_WORK][_IN_FLIGHT] = noted
        return update(rtype, physical_id, before, after, stack_name, logical_id, attributes)

    return updated


def _rolling_back(roll_back: _Work) -> _Work:
    async def rolled_back(
        name: str,
        stack_id: str,
        stack: dict[str, Any],
        operation: dict[str, Any],
        **named: str,
    ) -> None:
        stack[_AT_WORK] = dict(operation)
        before = operation.get("previous_stack")
        records = dict(stack["_resources"])
        removal = Removal(stack["_resources"], definitions_of({"_template": operation["template"]}))
        with events_of(None), removing(None if before else removal):
            await roll_back(name, stack_id, stack, operation, **named)
        if before:
            stack["_conditions"] = before.get("_conditions", {})
        else:  # MiniStack forgets what it could not delete, and nobody could delete it later.
            left = {**stack["_resources"], **removal.failed}
            stack["_resources"] = {name: left[name] for name in records if name in left}
            stack["_template"] = stack["_template"] or operation["template"]
        stack.pop(_AT_WORK, None)

    return rolled_back


def _continuing(resume: _Work) -> _Work:
    def continued(name: str, stack_id: str, skipped: frozenset[str]) -> _Run:
        stack = cloudformation._stacks[name]
        if _FAILED_OPERATION not in stack:
            return resume(name, stack_id, skipped)
        # Now: whoever asks next would take the old status for the outcome.
        stack["StackStatus"] = "UPDATE_ROLLBACK_IN_PROGRESS"
        stack["StackStatusReason"] = ""
        return _continuation(stack)

    return continued


async def _continuation(stack: dict[str, Any]) -> None:
    _resuming.set(True)  # in this task alone
    operation = stack[_FAILED_OPERATION]
    await stacks._roll_back_operation(
        stack["StackName"], stack["StackId"], stack, operation, reason_override="User Initiated"
    )


def _cut_off(stack: Mapping[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the operation as one that failed with the resource that was in flight."""
    resources = stack["_resources"]
    before = (operation["previous_stack"] or {}).get("_resources", {})
    done = operation["created"] or [n for n, each in resources.items() if each != before.get(n)]
    failed, noted = operation["failed_update"], operation.pop(_IN_FLIGHT, None)
    if failed is None and noted and noted[0] not in done:
        failed = noted
    return {
        **operation,
        "created": [name for name in done if name in resources],
        "failed_update": failed,
        "failed_logical_id": failed[0] if failed else operation.get("failed_logical_id"),
    }
