"""Sends the one response that CloudFormation waits for.

The ResponseURL is pre-signed: whoever holds it can answer for the resource. It is sent only to
hosts that may receive it, and never logged.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from appflow_connector_provider import https, timing
from appflow_connector_provider.contract import RESPONSE_HOSTS_VARIABLE
from appflow_connector_provider.failures import RegistrationError
from appflow_connector_provider.shown_text import attribute, cut_bytes, one_line

_logger = logging.getLogger(__name__)

MAX_RESPONSE_BYTES: Final = 4096  # Source: CloudFormation, custom resource response objects
MAX_ID_BYTES: Final = 1024  # Source: the same, PhysicalResourceId: "up to 1 KB in size"
# Source: botocore's endpoints.json, dnsSuffix of each partition.
_AWS_DOMAINS: Final = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "sc2s.sgov.gov",
)
# S3 and no other service: load balancers, virtual machines and APIs of anybody have names in these
# domains, too. Source: CloudFormation, custom resource request objects: the ResponseURL is that of
# a pre-signed S3 bucket.
_REGION: Final = r"[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}"
_S3_HOST: Final = re.compile(
    rf"(?:[a-z0-9-]+\.)*s3(?:-fips)?(?:[.-](?:dualstack\.)?{_REGION})?"
    rf"\.(?:{'|'.join(map(re.escape, _AWS_DOMAINS))})",
    re.ASCII,
)
_HTTPS_PORT: Final = 443
_SHOWN_HOST: Final = 100
_SHOWN_ID: Final = 300
_TIMEOUT: Final = 5.0
_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 5.0
_PAUSES_TO_REACH: Final = (0.5, 2.0)


class ResponseError(Exception):
    """The response could not be delivered. Lambda then delivers the event again."""


def check_host(url: str) -> None:
    """Refuse a ResponseURL that is neither S3's nor named in ``CFN_RESPONSE_HOSTS``.

    S3's: over HTTPS, on its own port, with no user in front of the host, and with nothing in the
    URL that a signed one would hold escaped.

    Raises:
        ResponseError: naming the host, but not the URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # whose text may quote the URL
        host, acceptable = "", False
    else:
        acceptable = _is_plain(url, parts) and _is_known(host, port)
    if not acceptable:
        raise ResponseError(
            f"the ResponseURL's host {host[:_SHOWN_HOST]!r} is neither AWS's over HTTPS "
            f"nor named in {RESPONSE_HOSTS_VARIABLE}"
        )


def _is_plain(url: str, parts: SplitResult) -> bool:
    # http.client raises on the rest only when it sends, or sends it to another host than it seems.
    printable = url.isascii() and url.isprintable() and " " not in url
    return parts.scheme == "https" and "@" not in parts.netloc and printable


def _is_known(host: str, port: int | None) -> bool:
    extra = {h.strip() for h in os.environ.get(RESPONSE_HOSTS_VARIABLE, "").split(",")} - {""}
    return host in extra or (port in (None, _HTTPS_PORT) and bool(_S3_HOST.fullmatch(host)))


def encode(body: dict[str, Any]) -> bytes:
    """Encode a response in at most 4096 bytes.

    Attributes are shortened first, the longest of them before the others; then the longest of the
    other texts, which happens only with an event that CloudFormation did not send.
    """
    data = {name: attribute(str(value)) for name, value in (body.get("Data") or {}).items()}
    texts = {name: value for name, value in body.items() if isinstance(value, str)}
    texts["PhysicalResourceId"] = cut_bytes(texts["PhysicalResourceId"], MAX_ID_BYTES)
    while True:
        whole = body | texts | {"Data": data}
        encoded = json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")
        if len(encoded) <= MAX_RESPONSE_BYTES:
            return encoded
        _halve_longest(data or texts)


def _halve_longest(texts: dict[str, str]) -> None:
    # In bytes: a connector's own texts give way before its ARN and label, which are ASCII.
    longest = max(texts, key=lambda name: len(texts[name].encode("utf-8", "replace")))
    texts[longest] = texts[longest][: len(texts[longest]) // 2]
    if not texts[longest]:
        del texts[longest]


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
            _logger.info(
                "answered %s %s", body["Status"], one_line(body["PhysicalResourceId"], _SHOWN_ID)
            )
            return
        _logger.warning("the response was not accepted: %s", problem)
        if pause >= remaining():
            raise ResponseError(f"the response was not accepted in time: {problem}")
        timing.sleep(pause)
        pause = min(pause * 2, _LONGEST_WAIT)


def check_reachable(url: str) -> None:
    """Make sure that the answer can leave, by the way that it will take.

    Raises:
        RegistrationError: it can't, however often it is tried: nothing should be begun.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _HTTPS_PORT
    for pause in (*_PAUSES_TO_REACH, None):
        try:
            https.reach(host, port, _TIMEOUT)
        except https.FAILURES as error:
            problem = type(error).__name__
            _logger.warning("%s can't be reached: %s", host[:_SHOWN_HOST], problem)
        else:
            return
        if pause is not None:
            timing.sleep(pause)
    raise RegistrationError(
        "Not begun",
        f"{host[:_SHOWN_HOST]} can't be reached for the answer: {problem}",
        "Check HTTPS_PROXY, NO_PROXY and the network of the provider.",
    )


def _put(url: str, encoded: bytes, timeout: float) -> str | None:
    """PUT once; None when accepted, else what went wrong, without the URL."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        # The host and port that were checked, and nothing else that could be read from the URL.
        status = https.put(
            parts.hostname or "", parts.port or _HTTPS_PORT, target, encoded, timeout
        )
    except https.FAILURES as error:
        return type(error).__name__
    return None if 200 <= status < 300 else f"HTTP status {status}"
