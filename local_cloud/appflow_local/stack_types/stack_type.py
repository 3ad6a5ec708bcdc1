"""What CloudFormation asks of a resource type."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Properties: TypeAlias = Mapping[str, Any]

# One AppFlow operation, by the API's name, as the stack's principal: takes the operation's
# parameters, returns its answer, raises AppFlowError.
Call: TypeAlias = Callable[[str, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Made:
    """A resource: what `Ref` and `Fn::GetAtt` give."""

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class StackType(ABC):
    """One resource type; keeps nothing between calls."""

    name_property: str
    """The primary identifier, which is also the physical id."""
    create_only: tuple[str, ...]
    """The properties whose change replaces the resource."""
    tags_property: str | None = None
    """The property that takes a stack's own tags, too."""

    @abstractmethod
    def create(self, call: Call, properties: Properties, generated_name: str) -> Made:
        """Make the resource; what fails leaves nothing behind.

        Args:
            call: the AppFlow operations.
            properties: the template's, resolved.
            generated_name: the name to take where the type allows that none is given.

        Raises:
            AppFlowError: AppFlow refused.
            InvalidProperties: the properties do not fit the schema.
        """

    @abstractmethod
    def update(self, call: Call, physical_id: str, before: Properties, after: Properties) -> Made:
        """Change the resource in place; no create-only property differs.

        Raises:
            AppFlowError: AppFlow refused.
            InvalidProperties: the properties do not fit the schema.
        """

    @abstractmethod
    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the resource.

        Raises:
            ResourceNotFoundException: it is gone already.
            AppFlowError: AppFlow refused.
        """


def without(properties: Properties, *names: str) -> dict[str, Any]:
    """Return the properties but for these."""
    return {name: value for name, value in properties.items() if name not in names}
