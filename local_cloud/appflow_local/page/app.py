"""The page's web application: addresses, what answers them, and errors."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.service import AppFlow
from appflow_local.connection_owner import AsgiApp
from appflow_local.page.actions import ACTIONS
from appflow_local.page.live import changes
from appflow_local.page.onlooker import Onlooker
from appflow_local.page.render import Renderer
from appflow_local.page.screens import SCREENS
from appflow_local.page.session import form_token, with_token_only
from appflow_local.page.view import Source, View

_log = logging.getLogger(__name__)

_LARGEST_FORM = 64 * 1024
_STATIC = Path(__file__).parent / "static"


class Port(Protocol):
    """Where the page is served."""

    @property
    def port(self) -> int:
        """The port."""
        ...

    @property
    def token(self) -> str:
        """What those who look must have."""
        ...


def make_app(
    appflow: AppFlow,
    onlooker: Onlooker,
    port: Port,
    log: Path,
    is_ending: Callable[[], bool] = lambda: False,
) -> AsgiApp:
    """Return the page.

    Args:
        appflow: what is looked at.
        onlooker: the cloud around it.
        port: where it is served, and the token that it asks for.
        log: the server's log.
        is_ending: whether the server is about to end, and streams with it.
    """
    page = _Page(Source(appflow, onlooker, log), form_token(port.token), is_ending)
    place = "/{account:str}/{region:str}"
    app = Starlette(
        routes=[
            Route("/", page.home),
            Mount("/static", StaticFiles(directory=_STATIC)),
            Route(f"{place}/changes", page.changes),
            Route(f"{place}/do/{{action}}", page.act, methods=["POST"]),
            Route(f"{place}/", page.show),
            Route(f"{place}/{{screen}}", page.show),
        ],
        exception_handlers={HTTPException: page.missing, AppFlowError: page.refused},  # type: ignore[dict-item]
    )
    return with_token_only(app, port.token, port.port)


class _Page:
    def __init__(self, source: Source, token: str, is_ending: Callable[[], bool]) -> None:
        self._source = source
        self._token = token
        self._renderer = Renderer(token)
        self._is_ending = is_ending

    async def home(self, _request: Request) -> Response:
        """Lead to the account and Region in which there is something."""
        home, places = self._source.onlooker.home(), self._source.appflow.places()
        place = home if home in places or not places else places[0]
        return RedirectResponse(View(self._source, place, {}).link(), 303)

    async def show(self, request: Request) -> Response:
        """Answer with a screen."""
        screen = SCREENS.get(request.path_params.get("screen", ""))
        if screen is None:
            raise HTTPException(404)
        view = self._view(request, dict(request.query_params))
        template = f"{request.path_params.get('screen') or 'overview'}.html"
        return await run_in_threadpool(
            self._tried,
            view,
            lambda: self._renderer.page(view, template, {"query": view.query, **screen(view)}),
        )

    async def act(self, request: Request) -> Response:
        """Do what a button is for, and lead to what came of it."""
        action = ACTIONS.get(request.path_params["action"])
        given = dict(parse_qsl((await _body(request)).decode(errors="replace")))
        if not hmac.compare_digest(given.get("token", "").encode(), self._token.encode()):
            raise HTTPException(403)
        if action is None:
            raise HTTPException(404)
        view = self._view(request, given)
        return await run_in_threadpool(
            self._tried, view, lambda: RedirectResponse(action(view), 303)
        )

    def _tried(self, view: View, work: Callable[[], Response]) -> Response:
        try:
            return work()
        except (HTTPException, AppFlowError):
            raise
        except Exception:  # noqa: BLE001 - the outermost edge: a defect gets an answer, too
            _log.exception("The page failed")
            values = {"code": "The page failed", "message": "The server's log says why."}
            return self._renderer.page(view, "problem.html", values, 500)

    async def changes(self, request: Request) -> Response:
        """Answer with a stream of events."""
        view = self._view(request, dict(request.query_params))
        return changes(self._source.appflow, view.number("seen", 0), self._is_ending)

    async def missing(self, request: Request, error: HTTPException) -> Response:
        """Say that something isn't there, or was forgotten."""
        code, message = _SAID.get(error.status_code, (error.detail, ""))
        values = {"code": code, "message": message}
        return self._problem(request, error.status_code, values)

    async def refused(self, request: Request, error: AppFlowError) -> Response:
        """Show AppFlow's error."""
        values = {"code": error.code, "message": str(error)}
        return self._problem(request, error.http_status, values)

    def _problem(self, request: Request, status: int, values: dict[str, Any]) -> Response:
        try:
            view = self._view(request, {})
        except HTTPException:
            view = View(self._source, self._source.onlooker.home(), {})
        return self._renderer.page(view, "problem.html", values, status)

    def _view(self, request: Request, query: dict[str, str]) -> View:
        place = request.path_params.get("account", ""), request.path_params.get("region", "")
        known = (*self._source.appflow.places(), self._source.onlooker.home())
        if place not in known:
            raise HTTPException(404)
        return View(self._source, place, query)


_SAID = {
    403: (
        "Not done",
        "The form is of another start of the cloud: go back, load the page again, and repeat it.",
    ),
    404: (
        "Not here",
        "There is nothing here, or it was deleted, or too much has happened since to keep it.",
    ),
    405: ("Not done", "This address can't be asked for in that way."),
    413: ("Not done", "The form is too large."),
}


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    return body
