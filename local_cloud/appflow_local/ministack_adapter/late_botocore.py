"""Lets a function in Python start without botocore, which it may not use.

MiniStack's script imports it before the handler, as what a function asks of another one says how
deep it is called: so loops of functions end. That takes longer than all else of a start.
"""

from __future__ import annotations

from ministack.core import lambda_runtime

_EARLY = "    _ms_install_invoke_depth()\n"

_PRELUDE = f"""\
import os, sys

class _LateBotocore:
    # Adds to botocore's handlers when a function imports them, from wherever it has them.
    def find_spec(self, name, path=None, target=None):
        if name != "botocore.handlers":
            return None
        others = [each for each in sys.meta_path if each is not self]
        found = filter(None, (each.find_spec(name, path, target) for each in others))
        if (spec := next(found, None)) is not None:
            load = spec.loader.exec_module
            def loaded(module):
                load(module)
                module.BUILTIN_HANDLERS.append(("before-call", self.tell_depth))
            spec.loader.exec_module = loaded
        return spec
    def tell_depth(self, params, **_):
        if depth := os.environ.get({lambda_runtime.INVOKE_DEPTH_ENV!r}):
            params["headers"].setdefault({lambda_runtime.INVOKE_DEPTH_HEADER!r}, depth)

sys.meta_path.insert(0, _LateBotocore())
"""


def with_late_botocore(script: str) -> str:
    """Let MiniStack's script for Python leave it to the function whether botocore is loaded."""
    return _PRELUDE + script.replace(_EARLY, "")
