"""What `appflow-local` says when it can't is what the page of troubleshooting says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from harness.cloud.local_cloud import Cloud, command
from tests.troubleshooting.page import has, messages, stale, way_to

SECTION = "Local cloud"


def said(home: Path, *arguments: str) -> str:
    """Run `appflow-local`, which must fail; return all that it prints."""
    done = subprocess.run(
        [command("appflow-local"), *arguments],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0, done.stdout
    return done.stdout + done.stderr


def beside_a_running_one(cloud: Cloud, home: Path) -> str:
    saved = str(home / "saved")
    return said(cloud.home, "exec", "--port", str(cloud.port), "--state", saved, "--", "true")


def not_emulated(cloud: Cloud, _home: Path) -> str:
    with pytest.raises(ClientError) as caught:
        cloud.client("appflow").describe_connector(connectorType="Salesforce")
    return str(caught.value)


WAYS: dict[str, Callable[[Cloud, Path], str]] = {
    "no local cloud is running": lambda _, home: said(home, "status"),
    "leave out --state": beside_a_running_one,
    "check the command": lambda _, home: said(home, "exec", "--port", "0", "--", "no-such-command"),
    "a limit of the local emulator": not_emulated,
}


@pytest.mark.parametrize("message", messages(SECTION))
def test_the_command_says_what_the_page_says(cloud: Cloud, tmp_path: Path, message: str) -> None:
    text = way_to(message, WAYS)(cloud, tmp_path)
    assert has(text, message), f"it says: {text}"


def test_every_way_leads_to_a_message() -> None:
    assert stale(WAYS, SECTION) == []
