"""Sends the one response that CloudFormation waits for.

The ResponseURL is pre-signed: whoever holds it can answer for the resource. It is sent only to
hosts that may receive it, and never logged.
"""

from __future__ import annotations

import json
import logging
import os
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from appflow_connector_provider import timing
from appflow_connector_provider.contract import RESPONSE_HOSTS_VARIABLE

_logger = logging.getLogger(__name__)

MAX_RESPONSE_BYTES: Final = 4096  # Source: CloudFormation, custom resource response objects
_AWS_DOMAINS: Final = (".amazonaws.com", ".amazonaws.com.cn")
_TIMEOUT: Final = 5.0
_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 5.0


class ResponseError(Exception):
    """The response could not be delivered. Lambda then delivers the event again."""


def check_host(url: str) -> None:
    """Refuse a ResponseURL that is neither AWS's nor named in ``CFN_RESPONSE_HOSTS``.

    Raises:
        ResponseError: naming the host, but not the URL.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    extra = {h.strip() for h in os.environ.get(RESPONSE_HOSTS_VARIABLE, "").split(",")} - {""}
    if parts.scheme != "https" or not (host.endswith(_AWS_DOMAINS) or host in extra):
        raise ResponseError(
            f"the ResponseURL's host {host!r} is neither AWS's over HTTPS "
            f"nor named in {RESPONSE_HOSTS_VARIABLE}"
        )


def encode(body: dict[str, Any]) -> bytes:
    """Encode a response in at most 4096 bytes; attributes give way, the longest first."""
    data = {name: str(value) for name, value in (body.get("Data") or {}).items()}
    while True:
        encoded = json.dumps(body | {"Data": data}, ensure_ascii=False).encode("utf-8", "replace")
        if len(encoded) <= MAX_RESPONSE_BYTES or not data:
            return encoded
        longest = max(data, key=lambda name: len(data[name]))
        data[longest] = data[longest][: len(data[longest]) // 2]
        if not data[longest]:
            del data[longest]


def send(url: str, body: dict[str, Any], remaining: Callable[[], float]) -> None:
    """PUT the response, again and again while there is time, until it is accepted.

    Args:
        url: the event's ResponseURL.
        body: the response.
        remaining: gives the seconds until Lambda ends the invocation.

    Raises:
        ResponseError: it was not accepted in time.
    """
    check_host(url)
    encoded = encode(body)
    pause = _FIRST_WAIT
    while True:
        problem = _put(url, encoded, min(_TIMEOUT, max(remaining(), 0.5)))
        if problem is None:
            _logger.info("answered %s %s", body.get("Status"), body.get("PhysicalResourceId"))
            return
        _logger.warning("the response was not accepted: %s", problem)
        if pause >= remaining():
            raise ResponseError(f"the response was not accepted in time: {problem}")
        timing.sleep(pause)
        pause = min(pause * 2, _LONGEST_WAIT)


def _put(url: str, encoded: bytes, timeout: float) -> str | None:
    """PUT once; None when accepted, else what went wrong, without the URL."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = HTTPSConnection(
        parts.netloc, timeout=timeout, context=ssl.create_default_context()
    )
    try:
        # The URL is signed for an empty content type.
        headers = {"content-type": "", "content-length": str(len(encoded))}
        connection.request("PUT", target, body=encoded, headers=headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"HTTP status {status}"
