"""The repr of this library's objects: their class, their path and what tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from cdk_appflow_connector.tokens import is_token

if TYPE_CHECKING:
    from typing import TypeGuard


class ShownConstruct:
    """Shows a construct as ``<CustomConnector 'Stack/Orders' label='orders'>``, in any debugger.

    A mixin. Node.js is asked when it is shown, and not before.
    """

    def _shown(self) -> dict[str, object]:
        """What to show beside the path."""
        return {}

    def __repr__(self) -> str:
        # One whose arguments were refused was never made, and has no path.
        construct: object = self
        if not is_made(construct):
            return f"<{type(self).__name__}, not made>"
        return shown(self, construct.node.path, **self._shown())


def is_made(construct: object) -> TypeGuard[Construct]:
    """Whether it is a construct that has its place in the tree."""
    return isinstance(construct, Construct) and hasattr(construct, "__jsii_ref__")


def shown(thing: object, *values: object, **facts: object) -> str:
    """Return a repr of a thing's class, of values and of facts; what only AWS knows is left out."""
    parts = [repr(value) for value in values if _is_known(value)]
    parts += [f"{name}={value!r}" for name, value in facts.items() if _is_known(value)]
    return f"<{' '.join([type(thing).__name__, *parts])}>"


def _is_known(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and is_token(value))
