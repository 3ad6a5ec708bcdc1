"""The page on recording: its connector is read from the world once, and then without it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.cloud.local_cloud import REPOSITORY, command, free_port
from harness.cloud.running_dev import running_dev
from harness.cloud.snippet_shop import shop_server

DOCS = REPOSITORY / "docs"
SNIPPETS = DOCS / "snippets" / "replay"
PAGE = (DOCS / "how-to" / "record-and-replay.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_shows_what_is_read_without_the_server(tmp_path: Path) -> None:
    shutil.copytree(SNIPPETS / "connector", tmp_path / "connector")
    shutil.copy(DOCS / "snippets" / "check" / "credentials.json", tmp_path)
    port = free_port()
    recording = tmp_path / "recordings" / "orders" / "recording.har"
    options = [
        "--credentials",
        "credentials.json",
        "--settings",
        f"baseUrl=http://127.0.0.1:{port}",
    ]
    with (
        shop_server(port),
        running_dev(tmp_path, "connector", *options, "--record", "recordings/orders") as dev,
    ):
        recorded = dev.table()
    assert "/orders?page=3" in recording.read_text(encoding="utf-8")
    assert "open-sesame" not in recording.read_text(encoding="utf-8")

    shown = re.search(r": Successful, 5 records.*?\n(.*?)\n\n```", PAGE, re.DOTALL)
    assert shown
    lines = [each.strip() for each in shown[1].splitlines()]
    with running_dev(tmp_path, "connector", *options, "--replay", "recordings/orders") as dev:
        assert dev.table() == recorded == [lines[0], *lines[2:]]
        code = tmp_path / "connector" / "orders.py"
        code.write_text(code.read_text().replace('event.get("nextToken") or 1', "9"))
        told = dev.until("orders: Error")
        assert "/orders?page=9 is not in the recording" in told.splitlines()[0]
        assert dev.interrupt() == 130
        while (line := dev.lines.get(timeout=60)) is not None:
            told += line
    difference = PAGE.split("```console\nGET ")[1].split("```")[0].replace("8000", str(port))
    for part in difference.replace("recordings/", f"{tmp_path}/recordings/").splitlines():
        assert part in told


@pytest.mark.slow
def test_a_check_says_first_what_the_recording_lacks(tmp_path: Path) -> None:
    folder, log = tmp_path / "recording", '{"log": {"version": "1.2", "entries": []}}'
    folder.mkdir()
    (folder / "recording.har").write_text(log)
    command_line = [command("appflow-local"), "check", str(SNIPPETS / "connector")]
    command_line += ["--credentials", str(DOCS / "snippets" / "check" / "credentials.json")]
    command_line += ["--settings", "baseUrl=http://127.0.0.1:1", "--replay", str(folder)]
    done = subprocess.run(
        command_line,
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    for part in (done.stdout, done.stdout.partition("problems, once more:")[2]):
        before, found, _ = part.partition("GET http://127.0.0.1:1/orders?page=1 is not in the rec")
        assert found
        assert "FAILED" not in before
