"""Reads of botocore's models what MiniStack looks at in each answer: a service's metadata.

It would load whole models of every service that is used, and all of botocore for them.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from ministack.core import responses

_MODEL = "service-2.json.gz"
_BEGINNING = 8192  # bytes; the metadata is at the beginning
_MEMBER = '"metadata":'
_load = responses._service_model


class _Model:
    """A service's model, which is loaded when more than its metadata is asked for."""

    def __init__(self, service: str, metadata: dict[str, Any]) -> None:
        self._service = service
        self.metadata = metadata

    def __getattr__(self, name: str) -> object:
        return getattr(_load(self._service), name)


@cache
def _model(service: str) -> Any:  # noqa: ANN401 - botocore's, or what stands for it
    """Return a service's model; None if there is none."""
    folder = Path(Loader.BUILTIN_DATA_PATH, responses._BOTOCORE_NAME.get(service, service))
    try:
        with gzip.open(max(folder.glob(f"*/{_MODEL}")), "rt", encoding="utf-8") as file:
            _, _, rest = file.read(_BEGINNING).partition(_MEMBER)
        metadata, _ = json.JSONDecoder().raw_decode(rest.lstrip())
    except (OSError, ValueError):
        return _load(service)
    return _Model(service, metadata)


def read_metadata_alone() -> None:
    """Let MiniStack look at metadata without loading models."""
    responses._service_model = _model
