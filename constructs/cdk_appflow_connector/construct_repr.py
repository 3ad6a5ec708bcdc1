"""The repr of this library's constructs: their class, their path and what tells them apart."""

from __future__ import annotations

from constructs import Construct


class ShownConstruct:
    """Shows a construct as ``<CustomConnector 'Stack/Orders' label='orders'>``, in any debugger.

    A mixin. Node.js is asked when it is shown, and not before.
    """

    def _shown(self) -> dict[str, object]:
        """What to show beside the path; tokens are shown as the CDK spells them."""
        return {}

    def __repr__(self) -> str:
        # One whose arguments were refused was never made, and has no path.
        if not isinstance(self, Construct) or not hasattr(self, "__jsii_ref__"):
            return f"<{type(self).__name__}, not made>"
        facts = [f"{name}={value!r}" for name, value in self._shown().items()]
        return f"<{' '.join([type(self).__name__, repr(self.node.path), *facts])}>"
