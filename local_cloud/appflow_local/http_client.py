"""HTTP requests that leave the cloud, for tokens of connector profiles."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from .appflow.web import FetchFailed, WebRequest, WebResponse

LARGEST_ANSWER = 1024 * 1024
"""Bytes; no token is larger."""


def fetch(request: WebRequest, *, timeout: float) -> WebResponse:
    """Send a request; certificates are checked against SSL_CERT_FILE or the machine's roots.

    Redirects are answers like any other. `timeout` is in seconds, for each step of the way.

    Raises:
        FetchFailed: there was no answer in time, or none that can be trusted.
    """
    try:
        outgoing = Request(  # noqa: S310 - the opener knows no scheme but http and https
            request.url, request.body, dict(request.headers), method=request.method
        )
        with _opener().open(outgoing, timeout=timeout) as response:
            return WebResponse(response.status, response.read(LARGEST_ANSWER))
    # A URL that makes no sense is a ValueError; so is one that http.client will not send.
    except (OSError, HTTPException, ValueError) as error:
        raise FetchFailed(str(error) or type(error).__name__) from None


def _opener() -> OpenerDirector:
    """Return an opener without the handlers that follow redirects, read files or speak FTP."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(context=ssl.create_default_context()),
    ):
        opener.add_handler(handler)
    return opener
