"""The endpoint that a ResponseURL names: real HTTPS, with answers that a test can script."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

HANG = -1
"""Instead of a status: keep the connection open and do not answer."""

RESET = -2
"""Instead of a status: close the connection without an answer."""


class ResponseEndpoint:
    """Keeps what is PUT to it, and answers 200 unless told otherwise.

    `script` holds the statuses of the next answers; it is used up from the left.
    """

    def __init__(self, url: str, ca_file: Path) -> None:
        self.url = url
        self.ca_file = ca_file
        self.accepted: list[dict[str, Any]] = []
        self.attempts: list[bytes] = []
        self.content_types: list[str | None] = []
        self.script: list[int] = []

    def reset(self) -> None:
        for kept in (self.accepted, self.attempts, self.content_types, self.script):
            kept.clear()


@contextmanager
def response_endpoint(folder: Path, hang_seconds: float = 30) -> Iterator[ResponseEndpoint]:
    """Run the endpoint on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            endpoint.attempts.append(body)
            endpoint.content_types.append(self.headers["Content-Type"])
            status = endpoint.script.pop(0) if endpoint.script else 200
            if status == HANG:
                time.sleep(hang_seconds)
            if status < 0:
                self.close_connection = True
                return
            if status == 200:
                endpoint.accepted.append(json.loads(body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            pass

    authority = trustme.CA()
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    url = f"https://localhost:{server.server_port}/response?signature=SECRET-SIGNATURE"
    endpoint = ResponseEndpoint(url, ca_file)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
