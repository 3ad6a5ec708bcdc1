"""The floor, with stand-ins for the modules that make botocore's docstrings."""

import sys
from types import ModuleType
from typing import Any


class _Nothing(ModuleType):
    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:  # noqa: ANN401 - as above
        return self


for name in ("botocore.docs", "botocore.docs.docstring", "botocore.docs.utils"):
    sys.modules[name] = _Nothing(name)

from benchmarks.handlers.floor import handler  # noqa: E402 - after the stand-ins

__all__ = ["handler"]
