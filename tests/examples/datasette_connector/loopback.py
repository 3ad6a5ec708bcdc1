"""Servers on loopback: a real Datasette, and one whose answers a test chooses."""

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

from scripts.shop_server import SERVE

KEY = "ds-key-for-appflow-0123456789"
VISITOR_KEY = "ds-key-for-visitor-0123456789"
_METADATA = {
    "allow": {"id": ["appflow", "visitor"]},
    "databases": {
        "archive": {"allow": {"id": "appflow"}},
        "shop": {"allow_sql": {"id": "appflow"}},
    },
    "plugins": {
        "datasette-auth-tokens": {
            "tokens": [
                {"token": KEY, "actor": {"id": "appflow"}},
                {"token": VISITOR_KEY, "actor": {"id": "visitor"}},
            ]
        }
    },
}
Answer = tuple[int, dict[str, str], bytes]
Respond = Callable[[BaseHTTPRequestHandler], Answer]


@contextmanager
def http_server(respond: Respond) -> Iterator[str]:
    """Serve `respond` on loopback; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            status, headers, body = respond(self)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 http.server's names

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """Say nothing: some clients of these tests hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def datasette_server(
    folder: Path, *options: str, metadata_json: str = "", authority: trustme.CA | None = None
) -> Iterator[str]:
    """Run Datasette over the databases in `folder`, with TLS if an authority is given.

    Yields its address.
    """
    port = _free_port()
    scheme, tls, context = _tls(folder, authority)
    url = f"{scheme}://127.0.0.1:{port}"
    metadata = folder / f"metadata-{port}.json"
    metadata.write_text(metadata_json or json.dumps(_METADATA))
    databases = sorted(str(path) for path in folder.glob("*.db"))
    command = [sys.executable, "-c", SERVE, "serve", *databases, "-m", str(metadata)]
    with (folder / f"datasette-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port), *tls, *options],
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_ready(process, url, Path(log.name), context)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tls(
    folder: Path, authority: trustme.CA | None
) -> tuple[str, list[str], ssl.SSLContext | None]:
    if authority is None:
        return "http", [], None
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = folder / "server.pem", folder / "server.key"
    certificate.cert_chain_pems[0].write_to_path(str(chain))
    certificate.private_key_pem.write_to_path(str(key))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return "https", ["--ssl-certfile", str(chain), "--ssl-keyfile", str(key)], context


def _wait_until_ready(
    process: subprocess.Popen[bytes], url: str, log: Path, context: ssl.SSLContext | None
) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    request = urllib.request.Request(f"{url}/-/versions.json", headers=headers)  # noqa: S310
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(request, timeout=5, context=context).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
