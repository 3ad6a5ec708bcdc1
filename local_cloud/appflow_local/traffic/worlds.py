"""What is beyond the proxy: the world itself, recorded, or its recording."""

from __future__ import annotations

import logging
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timezone
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from appflow_local.outside import connect_outside
from appflow_local.traffic.exchange import Answer, Headers, Sent, Unanswered
from appflow_local.traffic.har import read_exchanges
from appflow_local.traffic.matching import Shape, nearest
from appflow_local.traffic.recording import Recording, repeated
from appflow_local.traffic.redaction import Redactor, repeats_credential
from appflow_local.traffic.settings import REPEATED, UNRECORDED

LARGEST_BODY = 64 * 1024 * 1024
NOT_RECORDED = 501
"""The status of what isn't recorded: no client repeats a request for it."""

_SECONDS = 300.0
_PORTS = {"http": 80, "https": 443}
_WITH_BODY = ("POST", "PUT", "PATCH")
# They describe one connection, and are written again for the next.
_OF_CONNECTION = frozenset({
    "connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate",
    "te", "trailer", "transfer-encoding", "upgrade", "content-length", "accept-encoding", "expect",
})  # fmt: skip

_logger = logging.getLogger("traffic")


class World(Protocol):
    """Answers the requests of functions."""

    is_open: bool
    """Whether it can be reached by other protocols than HTTP, too."""

    def answer(self, sent: Sent) -> Answer:
        """Answer a request.

        Raises:
            Unanswered: there's no answer.
        """
        ...


class RecordedWorld:
    """The world, with a record of what is asked of it.

    Args:
        recording: where it is kept.
        roots: the PEM file of the roots that the world's servers are verified with.
        proxies: the user's own, as `urllib.request.getproxies_environment` has them.
    """

    is_open = True

    def __init__(self, recording: Recording, roots: Path, proxies: Mapping[str, str]) -> None:
        self._recording = recording
        self._context = ssl.create_default_context(cafile=str(roots))
        self._proxies = proxies

    def answer(self, sent: Sent) -> Answer:
        """Ask the world, and keep what it answers."""
        began, started = datetime.now(timezone.utc), time.monotonic()
        try:
            answer = self._fetch(sent)
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            where = urlsplit(sent.url).netloc
            raise Unanswered(
                f"{where} can't be reached: {error or type(error).__name__}"
            ) from error
        self._recording.add(sent, answer, began, (time.monotonic() - started) * 1000)
        return answer

    def _fetch(self, sent: Sent) -> Answer:
        parts = urlsplit(sent.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        far = connect_outside(host, port, self._proxies)
        try:
            far.settimeout(_SECONDS)
            if parts.scheme == "https":
                far = self._context.wrap_socket(far, server_hostname=host)
            connection = HTTPConnection(host, port)
            connection.sock = far
            _send(connection, sent, parts.path or "/", parts.query)
            with closing(connection.getresponse()) as response:
                return _read(response)
        finally:
            far.close()


def _send(connection: HTTPConnection, sent: Sent, path: str, query: str) -> None:
    target = f"{path}?{query}" if query else path
    connection.putrequest(sent.method, target, skip_host=True, skip_accept_encoding=True)
    has_encodings = False
    for name, value in sent.headers:
        has_encodings |= name.lower() == "accept-encoding"
        if name.lower() not in _OF_CONNECTION:
            connection.putheader(name, value.encode("utf-8", "surrogateescape"))
    # Only what can be read here, where credentials are looked for in it.
    connection.putheader("Accept-Encoding", "gzip, deflate" if has_encodings else "identity")
    connection.putheader("Connection", "close")
    if sent.body or sent.method in _WITH_BODY:
        connection.putheader("Content-Length", str(len(sent.body)))
    connection.endheaders(sent.body or None)


def _read(response: HTTPResponse) -> Answer:
    body = response.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise ValueError(f"its answer has more than {LARGEST_BODY} bytes")
    dropped = {*_OF_CONNECTION, "content-encoding"}
    if body:
        body = _decoded(body, response.headers.get("Content-Encoding", "identity").lower())
    else:
        dropped.remove("content-length")  # of what HEAD doesn't bring
    headers = tuple(
        (name, value.encode("latin-1").decode("utf-8", "surrogateescape"))  # http.client has bytes
        for name, value in response.headers.items()
        if name.lower() not in dropped
    )
    return Answer(response.status, response.reason, headers, body)


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ValueError(f"its answer is encoded as {encoding}, which it wasn't asked for")
    try:
        return zlib.decompress(body, wbits=zlib.MAX_WBITS | 32)  # gzip or zlib
    except zlib.error:
        return zlib.decompress(body, wbits=-zlib.MAX_WBITS)  # deflate as some servers mean it


class ReplayedWorld:
    """A recording of the world. Safe between threads.

    The same request gets the answers that it got, one after the other, and the last one from then
    on.

    Args:
        file: the recording.
        redactor: hides credentials in what is told of a request.
        note: is told, in a line, of each request that isn't in the recording, and of answers with
            credentials that the service repeats; see `settings.leave_note`.

    Raises:
        NoArchive: the file isn't a recording.
    """

    is_open = False

    def __init__(self, file: Path, redactor: Redactor, note: Callable[[str, str], None]) -> None:
        self._file = file
        self._redactor = redactor
        self._note = note
        found = read_exchanges(file.read_bytes())
        self._exchanges = [(Shape.of(sent), answer) for sent, answer in found]
        self._used: set[int] = set()
        self._lock = threading.Lock()

    def restart(self) -> None:
        """Answer as at the beginning."""
        with self._lock:
            self._used.clear()

    def answer(self, sent: Sent) -> Answer:
        """Answer from the recording, or with what differs from it."""
        shown = self._redactor.sent(sent)
        asked = Shape.of(shown)
        found = [n for n, (shape, _answer) in enumerate(self._exchanges) if shape.admits(asked)]
        if not found:
            return self._unknown(shown, asked)
        with self._lock:
            number = next((n for n in found if n not in self._used), found[-1])
            self._used.add(number)
        answer = self._exchanges[number][1]
        if repeats_credential(answer):
            self._note(REPEATED, repeated(shown))
        return answer

    def _unknown(self, sent: Sent, asked: Shape) -> Answer:
        lines = [
            f"{sent.method} {sent.url} is not in the recording {self._file}",
            *self._why(asked),
        ]
        for line in lines:
            _logger.warning("%s", line)
        self._note(UNRECORDED, "; ".join(lines))
        headers: Headers = (("Content-Type", "text/plain; charset=utf-8"),)
        body = "".join(f"appflow-local: {line}\n" for line in lines)
        return Answer(NOT_RECORDED, "Not Recorded", headers, body.encode())

    def _why(self, asked: Shape) -> list[str]:
        shapes = [shape for shape, _answer in self._exchanges]
        hosts = sorted({shape.host for shape in shapes})
        if asked.host not in hosts:
            known = ", ".join(hosts[:5]) or "no host at all"
            return [f"it has requests to {known}: is it the recording of another connector?"]
        best = nearest([shape for shape in shapes if shape.host == asked.host], asked)
        query = "&".join("=".join(pair) for pair in best.query)
        near = f"{best.method} {best.host}{best.path}{'?' if query else ''}{query}"
        return [f"the nearest recorded request is {near}", *best.differences(asked)]
