"""Puts what a Datasette server answers, or fails to answer, into AppFlow's error codes."""

import html
import json
import re
import time
from collections.abc import Mapping
from email.message import Message
from email.utils import parsedate_to_datetime

from custom_connector_sdk.lambda_handler.responses import ErrorCode

from datasette_connector.errors import ConnectorError, RejectedError, shorten

_BY_STATUS = {
    400: ErrorCode.InvalidArgument,
    401: ErrorCode.InvalidCredentials,
    403: ErrorCode.AccessDenied,
    404: ErrorCode.ResourceNotFoundError,
    408: ErrorCode.RequestTimeout,
    413: ErrorCode.InvalidArgument,
    414: ErrorCode.InvalidArgument,
    429: ErrorCode.RateLimitExceeded,
    503: ErrorCode.ServiceUnavailable,
}
# How Datasette's error page shows the message where nobody foresaw the error.
_ON_ERROR_PAGE = re.compile(r"</h1>\s*<div[^>]*>(.*?)</div>", re.DOTALL)
# The paths of the plugin datasette-insert.
_WRITING = ("/-/insert/", "/-/upsert/")
# A gateway's 502 or 504 leaves open what the server did; these don't.
_REJECTIONS = (400, 413, 500)
# Datasette's title for a query that ran into its setting sql_time_limit_ms.
_INTERRUPTED = "SQL Interrupted"
_MAX_QUOTED_CHARS = 300


def from_status(status: int, headers: Message, body: Mapping[str, object]) -> ConnectorError:
    """Return the error for an HTTP status of 300 or more.

    Args:
        status: The HTTP status.
        headers: The response's headers; `Retry-After` and `Location` are read.
        body: Datasette's error object, empty if the answer wasn't one.
    """
    if status < 400:
        return _redirected(status, headers.get("Location", ""))
    if body.get("title") == _INTERRUPTED:
        return _interrupted()
    fallback = ErrorCode.ServerError if status >= 500 else ErrorCode.ClientError
    reason = html.unescape(readable(str(body.get("error") or "")))
    error = RejectedError if status in _REJECTIONS else ConnectorError
    return error(
        _BY_STATUS.get(status, fallback),
        f"The Datasette server answered HTTP {status}" + (f": {reason}" if reason else ""),
        retry_after_seconds(headers.get("Retry-After")),
    )


def error_object(body: bytes) -> Mapping[str, object]:
    """Return Datasette's error object, made from its error page where it sends one.

    Args:
        body: Of the response, or its beginning.

    Returns:
        The object; empty if the body is neither.
    """
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        shown = _ON_ERROR_PAGE.search(text)
        return {"error": shown.group(1)} if shown else {}
    return found if isinstance(found, dict) else {}


def permissions_for(path: str) -> str:
    """Return the permission missing when the server denies a path."""
    if path.startswith(_WRITING):
        return "insert:all (the setting allow of the plugin datasette-insert)"
    return "view-database and execute-sql on that database"


def _redirected(status: int, location: str) -> ConnectorError:
    # Following would hand the API key to any host the answer names.
    target = readable(location.partition("?")[0])
    return ConnectorError(
        ErrorCode.InvalidArgument,
        f"The server redirects to {target!r} (HTTP {status}); "
        "set baseUrl to the address that answers itself",
    )


def _interrupted() -> ConnectorError:
    return ConnectorError(
        ErrorCode.RequestTimeout,
        "The query took longer than the server allows; select fewer rows with the filter, "
        "or raise Datasette's setting sql_time_limit_ms",
    )


def readable(text: str) -> str:
    """Return the server's text on one line, without markup, short enough to quote."""
    plain = re.sub(r"<[^>]*>", " ", text)
    return shorten(" ".join(plain.split()), _MAX_QUOTED_CHARS)


def retry_after_seconds(header: str | None) -> int | None:
    """Return the seconds that a `Retry-After` header asks for; None if there is no valid one."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return int(header)
    try:
        return max(0, round(parsedate_to_datetime(header).timestamp() - time.time()))
    except ValueError:
        return None
