"""Refuses keys of objects that are too long for S3; MiniStack takes them.

Known of Stacks (S3 User Guide, "Creating object key names"; S3's error codes): a key has 1,024
bytes of UTF-8 at most, and a longer one is a `KeyTooLongError` with the status 400.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from ministack.services import s3

_Answer: TypeAlias = tuple[int, dict[str, str], bytes]

_MOST_BYTES = 1024
# They take a bucket and a key.
_OF_ONE_KEY = (
    "_put_object",
    "_copy_object",
    "_create_multipart_upload",
    "_get_object",
    "_delete_object",
)


def refuse_keys_that_are_too_long() -> None:
    """Let operations on one object answer as S3 does."""
    for name in _OF_ONE_KEY:
        setattr(s3, name, _checking(getattr(s3, name)))


def _checking(operation: Callable[..., _Answer]) -> Callable[..., _Answer]:
    @wraps(operation)
    def checked(bucket: str, key: str, *rest: Any, **named: Any) -> _Answer:  # noqa: ANN401 - MiniStack's
        size = len(key.encode(errors="surrogateescape"))
        if size <= _MOST_BYTES:
            return operation(bucket, key, *rest, **named)
        limits = {"Size": str(size), "MaxSizeAllowed": str(_MOST_BYTES)}
        refusal: _Answer = s3._error("KeyTooLongError", "Your key is too long", 400, extra=limits)
        return refusal

    return checked
