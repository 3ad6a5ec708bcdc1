"""Runs functions in Node.js as Lambda's managed runtime does, on MiniStack's worker.

MiniStack's script differs from Lambda in four ways: it takes the return value of a handler that
isn't async, runs the default export under any handler name, hangs when a callback is never called,
and hides the type of an error and where it was thrown. We keep its first part, which points the
AWS SDK at the cloud, and run the handler with a script of our own.
"""

from __future__ import annotations

from pathlib import Path

from ministack.core import lambda_runtime

_RUNTIME = Path(__file__).parent.parent / "node" / "function_runtime.js"
_SECOND_PART = "let handlerFn = null;"


def with_lambdas_runtime(script: str) -> str:
    """Return MiniStack's script for Node.js with our part in the place of its second one."""
    first, found, _ = script.partition(_SECOND_PART)
    if not found:
        raise RuntimeError(f"MiniStack's script for Node.js has no {_SECOND_PART!r} any more")
    own = _RUNTIME.read_text(encoding="utf-8")
    return first + str(lambda_runtime._sub_runtime_tokens(own))
