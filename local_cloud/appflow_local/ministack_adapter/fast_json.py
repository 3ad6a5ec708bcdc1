"""Reads functions' answers with msgspec: a page of records is half a megabyte of JSON.

What msgspec refuses, such as halves of surrogate pairs, is left to Python's own module.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from ministack.core import lambda_runtime

from appflow_local.appflow.strict_json import check_finite

_read = msgspec.json.Decoder().decode
_write = msgspec.json.Encoder().encode


class _Json:
    """Python's module `json`, as MiniStack uses it, with a faster `loads`."""

    JSONDecodeError = json.JSONDecodeError
    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str) -> Any:  # noqa: ANN401 - JSON
        try:
            return _read(text)
        except ValueError:
            return json.loads(text)


def read_answers_fast() -> None:
    """Let MiniStack read what functions answer with msgspec."""
    lambda_runtime.json = _Json


def as_json(body: object) -> tuple[bytes, bool]:
    """Return a function's answer as it sent it, and whether it is JSON in the strict sense.

    It is in UTF-8, as Lambda's runtime for Python sends it.
    """
    try:
        answer: bytes = _write(body)
        if b"null" in answer:
            check_finite(body)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(body).encode(), False
    return answer, True
