"""Refuses requests that a stack's status does not admit, where MiniStack would seem to obey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ministack.services.cloudformation import handlers

from appflow_local.ministack_adapter.stack_operations import can_be_rolled_back

_Answer: TypeAlias = tuple[int, dict[str, str], bytes]
_Action: TypeAlias = Callable[[dict[str, Any]], _Answer]

_UPDATE_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
# MiniStack refuses a change set that creates; REVIEW_IN_PROGRESS is a stack that waits for one.
_NOT_UPDATABLE = {"DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", _UPDATE_ROLLBACK_FAILED}
_REVIEW = "REVIEW_IN_PROGRESS"


def install_requests() -> None:
    """Check the status of a stack before MiniStack's actions."""
    actions = handlers._ACTION_HANDLERS
    actions["CreateChangeSet"] = _of_updatable(actions["CreateChangeSet"])
    actions["ContinueUpdateRollback"] = _of_known(actions["ContinueUpdateRollback"])


def _of_updatable(create: _Action) -> _Action:
    """Refuse to update a stack that failed to be deleted, or at which an operation is at work.

    MiniStack compares the templates, and finds no changes.

    Known (public reports of refused change sets): a stack in `DELETE_FAILED`, or with an operation
    in progress, gets no change set for an update; the error's text.
    """

    def created(params: dict[str, Any]) -> _Answer:
        stack = handlers._resolve_stack(handlers._p(params, "StackName"))
        status = str((stack or {}).get("StackStatus", ""))
        at_work = status.endswith("_IN_PROGRESS") and status != _REVIEW
        kind = handlers._p(params, "ChangeSetType", "UPDATE")
        if stack is not None and kind != "CREATE" and (at_work or status in _NOT_UPDATABLE):
            return _refused(
                f"Stack:{stack['StackId']} is in {status} state and can not be updated."
            )
        return create(params)

    return created


def _of_known(continue_rollback: _Action) -> _Action:
    """Refuse to continue a rollback of which nothing is known; MiniStack would say it is complete.

    No resources to skip are sent as one without a name, which MiniStack refuses.
    """

    def continued(params: dict[str, Any]) -> _Answer:
        name = handlers._p(params, "StackName")
        stack = handlers._resolve_stack(name)
        failed = stack is not None and stack.get("StackStatus") == _UPDATE_ROLLBACK_FAILED
        if failed and not can_be_rolled_back(stack):
            return _refused(
                f"Stack [{name}] can't be rolled back: the local cloud ended during an update of "
                "which it kept nothing. Roll back its parent, if it is nested, or delete it."
            )
        skipped = handlers._extract_string_members(params, "ResourcesToSkip")
        return continue_rollback({**params, "ResourcesToSkip": skipped})

    return continued


def _refused(message: str) -> _Answer:
    answer: _Answer = handlers._error("ValidationError", message)
    return answer
