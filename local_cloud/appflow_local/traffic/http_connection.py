"""The server's end of an HTTP/1.1 connection, over a socket of any kind."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import h11

from appflow_local.outside import PIECE
from appflow_local.traffic.exchange import Answer, Headers
from appflow_local.traffic.worlds import LARGEST_BODY

SECONDS = 300.0
"""How long a client may be silent between two requests."""

_WITHOUT_BODY = (204, 304)
_FRAMING = ("content-length", "transfer-encoding", "connection")


class HttpConnection:
    """The connection of one client.

    Args:
        stream: a connected socket, perhaps with TLS.
    """

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._connection = h11.Connection(h11.SERVER)
        self._method = b""
        stream.settimeout(SECONDS)

    def requests(self) -> Iterator[tuple[h11.Request, bytes]]:
        """Yield each request with its body; the one before must have been answered."""
        while True:
            request = self._next()
            if not isinstance(request, h11.Request):
                return
            self._method = request.method
            yield request, b"" if request.method == b"CONNECT" else self._body()
            if self._connection.our_state is not h11.DONE:
                return
            self._connection.start_next_cycle()

    def accept_tunnel(self) -> None:
        """Tell that the tunnel is there; what follows is no HTTP."""
        self._next()  # the end of the request
        self._send(h11.Response(status_code=200, reason=b"Connection established", headers=[]))

    def answer(self, answer: Answer) -> None:
        """Send an answer."""
        headers = [(name.encode("latin-1"), value.encode("utf-8", "surrogateescape"))
                   for name, value in _framed(answer, self._method)]  # fmt: skip
        reason = answer.reason.encode("latin-1", "replace")
        self._send(h11.Response(status_code=answer.status, reason=reason, headers=headers))
        if self._method != b"HEAD" and answer.status not in _WITHOUT_BODY:
            self._send(h11.Data(data=answer.body))
        self._send(h11.EndOfMessage())

    def _body(self) -> bytes:
        body = bytearray()
        while not isinstance(event := self._next(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise OSError("the client has gone")
            body += event.data
            if len(body) > LARGEST_BODY:
                raise OSError("the body is too long")
        return bytes(body)

    def _next(self) -> object:
        while (event := self._connection.next_event()) is h11.NEED_DATA:
            if self._connection.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._connection.receive_data(self._stream.recv(PIECE))
        return event

    def _send(self, event: h11.Event) -> None:
        data = self._connection.send(event)
        if data:
            self._stream.sendall(data)


def _framed(answer: Answer, method: bytes) -> Iterator[tuple[str, str]]:
    """Yield the headers, with the length of the body that is sent."""
    has_no_body = method == b"HEAD" or answer.status in _WITHOUT_BODY
    # A browser's archive has bodies decoded, too.
    dropped = {*_FRAMING, "content-encoding"} - ({"content-length"} if has_no_body else set())
    yield from (each for each in answer.headers if each[0].lower() not in dropped)
    if not has_no_body:
        yield "Content-Length", str(len(answer.body))


def header_texts(headers: h11.Headers) -> Headers:  # type: ignore[name-defined]
    """Return headers as texts, with their names as they were sent."""
    return tuple(
        (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
        for name, value in headers.raw_items()
    )
