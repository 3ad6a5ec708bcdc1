"""Tells where an invocation's output ends, so that nothing waits for more of it.

MiniStack reads what a function prints beside its answer, and can't know whether more will come: it
waits 50 ms for a first line. Here the function's process prints a mark before it answers.
"""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from typing import Any

from ministack.core import lambda_runtime

from appflow_local.ministack_adapter import answer_pipes, function_logging
from appflow_local.ministack_adapter.node_functions import with_lambdas_runtime

# Begins with a record separator: nobody prints that, and one who does only cuts his own log.
END_MARK = "\x1eend-of-invocation"
_MOST_SECONDS = 0.25  # as long as MiniStack waits; only for a process that closed its output

_PYTHON_PRELUDE = f"""\
class _Marked:
    # Standard output as MiniStack's script writes to it: the first line says that the
    # handler is loaded, each other one is an answer.
    def __init__(self, stream):
        self._stream, self._is_loaded = stream, False
    def write(self, text):
        if self._is_loaded:
            for printed in (sys.stderr, sys.__stderr__):
                try:
                    printed.flush()
                except Exception:
                    pass
            try:
                os.write(2, {END_MARK!r}.encode() + b"\\n")
            except OSError:
                pass
        self._is_loaded = True
        return self._stream.write(text)
    def __getattr__(self, name):
        return getattr(self._stream, name)

sys.stdout = _Marked(sys.stdout)
"""


def marked(runtime: str, script: str) -> str:
    """Let MiniStack's script for a runtime print the mark before each answer."""
    if runtime.startswith("python"):
        script = answer_pipes.reading_requests(script)
        script = function_logging.with_request_ids(script)
        return answer_pipes.PYTHON_PRELUDE + _PYTHON_PRELUDE + function_logging.PRELUDE + script
    if runtime.startswith("nodejs"):
        return answer_pipes.NODE_PRELUDE + with_lambdas_runtime(script)
    return script


def wait_for_the_mark() -> None:
    """Read a function's output up to the mark."""
    worker = lambda_runtime.Worker
    worker._read_stderr = _read_output
    worker._drain_stderr = _output_so_far
    worker._drain_stderr_bounded = output_of_invocation


def _read_output(worker: Any) -> None:  # noqa: ANN401 - MiniStack's
    # Both belong to this process: a worker that starts another one gets new ones.
    lines, stream = worker._stderr_queue, worker._proc.stderr
    try:
        # Handlers print bytes, too. Without a reader, the function would wait for one.
        stream.reconfigure(errors="replace")
        for line in stream:
            lines.put(line.rstrip("\n"))
    except (OSError, ValueError):  # closed meanwhile
        pass
    finally:
        lines.put(END_MARK)


def _output_so_far(worker: Any) -> str:  # noqa: ANN401 - MiniStack's
    lines = []
    with suppress(queue.Empty):
        while True:
            lines.append(worker._stderr_queue.get_nowait().removesuffix(END_MARK))
    return "\n".join(filter(None, lines))


def output_of_invocation(worker: Any, **_limits: float) -> str:  # noqa: ANN401 - MiniStack's
    """Return the lines that a worker's process has printed, up to the mark."""
    lines, end = [], time.monotonic() + _MOST_SECONDS
    while (left := end - time.monotonic()) > 0:
        try:
            line: str = worker._stderr_queue.get(timeout=left)
        except queue.Empty:
            break
        if not line.endswith(END_MARK):
            lines.append(line)
            continue
        if begun := line.removesuffix(END_MARK):  # printed without a line's end
            lines.append(begun)
        break
    return "\n".join(lines)
