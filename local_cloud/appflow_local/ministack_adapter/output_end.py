"""Tells where an invocation's output ends, so that nothing waits for more of it.

MiniStack reads what a function prints beside its answer, and can't know whether more will come: it
waits 50 ms for a first line. Here the function's process prints a mark before it answers: with a
number, since what comes too late for an invocation is found before the mark of the next.
"""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from typing import Any

from ministack.core import lambda_runtime

from appflow_local.ministack_adapter import answer_pipes, function_errors, function_logging
from appflow_local.ministack_adapter.node_functions import with_lambdas_runtime

# Begins with a record separator: nobody prints that, and one who does only cuts his own log.
END_MARK = "\x1eend-of-invocation "
"""What the number of a process's invocation follows, from 1 on, at the end of its output."""

_SILENT_SECONDS = 0.25  # as long as MiniStack waits; only for a process that took its output away
_MOST_SECONDS = 5.0  # for one that did so and prints on

_PYTHON_PRELUDE = f"""\
class _Marked:
    # Standard output as MiniStack's script writes to it: the first line says that the
    # handler is loaded, each other one is an answer.
    def __init__(self, stream):
        self._stream, self._answers = stream, 0
        self._log = os.dup(2)  # the handler may close its own
    def write(self, text):
        if self._answers:
            for printed in (sys.stderr, sys.__stderr__):
                try:
                    printed.flush()
                except Exception:
                    pass
            try:
                os.write(self._log, f"{END_MARK}{{self._answers}}\\n".encode())
            except OSError:
                pass
        self._answers += 1
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
        script = function_errors.telling_why_not_loaded(script)
        return answer_pipes.PYTHON_PRELUDE + _PYTHON_PRELUDE + function_logging.PRELUDE + script
    if runtime.startswith("nodejs"):
        return answer_pipes.NODE_PRELUDE + with_lambdas_runtime(script)
    return script


def wait_for_the_mark() -> None:
    """Read a function's output up to the mark; programs of their own, which print none, as ever."""
    worker, provided = lambda_runtime.Worker, lambda_runtime.ProvidedWorker
    provided._drain_stderr_bounded = worker._drain_stderr_bounded
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
        lines.put(None)


def _output_so_far(worker: Any) -> str:  # noqa: ANN401 - MiniStack's
    lines: list[str | None] = []
    with suppress(queue.Empty):
        while True:
            lines.append(worker._stderr_queue.get_nowait())
    return "\n".join(filter(None, map(_without_mark, filter(None, lines))))


def output_of_invocation(worker: Any, **_limits: float) -> str:  # noqa: ANN401 - MiniStack's
    """Return the lines that a worker's process has printed in the invocation that has ended.

    It is called once for each. What was printed up to the mark of an earlier one is left out.
    """
    output = worker._stderr_queue
    output.ended = number = getattr(output, "ended", 0) + 1
    lines: list[str] = []
    last = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < last:
        try:
            line = output.get(timeout=_SILENT_SECONDS)
        except queue.Empty:
            break
        if line is None:  # the process has closed its output
            break
        if END_MARK not in line:
            lines.append(line)
        elif line.endswith(f"{END_MARK}{number}"):
            if begun := _without_mark(line):  # printed without a line's end
                lines.append(begun)
            break
        else:
            lines.clear()
    return "\n".join(lines)


def _without_mark(line: str) -> str:
    return line.partition(END_MARK)[0]
