"""Requests for AWS's own hosts reach the cloud, by the proxy that functions in Java get."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPSConnection

import pytest

from appflow_local import aws_hosts
from appflow_local.aws_hosts import AwsHosts, certified_hosts, is_aws_host
from harness.cloud.local_cloud import Cloud

HEALTH = "/_ministack/health"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("secretsmanager.us-east-1.amazonaws.com", True),
        ("S3.AMAZONAWS.COM", True),
        ("lake.s3.eu-west-1.amazonaws.com", True),
        ("sts.cn-north-1.amazonaws.com.cn", True),
        ("amazonaws.com.example.com", False),
        ("example-amazonaws.com", False),
        ("amazonaws.com", False),
        ("localhost", False),
    ],
)
def test_aws_hosts_are_known_by_their_names(host: str, known: bool) -> None:
    assert is_aws_host(host) is known


def test_the_certificate_names_services_of_every_region() -> None:
    names = certified_hosts()
    for region in ("us-east-1", "eu-central-1", "ap-southeast-2"):
        assert f"*.{region}.amazonaws.com" in names
        assert f"*.s3.{region}.amazonaws.com" in names
    assert "*.cn-north-1.amazonaws.com.cn" in names


@contextmanager
def tunnel(port: int, host: str, at: int = 443) -> Iterator[tuple[socket.socket, bytes]]:
    with closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.sendall(f"CONNECT {host}:{at} HTTP/1.1\r\nHost: {host}:{at}\r\n\r\n".encode())
        yield connection, connection.recv(4096).split(b"\r\n")[0]


@contextmanager
def listening() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server


def test_requests_for_other_hosts_go_where_they_want(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    port = AwsHosts(1).port()
    with listening() as server, tunnel(port, "127.0.0.1", server.getsockname()[1]) as (near, said):
        assert said == b"HTTP/1.1 200 Connection established"
        far, _ = server.accept()
        with closing(far):
            near.sendall(b"asked")
            assert far.recv(5) == b"asked"
            far.sendall(b"answered")
            assert near.recv(8) == b"answered"


def test_requests_for_other_hosts_go_by_the_users_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy:
        where = f"http://me:p%40ss@127.0.0.1:{proxy.getsockname()[1]}"
        monkeypatch.setenv("https_proxy", where)
        monkeypatch.setenv("no_proxy", "")
        port = AwsHosts(1).port()
        with closing(socket.create_connection(("127.0.0.1", port))) as near:
            near.sendall(b"CONNECT shop.example.com:443 HTTP/1.1\r\n\r\n")
            far, _ = proxy.accept()
            with closing(far):
                head = far.recv(4096)
                assert head.startswith(b"CONNECT shop.example.com:443 HTTP/1.1\r\n")
                assert b"\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n" in head
                far.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                assert near.recv(4096).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("host", "status"), [("s3.amazonaws.com", b"502"), ("none.invalid", b"502")]
)
def test_what_cannot_be_reached_is_refused(
    host: str, status: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    with listening() as closed:
        free = closed.getsockname()[1]
    with tunnel(AwsHosts(free).port(), host) as (_, said):
        assert said.split()[1] == status


def test_only_tunnels_are_opened() -> None:
    with closing(socket.create_connection(("127.0.0.1", AwsHosts(1).port()))) as connection:
        connection.sendall(b"GET http://s3.amazonaws.com/ HTTP/1.1\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 405 ")


def test_another_users_connection_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_hosts, "lists_owners", lambda: True)
    monkeypatch.setattr(aws_hosts, "is_owner_admitted", lambda *_ends: False)
    with tunnel(AwsHosts(1).port(), "s3.amazonaws.com") as (_, said):
        assert said.startswith(b"HTTP/1.1 403 ")


def test_the_cloud_is_no_aws_host_for_those_who_come_straight(own_cloud: Cloud) -> None:
    bundle = own_cloud.home / str(own_cloud.port) / "ca-bundle.pem"
    context = ssl.create_default_context(cafile=str(bundle))
    with closing(HTTPSConnection("localhost", own_cloud.port, context=context)) as connection:
        host = "secretsmanager.us-east-1.amazonaws.com"
        connection.request("GET", HEALTH, headers={"Host": host})
        assert connection.getresponse().status == 403
