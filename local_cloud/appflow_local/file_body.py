"""The content of a file in place of bytes, so that large answers and objects aren't in memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from appflow_local.connection_owner import AsgiApp

PIECE = 256 * 1024
"""Bytes that are in memory at a time."""


class FileBody(bytes):
    """A part of a file that passes for bytes where they are only measured, sliced and handed on.

    Its own bytes are none: whoever uses it for anything else must ask for its `pieces`.
    """

    file: BinaryIO
    _start: int
    _size: int

    def __new__(cls, file: BinaryIO, start: int, size: int) -> FileBody:
        """Stand for `size` bytes of an open file, from `start` on."""
        made = super().__new__(cls)
        made.file, made._start, made._size = file, start, size
        return made

    def __len__(self) -> int:
        """Return the number of bytes."""
        return self._size

    def __getitem__(self, index: Any) -> bytes:  # type: ignore[override]  # noqa: ANN401
        """Return a slice, without a step; a small one as its bytes."""
        start, stop, _ = index.indices(self._size)
        part = FileBody(self.file, self._start + start, max(stop - start, 0))
        return part if len(part) > PIECE else b"".join(part.pieces())

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes, a part at a time.

        Raises:
            OSError: the file can't be read, or has become shorter.
        """
        at, end = self._start, self._start + self._size
        while at < end:
            piece = os.pread(self.file.fileno(), min(PIECE, end - at), at)
            if not piece:
                raise OSError("the file has become shorter while it was read")
            at += len(piece)
            yield piece

    def md5(self) -> str:
        """Return the MD5 digest in hexadecimal digits: S3's ETag."""
        digest = hashlib.md5(usedforsecurity=False)
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()


def pieces_of(body: bytes) -> Iterator[bytes]:
    """Yield the bytes of a body of any kind, a part at a time."""
    if isinstance(body, FileBody):
        yield from body.pieces()
        return
    for at in range(0, len(body), PIECE):
        yield body[at : at + PIECE]


def in_pieces(app: AsgiApp) -> AsgiApp:
    """Wrap the app so that the server gets large answers piece by piece, as the client takes them.

    The server and TLS would otherwise each hold a copy of the whole answer.
    """

    async def sending(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        async def send_pieces(message: Any) -> None:  # noqa: ANN401
            body = message.get("body") or b""
            if message["type"] != "http.response.body" or len(body) <= PIECE:
                await send(message)
                return
            for piece in pieces_of(body):
                await send({**message, "body": piece, "more_body": True})
            await send({**message, "body": b""})

        await app(scope, receive, send_pieces)

    return sending
