"""The server's part of the workbench, as JSON over HTTP: the journal, calls by hand, controls.

Only for the owner's own commands: each request has the token that is in the cloud's folder.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

from appflow_local import workbench_controls
from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.asking import Question
from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.service import AppFlow
from appflow_local.connection_owner import AsgiApp
from appflow_local.workbench_controls import WrongRequest, plan_fault, running, shown_fault

PREFIX = "/_appflow/"
TOKEN_HEADER = "x-appflow-local-token"  # noqa: S105 - a header's name
_MOST_AT_ONCE = 100
_MOST_BYTES = 64 * 1024 * 1024


def with_workbench(app: AsgiApp, appflow: AppFlow, owner: Caller, token: str) -> AsgiApp:
    """Wrap the app so that it answers the workbench's requests, too.

    Args:
        app: answers all others.
        appflow: what the workbench looks at.
        owner: in whose account connectors are called by hand.
        token: what each request must have in its header.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(TOKEN_HEADER.encode(), b"").decode("latin-1")
        if not hmac.compare_digest(given, token):
            await _send(send, HTTPStatus.FORBIDDEN, {"message": "The token is missing or wrong."})
            return
        body = await _body(receive)
        status, answer = await asyncio.to_thread(_answer, appflow, owner, scope, body)
        await _send(send, status, answer)

    return answer


def _answer(
    appflow: AppFlow, owner: Caller, scope: Mapping[str, Any], body: bytes
) -> tuple[int, Any]:
    asked = scope["method"], scope["path"].removeprefix(PREFIX)
    query = parse_qs(scope["query_string"].decode("latin-1"))
    routes: Mapping[tuple[str, str], Callable[[], Any]] = {
        ("GET", "calls"): lambda: _calls(appflow, query),
        ("GET", "names"): appflow.journal.names,
        ("POST", "invoke"): lambda: invoke(appflow, owner, json.loads(body)),
        ("POST", "clock"): lambda: workbench_controls.clock(appflow, json.loads(body) or {}),
        ("GET", "faults"): lambda: [*map(shown_fault, appflow.faults.planned())],
        ("POST", "faults"): lambda: plan_fault(appflow, json.loads(body)),
        ("POST", "faults/clear"): lambda: appflow.faults.clear(json.loads(body)),
        ("GET", "running"): lambda: running(appflow),
        ("POST", "deactivate"): appflow.deactivate_schedules,
    }
    if asked not in routes:
        return HTTPStatus.NOT_FOUND, {"message": f"There is no {' '.join(asked)}."}
    try:
        return HTTPStatus.OK, routes[asked]()
    except WrongRequest as error:
        return HTTPStatus.BAD_REQUEST, {"message": str(error)}


def _calls(appflow: AppFlow, query: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    names = ("label", "flow", "run", "function")
    wanted: dict[str, Any] = {name: query[name][0] for name in names if name in query}
    after = int(query.get("after", ["0"])[0])
    since = datetime.fromisoformat(query["since"][0]) if "since" in query else None
    found = appflow.journal.calls(after=after, since=since, **wanted)
    return [shown(call) for call in islice(found, _MOST_AT_ONCE)]


def invoke(appflow: AppFlow, owner: Caller, given: Mapping[str, Any]) -> dict[str, Any]:
    """Call a connector by hand.

    Args:
        appflow: where it is registered.
        owner: in whose account.
        given: the members of a `Question`, as JSON.

    Returns:
        The `call` as it is kept, without secrets; None if there was none; the `error` of AppFlow's.
        For a whole `request`, the `answer` as it came, which is the owner's own; the call then
        lacks its request, and an answer that is a success: they may be large, and are told once.
    """
    lists = {name: tuple(given[name]) for name in ("fields", "records") if given.get(name)}
    question = Question(**{**given, "fields": None, "records": (), **lists})
    newest, error, answer = appflow.journal.newest, None, None
    try:
        answer = appflow.ask(owner, question)
    except AppFlowError as failure:
        error = {"code": failure.code, "message": str(failure)}
    is_brief = question.request is not None
    made = [*appflow.journal.calls(after=newest, label=question.label, brief=is_brief)]
    call = shown(made[-1]) if made and made[-1].operation == question.operation else None
    told = {"call": call, "error": error}
    return {**told, "answer": answer} if is_brief and call is not None else told


def shown(call: Call) -> dict[str, Any]:
    """Return a call as JSON; requests and answers that are JSON stand in it as such."""
    return {
        "id": call.number,
        "time": call.began_at.isoformat(timespec="milliseconds"),
        "account": call.place[0],
        "region": call.place[1],
        "label": call.label,
        "function": call.function_arn,
        "operation": call.operation,
        "flow": call.flow,
        "run": call.run,
        "error": call.error,
        "fault": call.fault,
        "refusal": call.refusal,
        "milliseconds": round(call.milliseconds, 1),
        "requestBytes": call.request_bytes,
        "answerBytes": call.answer_bytes,
        "request": _json(call.request),
        "answer": None if call.answer is None else _json(call.answer),
        "printed": call.printed,
    }


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text.decode(errors="replace")


async def _body(receive: Any) -> bytes:  # noqa: ANN401 - ASGI's
    body: bytes = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body") or len(body) > _MOST_BYTES:
            return body


async def _send(send: Any, status: int, answer: object) -> None:  # noqa: ANN401 - ASGI's
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
