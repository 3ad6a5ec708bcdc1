"""Exchanges as entries of an HTTP archive, HAR 1.2, and back.

Its texts hold no bytes: bodies that are no UTF-8 are in base64, for requests with the member
`_encoding`, which the format lacks there.

Known of The workbench ("HTTP Archive (HAR) format", 1.2): the form of recorded traffic (HAR).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from appflow_local.traffic.exchange import Answer, Headers, Sent, header

_HTTP = "HTTP/1.1"


def log(version: str) -> dict[str, Any]:
    """Return an archive without entries, made by a version of appflow-local."""
    creator = {"name": "appflow-local", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": []}}


def entry(sent: Sent, answer: Answer, began: datetime, milliseconds: float) -> dict[str, Any]:
    """Return an exchange as an entry.

    Args:
        sent: the request, without credentials.
        answer: the answer, without credentials.
        began: when it was sent, aware.
        milliseconds: until the answer was there.
    """
    took = round(milliseconds, 1)
    return {
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": took,
        "request": _request(sent),
        "response": _response(answer),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


class NoArchive(Exception):  # noqa: N818 - an outcome
    """A text isn't an archive; the message says why."""


def read_exchanges(text: bytes) -> list[tuple[Sent, Answer]]:
    """Read an archive's exchanges, but those without an answer, which a browser's may have.

    Raises:
        NoArchive: it isn't one.
    """
    try:
        entries = json.loads(text)["log"]["entries"]
        return [exchange(each) for each in entries if each["response"]["status"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoArchive(f"{type(error).__name__}: {error}") from error


def exchange(entry: Mapping[str, Any]) -> tuple[Sent, Answer]:
    """Read an entry.

    Raises:
        KeyError, TypeError, ValueError: it isn't one.
    """
    request, response = entry["request"], entry["response"]
    data, content = request.get("postData") or {}, response["content"]
    sent = Sent(
        str(request["method"]).upper(),
        str(request["url"]).partition("#")[0],
        _pairs(request["headers"]),
        _bytes(data.get("text"), data.get("_encoding")),
    )
    answer = Answer(
        int(response["status"]),
        str(response["statusText"]),
        _pairs(response["headers"]),
        _bytes(content.get("text"), content.get("encoding")),
    )
    return sent, answer


def _request(sent: Sent) -> dict[str, Any]:
    query = parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)
    found: dict[str, Any] = {
        "method": sent.method,
        "url": sent.url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _objects(sent.headers),
        "queryString": _objects(query),
        "headersSize": -1,
        "bodySize": len(sent.body),
    }
    if sent.body:
        text, encoding = _text(sent.body)
        found["postData"] = {"mimeType": sent.kind, "text": text}
        if encoding:
            found["postData"]["_encoding"] = encoding
    return found


def _response(answer: Answer) -> dict[str, Any]:
    text, encoding = _text(answer.body)
    content = {"size": len(answer.body), "mimeType": answer.kind, "text": text}
    return {
        "status": answer.status,
        "statusText": answer.reason,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _objects(answer.headers),
        "content": {**content, "encoding": encoding} if encoding else content,
        "redirectURL": header(answer.headers, "location"),
        "headersSize": -1,
        "bodySize": len(answer.body),
    }


def _objects(pairs: Headers | list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _pairs(objects: list[Mapping[str, str]]) -> Headers:
    return tuple((str(each["name"]), str(each["value"])) for each in objects)


def _text(body: bytes) -> tuple[str, str | None]:
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"


def _bytes(text: str | None, encoding: str | None) -> bytes:
    if text is None:
        return b""
    return base64.b64decode(text, validate=True) if encoding == "base64" else text.encode()
