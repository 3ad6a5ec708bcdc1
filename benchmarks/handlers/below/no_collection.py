"""The floor, without garbage collection while it starts: what it makes then, it keeps."""

import gc

gc.disable()

from benchmarks.handlers.floor import handler  # noqa: E402 - not before

gc.enable()

__all__ = ["handler"]
