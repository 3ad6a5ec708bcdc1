"""A command whose output is read by halves, as by `head -1`, ends in silence."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from appflow_local.closed_output import ENDED_BY_READER
from harness.cloud.local_cloud import Cloud, command

# A reader that has ended before the first word, and one that ends after the first line.
READERS = ["true", "head -1"]
COMMANDS = ["--help", "up --help", "env", "status", "logs", "logs --follow"]


@pytest.fixture(scope="module")
def busy(own_cloud: Cloud) -> Cloud:
    """A cloud whose log is longer than a pipe holds."""
    with (own_cloud.home / str(own_cloud.port) / "server.log").open("a") as log:
        log.write("one more line of many\n" * 10_000)
    return own_cloud


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_ends_in_silence_when_its_reader_does(
    busy: Cloud, words: str, reader: str
) -> None:
    options = [] if "help" in words else ["--port", str(busy.port)]
    done = piped(busy.home, [*words.split(), *options], reader)
    assert done.stderr == ""
    assert done.returncode in (0, ENDED_BY_READER)


def test_a_command_that_writes_to_a_reader_that_has_ended_says_so_by_its_code(busy: Cloud) -> None:
    done = piped(busy.home, ["logs", "--port", str(busy.port)], "true")
    assert done.returncode == ENDED_BY_READER


def test_a_cloud_whose_address_nobody_reads_ends_with_its_command(tmp_path: Path) -> None:
    done = piped(tmp_path, ["up", "--port", "0"], "true")
    assert (done.returncode, done.stderr) == (ENDED_BY_READER, "")
    assert list(tmp_path.iterdir()) == []


def piped(home: Path, arguments: list[str], reader: str) -> subprocess.CompletedProcess[str]:
    """Run the command with its output in a pipe; the result is the command's, not the reader's."""
    words = shlex.join([command("appflow-local"), *arguments])
    # The reader of `true` has ended by the time that the command writes.
    script = f"set -o pipefail; (sleep 0.3; exec {words}) | {reader} > /dev/null"
    return subprocess.run(
        ["/bin/bash", "-c", script],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
