"""Makes the events of MiniStack's stacks tell what happens, in the order in which it happens.

MiniStack gives several events the same millisecond, by which the CDK CLI sorts them; it reports an
update of every resource, changed or not, and no deletion at an update's end. The CLI counts the
events of completed resources against the number of changes.

Known (public records of stack events): events tell what changes, in the order in which it happens.
What an update removes, it removes in its cleanup.
Chosen (the CDK CLI sorts by it): no two events have the same millisecond.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any

from ministack.services.cloudformation import changesets, handlers, stacks

_STACK = "AWS::CloudFormation::Stack"
_CLEANUP = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"


class UpdateEvents:
    """The events of one update, from its first resource to its end or its rollback.

    Args:
        stack: the stack's record.
        existing: the resources that the stack had before.
    """

    def __init__(self, stack: dict[str, Any], existing: Mapping[str, Any]) -> None:
        self.stack = stack
        self._existing = set(existing)
        self._withheld: dict[str, tuple[Any, ...]] = {}

    def of_resource(self, logical_id: str, status: str, reason: str, rest: tuple[Any, ...]) -> None:
        """Add an event of a resource, or withhold it until the resource turns out to change."""
        if logical_id not in self._existing:
            status = status.replace("UPDATE_", "CREATE_")
        elif status == "UPDATE_IN_PROGRESS" and not reason:
            self._withheld[logical_id] = (status, reason, rest)
            return
        elif status == "UPDATE_IN_PROGRESS":
            self._withheld.pop(logical_id, None)  # this event says more
        elif status == "UPDATE_COMPLETE" and logical_id in self._withheld:
            del self._withheld[logical_id]  # nothing has changed
            return
        self.changes(logical_id)
        self._add(logical_id, status, reason, rest)

    def changes(self, logical_id: str) -> None:
        """Add the withheld event of a resource, as the resource changes."""
        if withheld := self._withheld.pop(logical_id, None):
            self._add(logical_id, *withheld)

    def deletes(self, status: str, rtype: str, logical_id: str, physical_id: str) -> None:
        """Add the event of a deletion in the update's cleanup."""
        self._add(logical_id, status, "", (rtype, physical_id, ""))

    def clean_up(self) -> None:
        """Begin the update's cleanup: all resources are there, and what isn't needed is deleted."""
        self.stack["StackStatus"] = _CLEANUP
        name, stack_id = self.stack["StackName"], self.stack["StackId"]
        _add_event(stack_id, name, name, _STACK, _CLEANUP, "", stack_id, "")

    def _add(self, logical_id: str, status: str, reason: str, rest: tuple[Any, ...]) -> None:
        rtype, physical_id, detailed = rest
        stack_id, name = self.stack["StackId"], self.stack["StackName"]
        _add_event(stack_id, name, logical_id, rtype, status, reason, physical_id, detailed)


update_events: ContextVar[UpdateEvents | None] = ContextVar("update_events", default=None)
"""The events of the update that is at work; None in other operations, and in its rollback."""

_add_event = stacks._add_event


def install_events() -> None:
    """Replace MiniStack's way of adding events."""
    clock = _Clock()
    # A change set's time, too: the CLI shows the events since then.
    for module in (stacks, changesets):
        module.now_iso = clock.now
    for module in (stacks, handlers, changesets):
        module._add_event = _added
    update = stacks._update_resource

    def update_resource(
        rtype: str,
        physical_id: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        stack_name: str,
        logical_id: str,
        *rest: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        events = update_events.get()
        if events is not None and before != after:
            events.changes(logical_id)
        return update(rtype, physical_id, before, after, stack_name, logical_id, *rest)

    stacks._update_resource = update_resource


@contextmanager
def events_of(events: UpdateEvents | None) -> Iterator[None]:
    """Let the block's events be those of an update, or of no update."""
    token = update_events.set(events)
    try:
        yield
    finally:
        update_events.reset(token)


def _added(
    stack_id: str,
    stack_name: str,
    logical_id: str,
    resource_type: str,
    status: str,
    reason: str = "",
    physical_id: str = "",
    detailed_status: str = "",
) -> None:
    events = update_events.get()
    rest = (resource_type, physical_id, detailed_status)
    # Others are those of a nested stack, or the stack's own.
    if events is not None and events.stack["StackId"] == stack_id != physical_id:
        events.of_resource(logical_id, status, reason, rest)
    else:
        _add_event(stack_id, stack_name, logical_id, resource_type, status, reason, *rest[1:])


class _Clock:
    """Tells the time in milliseconds, and never the same one twice."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> str:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000)
            seconds, milliseconds = divmod(self._last, 1000)
        moment = datetime.fromtimestamp(seconds, timezone.utc)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"
