"""Keeps large objects of S3 out of memory: they go from file to file, and from files to clients.

MiniStack reads an object's whole file for any range of it, and a write holds the whole content.
"""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from ministack import app as gateway
from ministack.services import s3

from appflow_local.file_body import PIECE, FileBody

_lending: contextvars.ContextVar[bool] = contextvars.ContextVar("lending", default=False)


def keep_large_objects_in_files() -> None:
    """Let requests for objects be answered from files, and FileBody be put."""
    read, digest = s3._read_body, s3.md5_hash

    def read_body(bucket: str, key: str, record: dict[str, Any]) -> bytes:
        if _lending.get() and record.get("body") is None and record["size"] > PIECE:
            with suppress(OSError):
                return _file_body(s3._object_disk_path(bucket, key))
        found: bytes = read(bucket, key, record)
        return found

    def md5_hash(data: bytes) -> str:
        return data.md5() if isinstance(data, FileBody) else str(digest(data))

    s3._read_body, s3.md5_hash = read_body, md5_hash
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
    """Return the rest of a stream as S3 takes it: as a FileBody, unless S3 would keep it longer."""
    start = content.tell()
    size = content.seek(0, 2) - start
    content.seek(start)
    if size <= PIECE or s3._bucket_versioning.get(bucket) or s3._bucket_replication.get(bucket):
        return content.read()
    content.flush()
    return FileBody(content, start, size)


def _file_body(path: str) -> FileBody:
    file = Path(path).open("rb")  # noqa: SIM115 - it lives as long as the body
    return FileBody(file, 0, file.seek(0, 2))


def _lending_to_readers(handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle(method: str, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - MiniStack's
        if method != "GET":
            return await handler(method, *rest, **named)
        with lending_files():
            return await handler(method, *rest, **named)

    return handle
