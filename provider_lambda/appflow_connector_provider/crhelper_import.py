"""crhelper, imported without boto3: it uses it for polling only, and we do not poll.

Importing boto3 and making crhelper's three clients would take a third of a cold start
(docs/benchmarks.md). The stand-in is seen by crhelper alone: nothing else is imported meanwhile,
and whoever imports boto3 later gets the real one.
"""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

__all__ = ["CfnResource", "resource_helper"]


class _NoBoto3(ModuleType):
    """Gives crhelper clients that it never uses."""

    def client(self, *_args: Any, **_kwargs: Any) -> SimpleNamespace:  # noqa: ANN401 - boto3's
        """Return something in place of a client."""
        return SimpleNamespace()


_real = sys.modules.get("boto3")
sys.modules["boto3"] = _NoBoto3("boto3")
try:
    from crhelper import CfnResource, resource_helper
finally:
    if _real is None:
        del sys.modules["boto3"]
    else:
        sys.modules["boto3"] = _real
