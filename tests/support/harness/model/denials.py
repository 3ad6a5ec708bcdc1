"""The error a caller gets when IAM denies the action."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.model.appflow import CALLER_ARN, FakeHost, refusal


def assert_denied_without(
    host: FakeHost,
    action: str,
    resource: str,
    call: Callable[..., object],
    parameters: Mapping[str, object],
) -> None:
    """Take one permission from the caller; the call must be denied in IAM's words."""
    host.denied.add((action, resource))
    assert refusal(call, **parameters) == (
        "AccessDeniedException",
        f"User: {CALLER_ARN} is not authorized to perform: {action} on resource: {resource}",
    )
