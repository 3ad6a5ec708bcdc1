"""What a page's process is told, and what it answers: plain data, in frames on its two pipes."""

from __future__ import annotations

from typing import IO, Any

import msgspec

from appflow_local.appflow.transfer.fields import Field

_LENGTH = 8


class PageWork(msgspec.Struct, array_like=True, frozen=True):
    """What a run does with each of its pages: a plan's definition, and the files' format.

    Attributes:
        tasks: The flow's, as CreateFlow was given them, for a custom connector as the source.
        fields: Those of the connector's entity.
        file_type: CSV, JSON or PARQUET.
        preserves_types: Whether Parquet gets the columns' types instead of text.
    """

    tasks: list[dict[str, Any]]
    fields: tuple[Field, ...]
    file_type: str
    preserves_types: bool


class PageRequest(msgspec.Struct, array_like=True):
    """One page; `work` is an encoded PageWork, which a process decodes and compiles once."""

    work: bytes
    texts: list[str]


class PageFile(msgspec.Struct, array_like=True):
    """The file of one page; no bytes if the tasks leave none of its records.

    `written` counts its records; `size` is that of the page's texts, in bytes.
    """

    content: bytes
    written: int
    size: int


def write_frame(stream: IO[bytes], message: bytes) -> None:
    """Write a message with its length before it.

    Raises:
        OSError: nobody reads it.
    """
    stream.write(len(message).to_bytes(_LENGTH, "big") + message)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Return the next message; None if the stream ends before that does."""
    length = int.from_bytes(head, "big") if len(head := stream.read(_LENGTH)) == _LENGTH else None
    message = b"" if length is None else stream.read(length)
    return message if len(message) == length else None
