"""What ended clouds leave does not pile up."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from appflow_local.cloud_folders import MOST_KEPT, mark_as_picked, ports_with_clouds
from appflow_local.state import HOME_VARIABLE, StateFolder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def ended(port: int, minutes_ago: int) -> StateFolder:
    """Return the folder of a cloud on a picked port that has ended, with its log."""
    folder = StateFolder.of_port(port)
    folder.path.mkdir()
    folder.log.write_text("its log")
    mark_as_picked(folder)
    began = folder.path.stat().st_mtime - 60 * minutes_ago
    os.utime(folder.path / "picked-port", (began, began))
    return folder


def free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    for each in probes:
        each.bind(("127.0.0.1", 0))
    found = [int(each.getsockname()[1]) for each in probes]
    for each in probes:
        each.close()
    return found


def test_the_newest_logs_of_picked_ports_are_kept(home: Path) -> None:
    ports = free_ports(MOST_KEPT + 3)
    for ago, port in enumerate(ports[:-1]):
        ended(port, minutes_ago=ago + 1)
    (home / "4566").mkdir()  # a port that was chosen: its user comes back to it
    new = StateFolder.of_port(ports[-1])
    new.path.mkdir()
    mark_as_picked(new)
    kept = {ports[-1], *ports[:MOST_KEPT]}
    assert set(ports_with_clouds()) == {4566, *kept}


def test_a_port_that_somebody_holds_is_left_alone(home: Path) -> None:
    ports = free_ports(MOST_KEPT + 2)
    with socket.socket() as starting:
        starting.bind(("127.0.0.1", ports[-2]))
        starting.listen()
        for ago, port in enumerate(ports[:-1]):
            ended(port, minutes_ago=ago + 1)
        mark_as_picked(ended(ports[-1], minutes_ago=0))
    assert (home / str(ports[-2])).exists()
