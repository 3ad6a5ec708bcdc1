"""Makes an error of an object's files an error, and writes an object's two files together.

MiniStack logs such errors and goes on, and an object whose second file fails has the new content
with the old description.
"""

from __future__ import annotations

import contextvars
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

from ministack.services import s3

from appflow_local.file_body import pieces_of


class FilesFailed(Exception):  # noqa: N818 - an outcome of a request
    """The files of an object couldn't be written, read or deleted; the cause says why."""


# The contents of objects that wait for their descriptions, while an object is being written.
_waiting: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("waiting", default=None)


def raise_errors_of_files() -> None:
    """Let S3's functions raise FilesFailed."""
    s3.logger.addFilter(_raise_what_is_logged)
    s3._atomic_write = _write_file
    s3._persist_object = _with_both_files(s3._persist_object)


def _raise_what_is_logged(record: logging.LogRecord) -> bool:
    error = sys.exc_info()[1]
    if error is not None and str(record.msg).startswith("Failed to "):
        raise FilesFailed from error
    return True


def _with_both_files(persist: Callable[..., None]) -> Callable[..., None]:
    @wraps(persist)
    def persisted(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 - MiniStack's
        waiting: list[str] = []
        token = _waiting.set(waiting)
        try:
            persist(*arguments, **named)
        finally:
            _waiting.reset(token)
            for path in waiting:  # the description failed
                _remove(_unfinished(path))

    return persisted


def _write_file(path: str, data: bytes | str, *, text: bool = False) -> None:
    """Write a file completely or not at all; `text` is an object's description."""
    try:
        _write(_unfinished(path), data.encode() if isinstance(data, str) else data)
    except BaseException:
        _remove(_unfinished(path))  # else it would keep the room that it has
        raise
    waiting = _waiting.get()
    if waiting is not None and not text:
        waiting.append(path)
        return
    for each in (*(waiting or ()), path):
        Path(_unfinished(each)).replace(each)
    if waiting:
        waiting.clear()


def _write(path: str, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces_of(data):
            file.write(piece)


def _unfinished(path: str) -> str:
    return f"{path}.tmp"


def _remove(path: str) -> None:
    with suppress(OSError):
        Path(path).unlink()
