"""Sends the HTTP requests that leave the cloud, for connector profiles' tokens."""

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
    """Send a request and return the answer, successful or not; redirects aren't followed.

    Certificates are verified against SSL_CERT_FILE or the machine's roots. `timeout` is in seconds,
    for each network operation.

    Raises:
        FetchFailed: no answer came in time, or none that can be trusted.
    """
    try:
        outgoing = Request(  # noqa: S310 - the opener knows no scheme but http and https
            request.url, request.body, dict(request.headers), method=request.method
        )
        with _opener().open(outgoing, timeout=timeout) as response:
            return WebResponse(response.status, response.read(LARGEST_ANSWER))
    # An invalid URL is a ValueError, as is one that http.client refuses to send.
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
