"""Loops of the CDK CLI for a connector's code: which of them keep the registration true."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.cloud.local_cloud import Cloud, command

LABEL = "Watched"
PATIENCE_SECONDS = 120
APP = {"CONNECTOR_LABEL": LABEL}


@pytest.fixture(autouse=True)
def _clean(cloud: Cloud) -> Iterator[None]:
    yield
    cloud.client("cloudformation").delete_stack(StackName="Tiny")
    assert cloud.settle("Tiny") == "DELETE_COMPLETE"


def write(app: Path, version: str) -> None:
    """Give the connector's code another version."""
    source = app / "connector" / "index.py"
    before = source.read_text()
    source.write_text(before.replace(before.split('VERSION = "')[1].split('"')[0], version, 1))


def registered(cloud: Cloud) -> str | None:
    """The version that AppFlow knows."""
    return cloud.describe(LABEL)["connectorVersion"] if LABEL in cloud.labels() else None


@contextmanager
def watching(cloud: Cloud, app: Path) -> Iterator[None]:
    settings = app / "cdk.json"
    watched = {"watch": {"include": ["connector/**"]}}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | watched))
    cdk = ["cdk", "watch", "--no-hotswap", "--no-logs"]
    watch = subprocess.Popen(
        [command("appflow-local"), "exec", "--port", str(cloud.port), "--", *cdk],
        cwd=app,
        env={**cloud.own_environment, **APP},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        # The command `node` is a script of Python, which leaves Node.js behind if it ends alone.
        os.killpg(watch.pid, signal.SIGTERM)
        watch.wait()


def wait_until_registered(cloud: Cloud, version: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while registered(cloud) != version:
        assert time.monotonic() < deadline, registered(cloud)
        time.sleep(0.5)


def test_a_watch_without_hotswap_refreshes_the_registration_at_each_change(
    cloud: Cloud, tiny_app: Path
) -> None:
    with watching(cloud, tiny_app):
        wait_until_registered(cloud, "1.0")
        for version in ("1.1", "1.2"):
            write(tiny_app, version)
            wait_until_registered(cloud, version)


def test_what_a_hotswap_left_is_refreshed_by_the_next_deployment(
    cloud: Cloud, tiny_app: Path
) -> None:
    cloud.cdk("deploy", cwd=tiny_app, **APP)
    write(tiny_app, "1.1")
    cloud.cdk("deploy", "--hotswap", cwd=tiny_app, **APP)
    assert registered(cloud) == "1.0"  # the function is new, its registration is not
    cloud.cdk("deploy", cwd=tiny_app, **APP)
    assert registered(cloud) == "1.1"
