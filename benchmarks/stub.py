"""What a measured handler talks to: AppFlow's registration API and the ResponseURL's endpoint.

Both over TLS on the loopback, as on AWS, and with as many certificates to trust as on AWS: reading
them twice is a fifth of a cold start. AppFlow is the local cloud's model of it. Lambda's Invoke,
which the provider framework calls, is answered at once with what its user's handler returns.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import botocore
import trustme

from appflow_local.appflow.protocol.wire import answer
from appflow_local.appflow.service import AppFlow, Request, Response
from harness.model.appflow import ACCOUNT, CALLER, CONNECTOR_ARN, REGION, Cloud
from harness.provider.endpoint import ResponseEndpoint, response_endpoint

_LAMBDA: Final = "/2015-03-31/functions/"
_RETURNED: Final = {"PhysicalResourceId": "Orders", "Data": {"ConnectorArn": CONNECTOR_ARN}}


@dataclass
class Surroundings:
    """The two endpoints, and the environment variables that lead a handler to them.

    `calls` names the paths of AppFlow's API that were asked for, in their order.
    """

    answers: ResponseEndpoint
    variables: dict[str, str]
    appflow: AppFlow = field(default_factory=lambda: Cloud().appflow)
    calls: list[str] = field(default_factory=list)

    def reset(self) -> None:
        """Start with an AppFlow in which nothing is registered."""
        self.appflow = Cloud().appflow
        self.calls.clear()
        self.answers.reset()


@contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """Run both endpoints on free ports; `folder` receives the certificates to trust."""
    authority = trustme.CA()
    trusted, own = folder / "trusted.pem", folder / "own.pem"
    with response_endpoint(folder) as answers:
        public = Path(botocore.__file__).with_name("cacert.pem").read_bytes()
        own.write_bytes(authority.cert_pem.bytes() + answers.ca_file.read_bytes())
        trusted.write_bytes(public + own.read_bytes())
        here = Surroundings(answers, _variables(trusted, own))
        with _aws(authority, here) as url:
            here.variables["AWS_ENDPOINT_URL"] = url
            yield here


def _variables(trusted: Path, own: Path) -> dict[str, str]:
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "CFN_RESPONSE_HOSTS": "localhost",
        "AWS_CA_BUNDLE": str(trusted),
        "SSL_CERT_FILE": str(trusted),
        "NODE_EXTRA_CA_CERTS": str(own),  # Node.js brings the public ones along
    }


def _answered(here: Surroundings, path: str, body: bytes) -> Response:
    if path.startswith(_LAMBDA):
        return answer(_RETURNED)
    here.calls.append(path)
    return here.appflow.handle(Request("POST", path, body, {}, CALLER))


@contextmanager
def _aws(authority: trustme.CA, here: Surroundings) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else every answer waits 40 ms

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            response = _answered(here, self.path, body)
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            pass

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
