"""Answers requests about stacks for MiniStack where it would seem to obey, or to tell all."""

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
_NO_REASON = b"<StatusReason></StatusReason>"
_INCOMPLETE = (
    b"<StatusReason>[WARN] --include-property-values option can return incomplete ChangeSet data "
    b"because the local cloud does not tell the values of properties</StatusReason>"
)


def install_requests() -> None:
    """Check the status of a stack before MiniStack's actions, and complete what they answer."""
    actions = handlers._ACTION_HANDLERS
    actions["CreateChangeSet"] = _of_updatable(actions["CreateChangeSet"])
    actions["DescribeChangeSet"] = _with_a_warning(actions["DescribeChangeSet"])
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


def _with_a_warning(describe: _Action) -> _Action:
    """Warn of a change set without its properties' values, as CloudFormation does, when asked.

    The CDK's CLI then asks for it without them. Otherwise it compares the templates to see whether
    something is missing, for which it loads the properties of all types: a quarter of its work.

    Known (the CDK CLI, `INCOMPLETE_PROPERTY_VALUES_WARNING`): the warning of a change set that
    lacks values of properties.
    Chosen (MiniStack keeps none of them): a change set has no values of properties, and says so
    with that warning when it is asked for them.
    """

    def described(params: dict[str, Any]) -> _Answer:
        status, headers, body = describe(params)
        if handlers._p(params, "IncludePropertyValues") == "true":
            body = body.replace(_NO_REASON, _INCOMPLETE)
        return status, headers, body

    return described


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
