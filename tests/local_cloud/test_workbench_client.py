"""The client of the workbench outlives connections that the server has closed."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from appflow_local.workbench_client import WorkbenchClient

BODY = json.dumps([]).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


@pytest.fixture(params=["politely", "at once"])
def closing_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A server that closes each connection after an answer, without having told so before."""
    authority = trustme.CA()
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            while True:
                try:
                    opened = context.wrap_socket(listening.accept()[0], server_side=True)
                except OSError:
                    return
                asked = b""
                while not asked.endswith(b"null"):  # the request's body; what is unread resets
                    asked += opened.recv(65536)
                opened.sendall(ANSWER)
                if request.param == "politely":
                    opened.setblocking(False)  # says so, and doesn't wait for the same
                    with suppress(ssl.SSLError):  # nothing came yet, or the next request has
                        opened.unwrap()
                opened.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        state = SimpleNamespace(authority=bundle, token="t")
        yield SimpleNamespace(port=listening.getsockname()[1], state=state)
        # A thread that waits in `accept` may go on with the next socket that gets the same number.
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(
    closing_server: Any,  # noqa: ANN401 - as far as a client uses a cloud
) -> None:
    client = WorkbenchClient(closing_server)
    assert [client.calls() for _ in range(3)] == [[], [], []]
    assert client._open is not None
    client._open.close()
