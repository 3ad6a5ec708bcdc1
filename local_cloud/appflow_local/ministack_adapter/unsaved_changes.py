"""Refuses requests that would change what can't be saved, while the last save has failed.

What deletes and stops is accepted, so that room can be made; objects in S3 have files of their own,
whose errors S3 answers itself.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from ministack import app as gateway
from ministack.core import iam_actions, responses

Handler: TypeAlias = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]

_ACCEPTED = re.compile(
    r"s3:(Put|Restore|Replicate)Object|apigateway:(GET|DELETE)"
    r"|[^:]+:(Get|List|Describe|Head|BatchGet|BatchDelete|Lookup|Search|Select|Query|Scan|Simulate"
    r"|Validate|Estimate|Invoke|Receive|Assume|Decode|Encrypt|Decrypt|Sign|Verify|Filter"
    r"|Delete|Remove|Purge|Untag|Un[Rr]egister|Deregister|Terminate|Stop|Cancel|Abort|Detach)"
)
# SDKs repeat requests after 500 and 503, but not after 507.
_STATUS = 507
_CODE = "InsufficientStorage"


def refuse_changes_during(trouble: Callable[[], str | None]) -> None:
    """Let all services refuse what changes their state while there's trouble."""
    for service, handler in list(gateway.SERVICE_HANDLERS.items()):
        gateway.SERVICE_HANDLERS[service] = _guarded(service, handler, trouble)


def _guarded(service: str, handler: Handler, trouble: Callable[[], str | None]) -> Handler:
    async def guarded(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> tuple[int, dict[str, str], Any]:
        if (reason := trouble()) is not None:
            action = _action(service, method, path, headers, body, query_params)
            if action is not None and not _ACCEPTED.match(action):
                return _refusal(service, action, reason, headers)
        return await handler(method, path, headers, body, query_params)

    return guarded


def _action(
    service: str,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    query: dict[str, Any],
) -> str | None:
    """The request's IAM action; None if MiniStack doesn't know it."""
    if service == "appflow":  # named by its path, except for tags
        name = path.strip("/").title().replace("-", "")
        return "appflow:GetTags" if method in ("GET", "DELETE") else f"appflow:{name}"
    found: str | None = iam_actions.extract_iam_action(service, method, path, headers, body, query)
    return found


def _refusal(
    service: str, action: str, reason: str, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    _status, own, body = iam_actions.access_denied_response(
        service,
        action,
        "",
        responses.new_uuid(),
        error_code=_CODE,
        message=f"the local cloud accepts no changes: {reason}",
        headers=headers,
    )
    return _STATUS, own, body
