"""The world beyond the cloud, on loopback: a service over HTTPS and HTTP, and what calls it."""

from __future__ import annotations

import gzip
import json
import shutil
import ssl
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

from harness.cloud.cloud_functions import create_function, package
from harness.cloud.local_cloud import Cloud

KEY = "k3y/of the+world"
TOKEN = "tok-0123456789"
COOKIE = "c00kie-jar-42"
CLIENTS = ("requests", "httpx", "urllib3", "http.client", "urllib")
_PACKAGES = ("requests", "urllib3", "certifi", "idna", "charset_normalizer", "httpx", "httpcore",
             "h11", "anyio", "typing_extensions.py")  # fmt: skip


@dataclass
class World:
    """A service: its places, and what it was asked."""

    authority: Path
    secure: str = ""
    plain: str = ""
    asked: list[str] = field(default_factory=list)


class _Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.world.asked.append(f"{self.command} {self.path}")
        status, said = 200, self._said(body)
        if self.path.startswith("/nothing"):
            status, said = 204, b""
        is_zipped = "gzip" in self.headers.get("Accept-Encoding", "")
        self.send_response(status)
        self.send_header("Set-Cookie", f"session={COOKIE}; Path=/")
        self.send_header("Content-Type", "application/json")
        if is_zipped:
            said = gzip.compress(said)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def _said(self, body: bytes) -> bytes:
        if self.path == "/token":
            grant = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
            return json.dumps(grant).encode()
        told = {
            "path": self.path.replace("%", "~"),
            "body": body.decode(),
            "count": len(self.world.asked),
            "echo": self.headers.get("X-Api-Key", ""),
        }
        return json.dumps(told).encode()

    do_GET = do_POST = do_PUT = do_HEAD = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[World]:
    """Serve the world; its authority is in the file that functions of no other world trust."""
    authority = trustme.CA()
    world = World(folder / "world-ca.pem")
    world.authority.write_bytes(authority.cert_pem.bytes())
    handler = type("Handler", (_Service,), {"world": world})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    servers[0].socket = context.wrap_socket(servers[0].socket, server_side=True)
    world.secure = f"https://localhost:{servers[0].server_port}"
    world.plain = f"http://127.0.0.1:{servers[1].server_port}"
    threads = [threading.Thread(target=each.serve_forever, args=(0.05,)) for each in servers]
    for each in threads:
        each.start()
    try:
        yield world
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


PYTHON = """
import asyncio, http.client, json, urllib.request
from urllib.parse import urlsplit
import boto3

S3 = boto3.client("s3")  # once: to make one takes longer than all else

def ask(client, method, url, headers, body):
    data = body.encode() if body else None
    if client == "requests":
        import requests
        answer = requests.request(method, url, headers=headers, data=data, timeout=20)
        return answer.status_code, answer.text
    if client == "httpx":
        import httpx
        answer = httpx.request(method, url, headers=headers, content=data, timeout=20)
        return answer.status_code, answer.text
    if client == "urllib3":
        import urllib3
        answer = urllib3.PoolManager().request(method, url, headers=headers, body=data)
        return answer.status, answer.data.decode()
    if client == "http.client":
        parts = urlsplit(url)
        kinds = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
        kind = kinds[parts.scheme]
        connection = kind(parts.hostname, parts.port, timeout=20)
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""),
                           body=data, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()

def handler(event, context):
    assert S3.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    try:
        return ask(event["client"], event.get("method", "GET"), event["url"],
                   event.get("headers", {}), event.get("body"))
    except Exception as error:
        return 0, type(error).__name__ + ": " + str(error)
"""


def python_package(folder: Path) -> bytes:
    """Return the package of a function that asks with one of `CLIENTS`."""
    code = folder / "code"
    code.mkdir()
    (code / "index.py").write_text(PYTHON)
    for name in _PACKAGES:
        source = Path(sysconfig.get_paths()["purelib"], name)
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, code / name)
    return Path(shutil.make_archive(str(folder / "code"), "zip", code)).read_bytes()


NODE = """
import https from "node:https";
const get = (url) => new Promise((done, fail) => https.get(url, (answer) => {
  let text = "";
  answer.on("data", (piece) => text += piece).on("end", () => done([answer.statusCode, text]));
}).on("error", fail));
export const handler = async ({ client, url, method, headers, body }) => {
  if (client === "https") return get(url);
  const answer = await fetch(url, { method, headers, body });
  return [answer.status, await answer.text()];
};
"""
JAVA = """
import java.net.URI;
import java.net.http.*;
import java.util.*;
public class Client {
  public List<Object> handle(Map<String, Object> event) throws Exception {
    var request = HttpRequest.newBuilder(URI.create((String) event.get("url"))).build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return List.of(answer.statusCode(), answer.body());
  }
}
"""


def create_clients(cloud: Cloud, python: bytes, java: bytes | None) -> None:
    """Create functions that ask with clients of each language."""
    buckets = {"Action": "s3:ListAllMyBuckets", "Resource": "*"}
    create_function(cloud, "python", python, [buckets])
    create_function(cloud, "node", package({"index.mjs": NODE}), runtime="nodejs24.x")
    proxies = {"HTTPS_PROXY": "http://proxy.example.com:3128", "no_proxy": "*"}
    own = {"Variables": {**proxies, "SSL_CERT_FILE": "/var/task/none.pem"}}
    node = package({"index.mjs": NODE})
    create_function(cloud, "own-proxy", node, runtime="nodejs24.x", Environment=own)
    if java is not None:
        create_function(cloud, "java", java, runtime="java17", handler="Client::handle")
