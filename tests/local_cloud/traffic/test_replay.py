"""A replay finds the recorded request, or tells what differs from the nearest."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from appflow_local.traffic import har
from appflow_local.traffic.exchange import Answer, Sent
from appflow_local.traffic.har import NoArchive
from appflow_local.traffic.redaction import Redactor
from appflow_local.traffic.worlds import NOT_RECORDED, ReplayedWorld

NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
URL = "https://api.example.com/orders"


def replayed(file: Path, *exchanges: tuple[Sent, bytes]) -> tuple[ReplayedWorld, list[str]]:
    told: list[str] = []
    entries = [har.entry(sent, Answer(200, "OK", (), body), NOW, 1) for sent, body in exchanges]
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return ReplayedWorld(file, Redactor(tuple), lambda _kind, line: told.append(line)), told


def post(body: str, headers: tuple[tuple[str, str], ...] = JSON, url: str = URL) -> Sent:
    return Sent("POST", url, headers, body.encode())


@pytest.mark.parametrize(
    ("recorded", "asked"),
    [
        (Sent("GET", f"{URL}?a=1&b=2", ()), Sent("GET", f"{URL}?b=2&a=1", (("X-Any", "1"),))),
        (Sent("GET", "https://API.example.com", ()), Sent("GET", "https://api.example.com/", ())),
        (post('{"a": 1, "b": [2]}'), post('{"b":[2],"a":1}')),
        (post("a=1&b=2", FORM), post("b=2&a=1", FORM)),
        (post("--x1\r\na\r\n--x1--", (("Content-Type", "multipart/form-data; boundary=x1"),)),
         post("--y2\r\na\r\n--y2--", (("Content-Type", 'multipart/form-data; boundary="y2"'),))),
        (Sent("GET", f"{URL}?key=(hidden)&a=1", ()), Sent("GET", f"{URL}?key=mine&a=1", ())),
        (post('{"password": "(hidden)", "a": 1}'), post('{"a": 1, "password": "new"}')),
        (Sent("GET", "https://api.example.com/(hidden)/x", ()),
         Sent("GET", "https://api.example.com/k3y/x", ())),
    ],
)  # fmt: skip
def test_a_request_is_known_by_what_it_asks(tmp_path: Path, recorded: Sent, asked: Sent) -> None:
    world, told = replayed(tmp_path / "recording.har", (recorded, b"yes"))
    assert world.answer(asked).body == b"yes"
    assert told == []


@pytest.mark.parametrize(
    ("recorded", "asked", "said"),
    [
        (post('{"a": 1}'), post('{"a": 2}'), 'body: asked {"a": 2}, recorded {"a": 1}'),
        (post("a"), Sent("GET", URL, JSON), "method: asked GET, recorded POST"),
        (post(""), post("a"), "body: asked a, recorded an empty one"),
        (Sent("GET", f"{URL}?a=1", ()), Sent("GET", f"{URL}?a=", ()),
         "query a: asked an empty one, recorded 1"),
        (Sent("GET", f"{URL}?a=1&a=2", ()), Sent("GET", f"{URL}?a=1", ()),
         "query a: asked 1, recorded 1 and 2"),
        (Sent("GET", URL, ()), Sent("GET", "http://api.example.com/orders", ()),
         "it has requests to https://api.example.com"),
    ],
)  # fmt: skip
def test_another_request_is_told_with_what_differs(
    tmp_path: Path, recorded: Sent, asked: Sent, said: str
) -> None:
    file = tmp_path / "recording.har"
    world, told = replayed(file, (recorded, b"yes"))
    answer = world.answer(asked)
    assert answer.status == NOT_RECORDED
    assert said in answer.body.decode()
    (line,) = told
    assert line.startswith(f"{asked.method} {asked.url} is not in the recording {file}; ")
    assert said in line


def test_the_nearest_of_many_is_the_same_path_with_another_parameter(tmp_path: Path) -> None:
    pages = [(Sent("GET", f"{URL}?page={n}&size=50", ()), b"") for n in (1, 2)]
    other = (Sent("GET", "https://api.example.com/customers?page=3&size=50", ()), b"")
    world, told = replayed(tmp_path / "recording.har", other, *pages)
    world.answer(Sent("GET", f"{URL}?page=3&size=50", ()))
    assert f"the nearest recorded request is GET {URL}?page=1&size=50" in told[0]


def test_a_secret_is_not_told(tmp_path: Path) -> None:
    world, told = replayed(tmp_path / "recording.har", (Sent("GET", URL, ()), b""))
    world.answer(Sent("GET", f"{URL}?api_key=k3y-of-mine", ()))
    assert "k3y-of-mine" not in told[0]


def test_a_credential_that_the_service_repeats_is_told_as_hidden(tmp_path: Path) -> None:
    asked = Sent("GET", URL, ())
    repeated = b'{"orders": [{"id": 1, "key": "(hidden)"}], "access_token": "(hidden)"}'
    world, told = replayed(tmp_path / "recording.har", (asked, repeated))
    assert world.answer(asked).body == repeated
    assert told == [
        f"GET {URL}: the answer repeats a credential; the recording has (hidden) there, and so "
        "have the records of a replay"
    ]


def test_a_token_where_tokens_stand_is_nothing_to_tell(tmp_path: Path) -> None:
    asked = Sent("POST", URL, ())
    world, told = replayed(tmp_path / "recording.har", (asked, b'{"access_token": "(hidden)"}'))
    world.answer(asked)
    assert told == []


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"log": {"entries": [{}]}}',
        '{"log": {"entries": [1]}}',
        '{"log": {"entries": {"a": 1}}}',
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recording.har"
    file.write_text(text)
    with pytest.raises(NoArchive):
        ReplayedWorld(file, Redactor(tuple), print)


def test_an_archive_of_a_browser_is_replayed_too(tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    request = {"method": "GET", "url": f"{URL}#top", "headers": []}
    content = {"mimeType": "text/plain", "text": "aGk=", "encoding": "base64"}
    headers = [{"name": "content-encoding", "value": "br"}]
    response = {"status": 200, "statusText": "", "headers": headers, "content": content}
    blocked = {"request": request, "response": {"status": 0}}
    entries = [blocked, {"request": request, "response": response}]
    file.write_text(json.dumps({"log": {"entries": entries}}))
    assert ReplayedWorld(file, Redactor(tuple), print).answer(Sent("GET", URL, ())).body == b"hi"
