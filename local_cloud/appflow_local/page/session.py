"""Who may look: those with the token. It becomes a cookie, so that no link has to hold it.

A cookie of localhost goes to every port of it; the page's is of no use elsewhere, and each form has
a second secret that is made of it.

Known of The workbench (OWASP Secure Headers Project): the headers of the page's answers.
"""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from appflow_local.connection_owner import AsgiApp

STATIC = "/static/"
TOKEN = "token"  # noqa: S105 - a parameter's name
_REFUSED = "Open the address that `appflow-local page` prints: the token is missing or wrong.\n"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with less, a form's Origin would be null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def form_token(token: str) -> str:
    """Return what each form of the page sends, made of the page's token."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def with_token_only(app: AsgiApp, token: str, port: int) -> AsgiApp:
    """Wrap the app so that it answers only those with the token, and with safe headers."""
    cookie = f"appflow-local-{port}"

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] != "http":
            return

        async def send_safely(message: Any) -> None:  # noqa: ANN401 - ASGI's
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if scope["path"].startswith(STATIC) and message["status"] == HTTPStatus.OK:
                    headers["Cache-Control"] = "private, max-age=86400"  # of this start's port
            await send(message)

        request = Request(scope, receive)
        refused = _refusal(request, token, cookie)
        await (refused or app)(scope, receive, send_safely)

    return answer


def _refusal(request: Request, token: str, cookie: str) -> Response | None:
    """Return the answer to a request that isn't the app's; None if it is."""
    if request.method == "GET" and TOKEN in request.query_params:
        if not _is_same(request.query_params[TOKEN], token):
            return PlainTextResponse(_REFUSED, 403)
        return _with_cookie(request, token, cookie)
    if _is_same(request.cookies.get(cookie, ""), token):
        return None
    return PlainTextResponse(_REFUSED, 403)


def _with_cookie(request: Request, token: str, cookie: str) -> Response:
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    left = urlencode([(name, value) for name, value in pairs if name != TOKEN])
    path = "/" + request.url.path.lstrip("/")  # "//host" would lead elsewhere
    response = RedirectResponse(f"{path}?{left}" if left else path, 303)
    response.set_cookie(cookie, token, path="/", httponly=True, samesite="strict")
    return response


def _is_same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())
