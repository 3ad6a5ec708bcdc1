"""A recording is a whole archive at any time, and loses no older one."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from appflow_local.traffic import har
from appflow_local.traffic.exchange import Answer, Sent
from appflow_local.traffic.recording import Recording
from appflow_local.traffic.redaction import Redactor
from appflow_local.traffic.settings import Traffic, TrafficError

NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
OK = Answer(200, "OK", (("Content-Type", "text/plain"),), b"fine")


def get(path: str, *headers: tuple[str, str]) -> Sent:
    return Sent("GET", f"https://api.example.com{path}", headers)


def entries(file: Path) -> list[dict[str, Any]]:
    log = json.loads(file.read_text(encoding="utf-8"))["log"]
    assert log["version"] == "1.2"
    found: list[dict[str, Any]] = log["entries"]
    return found


def test_the_file_is_a_whole_archive_after_each_exchange(tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    recording = Recording(file, Redactor(tuple), "0.1", print)
    for number in range(1, 4):
        recording.add(get(f"/{number}"), OK, NOW, 1.25)
        found = entries(file)
        assert [each["request"]["url"][-2:] for each in found] == ["/1", "/2", "/3"][:number]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_an_older_recording_is_replaced_by_the_first_exchange_only(tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    file.write_text("the older one")
    recording = Recording(file, Redactor(tuple), "0.1", print)
    assert file.read_text() == "the older one"
    recording.add(get("/new"), OK, NOW, 1)
    assert len(entries(file)) == 1


def test_what_is_learned_later_is_taken_out_of_what_was_written_before(tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    recording = Recording(file, Redactor(tuple), "0.1", print)
    ticket = Answer(200, "OK", (), b'{"ticket": "t1cket-77", "headers": 1}')
    recording.add(get("/login"), ticket, NOW, 2.5)
    assert "t1cket-77" in file.read_text()
    recording.add(get("/orders", ("Authorization", "Bearer t1cket-77")), OK, NOW, 1)
    assert "t1cket-77" not in file.read_text()
    first, second = entries(file)
    assert first["response"]["content"]["text"] == '{"ticket": "(hidden)", "headers": 1}'
    assert (first["time"], first["startedDateTime"]) == (
        2.5,
        NOW.isoformat(timespec="milliseconds"),
    )
    assert second["request"]["headers"] == [{"name": "Authorization", "value": "Bearer (hidden)"}]


def test_a_secret_that_is_called_as_a_member_leaves_the_archive_whole(tmp_path: Path) -> None:
    file = tmp_path / "recording.har"
    recording = Recording(file, Redactor(lambda: ("request", "entries")), "0.1", print)
    recording.add(get("/a"), OK, NOW, 1)
    recording.add(get("/b", ("Authorization", "Bearer response")), OK, NOW, 1)
    assert len(entries(file)) == 2


@pytest.mark.parametrize("body", [b"", "ä ☃".encode(), b"\xff\xfe\x00", b'{"a": 1}'])
def test_an_exchange_is_read_as_it_was_written(body: bytes) -> None:
    sent = Sent("POST", "https://api.example.com/a?b=1&b=2", (("Accept", "*/*"),), body)
    answer = Answer(418, "Tea", (("Set-Cookie", "a"), ("Set-Cookie", "b")), body)
    entry = json.loads(json.dumps(har.entry(sent, answer, NOW, 3)))
    assert har.exchange(entry) == (sent, answer)
    assert entry["request"]["queryString"] == [{"name": "b", "value": "1"},
                                               {"name": "b", "value": "2"}]  # fmt: skip


def test_a_folder_of_something_else_is_not_recorded_in(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("1")
    with pytest.raises(TrafficError, match=r"holds something else \(orders.csv\)"):
        Traffic(tmp_path, is_replay=False).check()
    assert (tmp_path / "orders.csv").read_text() == "1"


def test_a_file_that_is_no_archive_is_neither_replaced_nor_replayed(tmp_path: Path) -> None:
    (tmp_path / "recording.har").write_text('{"log": {}}')
    for is_replay in (False, True):
        with pytest.raises(TrafficError, match="is no HTTP archive"):
            Traffic(tmp_path, is_replay=is_replay).check()


def test_a_folder_without_a_recording_is_not_replayed(tmp_path: Path) -> None:
    with pytest.raises(TrafficError, match=r"has no recording\.har: make one with --record"):
        Traffic(tmp_path / "nowhere", is_replay=True).check()
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrafficError, match="name a folder of yours"):
        Traffic(tmp_path / "file", is_replay=False).check()


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    traffic = Traffic(tmp_path / "new" / "kept", is_replay=False)
    traffic.check()
    assert stat.S_IMODE(traffic.folder.stat().st_mode) == 0o700


def test_a_credential_that_the_service_repeats_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    recording = Recording(
        tmp_path / "recording.har", Redactor(lambda: ["s3cret-key"]), "0.1",
        lambda _kind, line: told.append(line),
    )  # fmt: skip
    recording.add(get("/orders"), OK, NOW, 1)
    recording.add(get("/echo"), Answer(200, "OK", (), b'{"name": "s3cret-key"}'), NOW, 1)
    (line,) = told
    assert line.startswith("GET https://api.example.com/echo: the answer repeats a credential")
