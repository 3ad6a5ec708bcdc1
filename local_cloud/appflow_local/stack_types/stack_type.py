"""The interface of a CloudFormation resource type.

Known (CloudFormation Template Reference, "Name type"): a resource whose replacement would have the
same name is refused.
Inferred (CloudFormation CLI User Guide, the contract of handlers): what is gone already counts as
deleted. A create that fails halfway leaves nothing behind.
Not emulated: drift, and importing resources.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Properties: TypeAlias = Mapping[str, Any]

# Calls an AppFlow operation as the stack's principal: takes the operation's name and parameters,
# returns its answer, raises AppFlowError.
Call: TypeAlias = Callable[[str, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Made:
    """A resource: the values of its `Ref` and `Fn::GetAtt`."""

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class StackType(ABC):
    """One resource type; stateless."""

    name_property: str
    """The primary identifier, which is also the physical id."""
    create_only: tuple[str, ...]
    """The properties that replace the resource when they change."""
    tags_property: str | None = None
    """The property that also receives the stack's own tags."""

    @abstractmethod
    def create(self, call: Call, properties: Properties, generated_name: str) -> Made:
        """Create the resource; a failure leaves nothing behind.

        Args:
            call: the AppFlow operations.
            properties: the template's, with all references resolved.
            generated_name: the name to use if the template gives none and the type allows it.

        Raises:
            AppFlowError: AppFlow refused.
            InvalidProperties: the properties don't match the schema.
        """

    @abstractmethod
    def update(self, call: Call, physical_id: str, before: Properties, after: Properties) -> Made:
        """Change the resource in place; no create-only property differs.

        Raises:
            AppFlowError: AppFlow refused.
            InvalidProperties: the properties don't match the schema.
        """

    @abstractmethod
    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the resource.

        Raises:
            ResourceNotFoundException: it's already deleted.
            AppFlowError: AppFlow refused.
        """


def without(properties: Properties, *names: str) -> dict[str, Any]:
    """Return the properties except these."""
    return {name: value for name, value in properties.items() if name not in names}
