"""The page's port: who reaches it, and how its address is told."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from appflow_local.page_port import PagePort
from harness.cloud.local_cloud import Cloud, command, running_cloud
from harness.cloud.shared_cloud import Shared
from tests.local_cloud.test_other_users import AS_ROOT, NOBODY, ask

ASK = """
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
connection.request("GET", sys.argv[2])
answer = connection.getresponse()
print(answer.status, answer.read().decode())
"""


@pytest.fixture(scope="module")
def url(own_cloud: Cloud) -> str:
    """The address that the command prints."""
    done = own_cloud.run(["appflow-local", "page"])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def status(url: str, **headers: str) -> int:
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)) as connection:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", f"{parts.path}?{parts.query}", headers=given)
        return connection.getresponse().status


def test_the_command_prints_where_the_page_is(own_cloud: Cloud, url: str) -> None:
    parts = urlsplit(url)
    assert (parts.scheme, parts.hostname) == ("http", "localhost")
    assert parts.port != own_cloud.port
    assert status(url, Host=parts.netloc) == 303
    assert status(url.replace("token=", "token=x"), Host=parts.netloc) == 403
    assert status(f"http://{parts.netloc}/", Host=parts.netloc) == 403


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Host": "localhost:PORT"}, 303),
        ({"Host": "127.0.0.1:PORT", "Sec_Fetch_Site": "none"}, 303),
        ({"Host": "localhost:PORT", "Origin": "http://localhost:PORT"}, 303),
        ({"Host": "localhost:PORT", "Origin": "https://localhost:PORT"}, 403),
        ({"Host": "localhost:PORT", "Origin": "http://localhost:1"}, 403),
        ({"Host": "localhost:PORT", "Origin": "null"}, 403),
        ({"Host": "localhost:PORT", "Sec_Fetch_Site": "same-site"}, 403),
        ({"Host": "localhost:PORT", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Host": "rebound.example.com:PORT"}, 403),
        ({"Host": "localhost:1"}, 403),
    ],
    ids=str,
)
def test_even_with_the_token_only_requests_of_this_origin_are_answered(
    url: str, headers: dict[str, str], expected: int
) -> None:
    port = str(urlsplit(url).port)
    assert status(url, **{k: v.replace("PORT", port) for k, v in headers.items()}) == expected


@AS_ROOT
def test_another_user_is_refused_even_with_the_token(shared: Shared) -> None:
    url = urlsplit((shared.home / str(shared.cloud.port) / "page").read_text())
    path = f"{url.path}?{url.query}"
    elsewhere = Shared.__new__(Shared)
    elsewhere.cloud = Cloud(url.port or 0, shared.home)
    answer = ask(elsewhere, NOBODY, ASK, path)
    assert answer.startswith("403 ")
    assert "another user" in answer


def test_the_address_is_the_owners_secret(shared: Shared) -> None:
    file = shared.home / str(shared.cloud.port) / "page"
    assert file.stat().st_mode & 0o077 == 0


def test_the_command_finds_the_only_cloud_and_else_says_which_there_are(
    own_cloud: Cloud, tmp_path: Path
) -> None:
    def asked(*arguments: str, home: Path = own_cloud.home) -> tuple[int, str]:
        done = subprocess.run(
            [command("appflow-local"), *arguments],
            env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    none = "no local cloud is running on port 4566: start one with `appflow-local up"
    code, told = asked("page", home=tmp_path)
    assert code == 1
    assert none in told
    address = (own_cloud.home / str(own_cloud.port) / "page").read_text()
    assert asked("page") == (0, f"{address}\n")
    code, told = asked("reset")  # not in a cloud that wasn't named
    assert code == 1
    assert f"one is on port {own_cloud.port}: name it with --port {own_cloud.port}" in told
    with running_cloud(own_cloud.home) as second:
        code, told = asked("page")
        ports = sorted([own_cloud.port, second.port])
        assert code == 1
        assert f"one is on port {ports[0]} and on {ports[1]}: name it with" in told


def test_nobody_else_can_listen_on_the_port_that_browsers_try_first() -> None:
    with closing(PagePort()) as port, closing(socket.socket(socket.AF_INET6)) as other:
        with pytest.raises(OSError) as refused:  # noqa: PT011 - whatever the system calls it
            other.bind(("::1", port.port))
        assert refused.value.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL)  # or no IPv6


def test_exec_tells_where_to_look_apart_from_what_the_command_prints(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("told")
    done = Cloud(0, home).run(["sh", "-c", "appflow-local page"])
    assert done.returncode == 0, done.stderr
    assert f"look at it in a browser: {done.stdout.strip()}\n" in done.stderr
    assert list(home.iterdir()) == []
