"""Lets a Python function's process load botocore when the function does, and not before.

MiniStack's script loads it before the handler, to count with each request how deep functions call
one another. For a function that doesn't use it, that is more than half of its start.
"""

from __future__ import annotations

_COUNT_DEPTH = "_ms_install_invoke_depth()"
_AT_ONCE, _LATE = f"    {_COUNT_DEPTH}\n", "    sys.meta_path.insert(0, _CountingDepth)\n"
# Every client is made in a session, whose module imports the one with the list of handlers.
_PRELUDE = f"""\
import importlib.machinery, sys
class _CountingDepth:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "botocore.session":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            loader = spec.loader
            def exec_module(module):
                del loader.exec_module
                loader.exec_module(module)
                {_COUNT_DEPTH}
            loader.exec_module = exec_module
        return spec
"""


def loading_botocore_late(script: str) -> str:
    """Let MiniStack's script for Python count how deep functions call, once botocore is loaded."""
    return _PRELUDE + script.replace(_AT_ONCE, _LATE)
