"""Servers that fail while records are written: what is known to be written is said to be."""

import json
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from datasette_connector import deadline
from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.loopback import KEY, Answer, datasette_server, http_server
from tests.examples.datasette_connector.writable import METADATA, WritableServer, make_stock

RECORDS = [{"id": number, "name": "x"} for number in range(150)]


@contextmanager
def gateway(server: str, *to_writes: Answer | None) -> Iterator[str]:
    """A gateway that answers the writing requests itself in turn, where it isn't given None."""
    answers = list(to_writes)

    def respond(request: BaseHTTPRequestHandler) -> Answer:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        own = answers.pop(0) if request.command == "POST" and answers else None
        return own or _forwarded(server, request, body)

    with http_server(respond) as url:
        yield url


def _forwarded(server: str, request: BaseHTTPRequestHandler, body: bytes) -> Answer:
    headers = {name: request.headers.get(name, "") for name in ("Authorization", "Content-Type")}
    onward = urllib.request.Request(server + request.path, body or None, headers)  # noqa: S310 loopback
    try:
        with urllib.request.urlopen(onward) as response:  # noqa: S310 loopback
            return response.status, {}, response.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, {}, refusal.read()


def successes(answer: dict[str, Any]) -> list[bool]:
    return [result["isSuccess"] for result in answer["writeRecordResults"]]


def test_a_failure_before_anything_is_written_is_the_answer(stock: WritableServer) -> None:
    with gateway(stock.url, (503, {"Retry-After": "9"}, b"")) as url:
        answer = AppFlow(url).write("stock/items", RECORDS)
    assert error(answer)[0] == "ServiceUnavailable"
    assert answer["errorDetails"]["retryAfterSeconds"] == 9
    assert answer["writeRecordResults"] is None
    assert stock.rows("SELECT * FROM items") == []


def test_a_failure_after_something_was_written_is_partial(stock: WritableServer) -> None:
    with gateway(stock.url, None, (429, {}, b"")) as url:
        answer = AppFlow(url).write("stock/items", RECORDS)
    assert error(answer)[0] == "PartialWriteFailure"
    assert successes(answer) == [True] * 100 + [False] * 50
    assert "429" in answer["writeRecordResults"][149]["errorMessage"]
    assert stock.rows("SELECT count(*) FROM items") == [(100,)]


def test_a_busy_server_does_not_make_a_table_read_only(stock: WritableServer) -> None:
    with gateway(stock.url, (503, {}, b"")) as url:
        assert error(AppFlow(url).describe("stock/items"))[0] == "ServiceUnavailable"


def test_a_gateway_that_lost_the_answer_is_not_asked_again(stock: WritableServer) -> None:
    # It may have been written all the same; a second try could write it twice.
    with gateway(stock.url, (504, {}, b""), (500, {}, b"never sent")) as url:
        code, message = error(AppFlow(url).write("stock/log_lines", [{"line": "x"}] * 3))
    assert code == "ServerError"
    assert "504" in message
    assert stock.rows("SELECT * FROM log_lines") == []


def test_a_request_that_a_gateway_finds_too_large_is_halved(stock: WritableServer) -> None:
    with gateway(stock.url, (413, {}, b"<h1>Too large</h1>")) as url:
        assert AppFlow(url).write("stock/items", RECORDS[:3])["isSuccess"]
    assert stock.rows("SELECT count(*) FROM items") == [(3,)]


def test_records_that_the_time_does_not_suffice_for_are_refused(
    stock: WritableServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short(deadline.Deadline):
        left = 5  # calls: the table, its constraints, its keys, one request to write, no more

        def next_timeout(self) -> float:
            self.left -= 1
            if self.left <= 0:
                raise self.exceeded("The Datasette server")
            return super().next_timeout()

    monkeypatch.setattr("datasette_connector.connection.Deadline", Short)
    monkeypatch.setattr("datasette_connector.client.DatasetteClient._read", _read_whole)
    answer = AppFlow(stock.url).write("stock/items", RECORDS)
    assert successes(answer) == [True] * 100 + [False] * 50
    assert "in time" in answer["writeRecordResults"][120]["errorMessage"]


def _read_whole(_self: object, response: Any) -> bytes:  # noqa: ANN401 - http.client's
    return bytes(response.read())


def test_the_server_s_own_words_reach_the_record(tmp_path: Path) -> None:
    file = make_stock(tmp_path)
    with closing(sqlite3.connect(file)) as stock:
        stock.execute(
            "CREATE TRIGGER closed BEFORE INSERT ON items WHEN new.id > 1 "
            "BEGIN SELECT RAISE(ABORT, 'amount < 5 & id > 1'); END"
        )
        stock.commit()
    with datasette_server(tmp_path, metadata_json=json.dumps(METADATA)) as url:
        answer = AppFlow(url).write("stock/items", RECORDS[:4])
    assert successes(answer) == [True, True, False, False]
    message = answer["writeRecordResults"][2]["errorMessage"]
    assert message == "The Datasette server answered HTTP 500: amount < 5 & id > 1"


def test_an_immutable_database_is_not_writable(tmp_path: Path) -> None:
    make_stock(tmp_path)
    metadata = tmp_path / "served"
    metadata.mkdir()
    options = ("--immutable", str(tmp_path / "stock.db"))
    with datasette_server(metadata, *options, metadata_json=json.dumps(METADATA)) as url:
        appflow = AppFlow(url)
        entities = appflow.list_entities()["entities"]
        answer = appflow.write("stock/items", RECORDS[:1])
    assert not any(entity["isWritable"] for entity in entities)
    assert error(answer)[0] == "PartialWriteFailure"
    assert successes(answer) == [False]


def test_a_key_is_not_repeated_by_a_server_that_echoes_it(stock: WritableServer) -> None:
    echo: Answer = (500, {}, json.dumps({"error": f"bad key {KEY}"}).encode())
    with gateway(stock.url, echo) as url:
        answer = AppFlow(url).write("stock/items", RECORDS[:1])
    assert KEY not in json.dumps(answer)
    assert "[credentials]" in answer["writeRecordResults"][0]["errorMessage"]
