"""Runs a stack's operations with the permissions of its service role, or else of its caller.

MiniStack ignores RoleARN and checks no permissions when it provisions, so this applies to the
AppFlow types only.

Known of AppFlow's types in stacks (CloudFormation User Guide, service role: it "uses the role's
credentials", and "the role that was previously associated with the stack" when a request names
none): with a service role, the operations need that role's permissions, also in later operations
that name none. Without one, the caller's.
Not emulated of AppFlow's types in stacks: the role's trust policy and `iam:PassRole` are not
checked.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from ministack.core import iam_evaluator, router
from ministack.services.cloudformation import changesets, handlers

from appflow_local.ministack_adapter.role_session import Principal, open_session

Handler: TypeAlias = Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]

# In the stack's record, so that it's saved and deleted with the stack.
_ROLE = "_appflow_local_role"
_SESSION_NAME = "AWSCloudFormation"


_principal: ContextVar[Principal] = ContextVar("stack_principal")


def stack_principal() -> Principal:
    """Return the principal of the current stack operation."""
    return _principal.get()


def with_stack_principal(handle: Handler) -> Handler:
    """Wrap a CloudFormation handler to set the principal of its operations.

    Work that the handler schedules inherits it, with a copy of the request's context variables.
    """

    async def handle_request(
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Mapping[str, Any],
    ) -> tuple[int, dict[str, str], bytes]:
        given = _parameters(headers, body, query)
        role = given.get("RoleARN") or (_stack(given) or {}).get(_ROLE)
        key = router.extract_access_key_id(headers, query)
        _principal.set(
            open_session(role, _SESSION_NAME)
            if role
            else Principal(key, iam_evaluator.caller_arn())
        )
        answer = await handle(method, path, headers, body, query)
        stack = _stack(given)
        if role and stack is not None:
            stack[_ROLE] = role
        return answer

    return handle_request


def _parameters(
    headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> Mapping[str, str]:
    if "amz-json" in headers.get("content-type", ""):
        return _texts(body)
    form = {**query, **parse_qs(body.decode("utf-8", errors="replace"))}
    return {name: values[0] for name, values in form.items() if values}


def _texts(body: bytes) -> Mapping[str, str]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}  # the handler refuses the request
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}


def _stack(given: Mapping[str, str]) -> dict[str, Any] | None:
    name = given.get("StackName", "")
    if "ChangeSetName" in given:
        _id, change_set = changesets._find_change_set(given["ChangeSetName"], name)
        name = change_set["StackName"] if change_set else name
    stack: dict[str, Any] | None = handlers._resolve_stack(name)
    return stack
