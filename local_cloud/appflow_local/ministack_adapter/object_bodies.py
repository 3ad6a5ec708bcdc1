"""Keeps large objects of S3 out of memory: they go from file to file, and from files to clients.

MiniStack reads an object's whole file for any range of it, and a write holds the whole content.
"""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO

from ministack import app as gateway
from ministack.services import s3

from appflow_local.file_body import PIECE, FileBody

_lending: contextvars.ContextVar[bool] = contextvars.ContextVar("lending", default=False)


def keep_large_objects_in_files() -> None:
    """Let requests for objects be answered from files, and FileBody be put."""
    s3._read_body = _current_from_file(s3._read_body)
    s3._version_body = _version_from_file(s3._version_body)
    s3._version_entry_from_record = _without_content(s3._version_entry_from_record)
    for name in ("_record_object_version", "_record_delete_marker"):
        setattr(s3, name, _lent(getattr(s3, name)))
    s3.md5_hash = _of_files(s3.md5_hash)
    gateway.SERVICE_HANDLERS["s3"] = _lending_to_readers(gateway.SERVICE_HANDLERS["s3"])


@contextmanager
def lending_files() -> Iterator[None]:
    """Let S3 give FileBody for the content of large objects during the block."""
    token = _lending.set(True)
    try:
        yield
    finally:
        _lending.reset(token)


def body_of(content: BinaryIO, bucket: str) -> bytes:
    """Return the rest of a stream as S3 takes it: as a FileBody, unless S3 would copy that."""
    start = content.tell()
    size = content.seek(0, 2) - start
    content.seek(start)
    if size <= PIECE or s3._bucket_replication.get(bucket):
        return content.read()
    try:
        content.fileno()
    except OSError:  # it's no file
        return content.read()
    content.flush()
    return FileBody(content, start, size)


def _current_from_file(read: Callable[..., bytes]) -> Callable[..., bytes]:
    def read_body(bucket: str, key: str, record: dict[str, Any]) -> bytes:
        lent = None
        if record.get("body") is None:
            lent = _lend(s3._object_disk_path(bucket, key), record)
        return read(bucket, key, record) if lent is None else lent

    return read_body


def _version_from_file(read: Callable[..., bytes | None]) -> Callable[..., bytes | None]:
    def version_body(
        current: dict[str, Any], bucket: str, key: str, version: dict[str, Any]
    ) -> bytes | None:
        lent = _lend(s3._version_disk_path(bucket, key, version["version_id"]), version)
        return read(current, bucket, key, version) if lent is None else lent

    return version_body


def _lend(path: str | None, record: dict[str, Any]) -> FileBody | None:
    """Return the content of a large object's file; None if it's small, or has no such file."""
    if path is None or not _lending.get() or record["size"] <= PIECE:
        return None
    with suppress(OSError):
        file = Path(path).open("rb")  # noqa: SIM115 - it lives as long as the body
        return FileBody(file, 0, file.seek(0, 2))
    return None


def _without_content(entry: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Let versions be read from their files, as after a restart, and not be kept in memory."""

    def made(record: dict[str, Any], version: str, _data: object) -> dict[str, Any]:
        return entry(record, version, None)

    return made


def _lent(record: Callable[..., Any]) -> Callable[..., Any]:
    """Let the object that a write displaces be copied from file to file."""

    @wraps(record)
    def recorded(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - MiniStack's
        with lending_files():
            return record(*arguments, **named)

    return recorded


def _of_files(digest: Callable[[bytes], str]) -> Callable[[bytes], str]:
    def md5_hash(data: bytes) -> str:
        return data.md5() if isinstance(data, FileBody) else digest(data)

    return md5_hash


def _lending_to_readers(handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle(method: str, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - MiniStack's
        if method != "GET":
            return await handler(method, *rest, **named)
        with lending_files():
            return await handler(method, *rest, **named)

    return handle
