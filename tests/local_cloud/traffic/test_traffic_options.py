"""`--record` and `--replay` of `up` and `exec`, given wrongly."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from harness.cloud.local_cloud import Cloud, command


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command("appflow-local"), *map(str, arguments)],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("start", [["up"], ["exec"]])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--record", "a", "--replay", "b"], "--record and --replay exclude each other"),
        (["--replay", "nowhere"], "has no recording.har: make one with --record"),
        (["--replay", "broken"], "recording.har is no HTTP archive (HAR 1.2): JSONDecodeError"),
        (
            ["--replay", "entries"],
            "recording.har is no HTTP archive (HAR 1.2): KeyError: 'response'",
        ),
        (["--record", "entries"], "Record it again in an empty folder"),
        (["--record", "full"], "holds something else (orders.csv): name an empty folder"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_line(
    tmp_path: Path, start: list[str], options: list[str], said: str
) -> None:
    har = "recording.har"
    for name, file, text in (
        ("broken", har, "{"),
        ("entries", har, '{"log": {"entries": [{}]}}'),
        ("full", "orders.csv", "1"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    given = [each if each.startswith("--") else str(tmp_path / each) for each in options]
    done = run(tmp_path / "home", *start, "--port", "0", *given, *(["true"] * (start == ["exec"])))
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert not (tmp_path / "home").exists() or not list((tmp_path / "home").glob("*/server.log"))


@pytest.mark.parametrize("option", ["--record", "--replay"])
def test_a_running_cloud_is_not_recorded_by_exec(
    own_cloud: Cloud, tmp_path: Path, option: str
) -> None:
    port = str(own_cloud.port)
    done = run(own_cloud.home, "exec", "--port", port, option, tmp_path / "kept", "--", "true")
    assert done.returncode == 1
    assert f"port {port} is already running: leave out --state" in done.stderr
    assert not (tmp_path / "kept").exists()
