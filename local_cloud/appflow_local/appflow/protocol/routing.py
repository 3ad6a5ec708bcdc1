"""Finds the operation of an HTTP method and path, for all operations of the service model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from appflow_local.appflow.protocol.errors import UnknownOperationException
from appflow_local.appflow.protocol.model import operation_model, service_model


@dataclass(frozen=True)
class Route:
    """One operation, and the parameters in its path."""

    operation: str
    path_parameters: dict[str, str]


def route(method: str, path: str) -> Route:
    """Return the operation and its path's parameters.

    Raises:
        UnknownOperationException: there is none, as AWS's front end says.
    """
    for verb, pattern, operation in _table():
        found = pattern.fullmatch(path) if verb == method else None
        if found:
            return Route(operation, {k: unquote(v) for k, v in found.groupdict().items()})
    raise UnknownOperationException(f"Unable to determine the operation of {method} {path}")


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(_row(name) for name in service_model().operation_names)


def _row(operation: str) -> tuple[str, re.Pattern[str], str]:
    http = operation_model(operation).http
    return http["method"], _path_pattern(http["requestUri"]), operation


def _path_pattern(uri: str) -> re.Pattern[str]:
    # A label takes the rest of the path, slashes included: the host may have decoded an ARN's.
    parts = re.split(r"\{(\w+)\}", uri)
    return re.compile(
        "".join(
            f"(?P<{part}>.+)" if odd else re.escape(part)
            for odd, part in ((index % 2, part) for index, part in enumerate(parts))
        )
    )
