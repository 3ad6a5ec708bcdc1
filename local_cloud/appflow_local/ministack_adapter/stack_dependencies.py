"""Keeps what a resource depends on for as long as the resource is there, as CloudFormation does.

MiniStack goes on with the resources that the failed one depends on, such as the function of a
custom resource, so that it can never be deleted.

Known (CloudFormation Template Reference, DependsOn: "CloudFormation deletes resources in the
reverse order"): a resource that can't be deleted stays in its stack, with all that it depends on.
The next deletion goes on there. The same holds for rollbacks and nested stacks.
Chosen (CloudFormation forgets it): what an update can't remove stays in the stack, with all that it
depends on, until a later update or the stack's deletion.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, provisioners, stacks

from appflow_local.ministack_adapter.stack_error import StackError
from appflow_local.ministack_adapter.stack_events import events_of, update_events

Definitions: TypeAlias = Mapping[str, Mapping[str, Any]]

# In the record of a resource that could not be deleted and is in no template any more.
_NEEDS = "_appflow_local_needs"
_FAILED = "DELETE_FAILED"


class Removal:
    """The resources that an operation deletes, and what of a stack they need.

    Args:
        resources: the records of the stack's resources.
        definitions: the definitions of all that are there, by logical id.
        staying: the resources that the operation doesn't delete.
    """

    def __init__(
        self, resources: dict[str, Any], definitions: Definitions, staying: Iterable[str] = ()
    ) -> None:
        self.failed: dict[str, dict[str, Any]] = {}
        self._resources = resources
        self._staying = set(staying)
        self._needs = {name: _needs(name, resources, definitions) for name in resources}

    def users(self, logical_id: str) -> list[str]:
        """Return the resources that depend on this one and have yet to be deleted."""
        left = (self._resources.keys() | self.failed.keys()) - self._staying - {logical_id}
        return sorted(name for name in left if logical_id in self._needs.get(name, ()))

    def is_left(self, logical_id: str) -> bool:
        """Whether a resource has yet to be deleted."""
        return logical_id in self._resources

    def replaces(self, logical_id: str) -> bool:
        """Whether the resource itself stays, and only what it was before is deleted."""
        return logical_id in self._staying

    def check(self, logical_id: str) -> None:
        """Check that nothing that is left depends on a resource.

        Raises:
            StackError: something does.
        """
        if users := self.users(logical_id):
            reason = f"Not deleted, as it is needed by [{', '.join(users)}]."
            self.fails(logical_id, reason)
            raise StackError(reason)

    def fails(self, logical_id: str, reason: str) -> None:
        """Note that a resource could not be deleted, and, in its record, what it needs."""
        record = self._resources.get(logical_id)
        if record is not None:
            record[_NEEDS] = sorted(self._needs.get(logical_id, ()))
            status = {"ResourceStatus": _FAILED, "ResourceStatusReason": reason}
            self.failed[logical_id] = {**record, **status}


_removal: ContextVar[Removal | None] = ContextVar("removal", default=None)
_deleted_stack: ContextVar[dict[str, Any] | None] = ContextVar("deleted_stack", default=None)


@contextmanager
def removing(removal: Removal | None) -> Iterator[None]:
    """Let the block delete no resource that is needed by another one."""
    token = _removal.set(removal)
    try:
        yield
    finally:
        _removal.reset(token)


def install_dependencies() -> None:
    """Replace the ways in which MiniStack deletes a resource, a stack and a nested stack."""
    stacks._delete_resource = _careful(stacks._delete_resource)
    delete, order = stacks._delete_stack_async, stacks._topological_sort

    async def delete_stack(stack_name: str, *rest: Any, **named: Any) -> None:  # noqa: ANN401
        stack = cloudformation._stacks.get(stack_name)
        if stack is not None and not stack["_template"]:
            # It was never created by its change set. MiniStack would go by no dependencies.
            stack["_template"] = {"Resources": definitions_of(stack)}
        token = _deleted_stack.set(stack)
        try:
            # A nested stack's deletion isn't its parent's operation.
            with removing(None), events_of(None):
                await delete(stack_name, *rest, **named)
        finally:
            _deleted_stack.reset(token)

    def ordered(definitions: Definitions, conditions: Mapping[str, bool]) -> list[str]:
        names: list[str] = order(definitions, conditions)
        stack = _deleted_stack.get()
        return names if stack is None else _DeletionOrder(names, stack)

    for module in (stacks, handlers):
        module._delete_stack_async = delete_stack
    stacks._topological_sort = ordered
    provisioners._RESOURCE_HANDLERS["AWS::CloudFormation::Stack"]["delete"] = _delete_nested


class _DeletionOrder(list[str]):
    """The resources of a stack; reversed, it ends at what one that stays depends on."""

    def __init__(self, names: Iterable[str], stack: dict[str, Any]) -> None:
        super().__init__(names)
        self._removal = Removal(stack["_resources"], definitions_of(stack))

    def __reversed__(self) -> Iterator[str]:
        waiting, attempted = list(super().__reversed__()), list[str]()
        while waiting:
            free = [name for name in waiting if not self._removal.users(name)]
            if not free and any(map(self._removal.is_left, attempted)):
                return
            attempted.append((free or waiting)[0])
            waiting.remove(attempted[-1])
            yield attempted[-1]


def definitions_of(stack: Mapping[str, Any]) -> Definitions:
    """Return the definitions of a stack's resources, those of a failed operation included."""
    failed = stack.get("_failed_operation") or {}
    templates = (stack.get("_template"), failed.get("template"))
    return {
        name: definition
        for template in templates
        for name, definition in (template or {}).get("Resources", {}).items()
    }


def _needs(name: str, resources: Mapping[str, Any], definitions: Definitions) -> set[str]:
    definition = definitions.get(name)
    found = stacks._extract_deps(definition, set(resources)) if definition else set()
    return (set(found) | set(resources[name].get(_NEEDS, ()))) - {name}


def _careful(delete: Any) -> Any:  # noqa: ANN401 - MiniStack's own
    def delete_resource(
        rtype: str,
        physical_id: str,
        properties: Mapping[str, Any],
        stack: str,
        logical_id: str,
    ) -> None:
        removal, events = _removal.get(), update_events.get()
        if removal is not None and removal.replaces(logical_id):
            removal = None
        if removal is not None:
            removal.check(logical_id)
        if events is not None:
            events.deletes("DELETE_IN_PROGRESS", rtype, logical_id, physical_id)
        try:
            delete(rtype, physical_id, properties, stack, logical_id)
        except Exception as error:
            if removal is not None:
                removal.fails(logical_id, str(error))
            raise
        if events is not None:
            events.deletes("DELETE_COMPLETE", rtype, logical_id, physical_id)

    return delete_resource


def _delete_nested(physical_id: str, _properties: Mapping[str, Any]) -> None:
    """Delete a nested stack as any other; MiniStack's own way passes over failures.

    Known (public reports of failed deletions): the reason of a nested stack that can't be deleted.
    """
    name = provisioners._nested_stack_lookup_name(physical_id)
    stack = cloudformation._stacks.get(name)
    if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
        return
    # On this thread, which waits for it: it's not the server's.
    asyncio.run(stacks._delete_stack_async(name, stack["StackId"]))
    if stack["StackStatus"] == _FAILED:
        reason = stack["StackStatusReason"]
        raise StackError(f"Embedded stack {physical_id} was not successfully deleted: {reason}")
