"""Tells MiniStack which protocol a service has without loading its model.

MiniStack types answers by it, and would load botocore's session and the whole model of every
service that is asked for something: a quarter of the CPU time of a cloud's start.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from ministack.core import responses

_BEGIN = 8192  # bytes of a model: its metadata come first
_MEMBER = '"metadata":'


class _Model:
    """A service's model as botocore's, which is loaded once more than `metadata` is wanted."""

    def __init__(self, metadata: dict[str, Any], load: Callable[[], Any]) -> None:
        self.metadata = metadata
        self._load = load

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - botocore's
        return getattr(self._load(), name)


def read_protocols_alone() -> None:
    """Let MiniStack read of a service's model no more than it needs to type answers."""
    load = responses._service_model

    @cache
    def service_model(service: str) -> Any:  # noqa: ANN401 - botocore's
        metadata = _metadata(responses._BOTOCORE_NAME.get(service, service))
        return load(service) if metadata is None else _Model(metadata, lambda: load(service))

    responses._service_model = service_model


def _metadata(name: str) -> dict[str, Any] | None:
    """Return what the newest model of a service says of it; None if that isn't where it is."""
    versions = Path(Loader.BUILTIN_DATA_PATH, name).glob("*/service-2.json.gz")
    newest = max(versions, default=None)
    if newest is None:
        return None
    with gzip.open(newest) as file:
        begin = file.read(_BEGIN).decode(errors="replace")
    found: dict[str, Any]
    try:
        found, _ = json.JSONDecoder().raw_decode(begin.partition(_MEMBER)[2].lstrip())
    except ValueError:
        return None
    return found
