"""What a page's process runs: it answers each page with its file, and ends with its input.

It has no state but compiled plans, opens no file, and asks nobody for anything.
"""

from __future__ import annotations

import gc
import sys

import msgspec

from appflow_local.appflow.page_processes.page_files import page_file
from appflow_local.appflow.page_processes.page_work import (
    PageFile,
    PageRequest,
    read_frame,
    write_frame,
)

# Deeper values than a run, with more callers on its stack, would read and write are the run's.
_DEEPEST = 700
# A page's values are freed without the garbage collector, which looks through all of them.
_SELDOM = 50_000
_read_request = msgspec.msgpack.Decoder(PageRequest).decode


def main() -> None:
    """Say that it is ready, and answer until the server closes the input or is gone."""
    sys.setrecursionlimit(_DEEPEST)
    gc.freeze()
    gc.set_threshold(_SELDOM)
    pages, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        write_frame(answers, b"")
        while (request := read_frame(pages)) is not None:
            write_frame(answers, msgspec.msgpack.encode(_answer(request)))
    except (BrokenPipeError, KeyboardInterrupt):  # nobody is there to be told
        pass


def _answer(request: bytes) -> PageFile | None:
    """Return a page's file; None if the run has to do the page itself, and tell why it ends."""
    try:
        page = _read_request(request)
        return page_file(page.work, page.texts)
    except Exception:  # noqa: BLE001 - the outermost edge: the run meets the same
        return None
