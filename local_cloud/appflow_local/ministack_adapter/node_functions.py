"""Runs functions in Node.js as Lambda's managed runtime does, on MiniStack's worker.

MiniStack's script ends a handler otherwise: it takes what a function returns that is not async,
calls the default export whatever the handler's name, waits for a callback that nobody will call,
and tells neither the type of an error nor where it was thrown. Its first part, which leads the AWS
SDK to the cloud, is kept; ours goes on from there.
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
