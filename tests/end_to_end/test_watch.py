"""Loops of the CDK CLI for a connector's code: which of them keep the registration true."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cloud.local_cloud import Cloud, command
from harness.synth.synthesis import Synthesizer

TINY_APP = Path(__file__).with_name("tiny_app")
LABEL = "Watched"
PATIENCE_SECONDS = 120
APP = {"CONNECTOR_LABEL": LABEL}


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
    # Its own output: a CLI that was ended leaves the mark of a reader there.
    cdk = ["cdk", "watch", "--no-hotswap", "--no-logs", "--output", "cdk.out/watch"]
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
        # Its group: `appflow-local exec` and the CLI may be in the middle of an app.
        os.killpg(watch.pid, signal.SIGTERM)
        watch.wait()


def wait_until_registered(cloud: Cloud, version: str) -> str | None:
    """Wait for a version, but not forever; return the one that AppFlow knows."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (known := registered(cloud)) != version and time.monotonic() < deadline:
        time.sleep(0.5)
    return known


@dataclass(frozen=True)
class Watched:
    """The app that a watch has deployed, and the versions that were registered meanwhile."""

    app: Path
    versions: list[str | None]


@pytest.fixture(scope="module")
def watched(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """An app after a watch, in which its code changed twice: each deployment takes ten seconds."""
    app = Path(shutil.copytree(TINY_APP, tmp_path_factory.mktemp("watched") / "app"))
    try:
        with watching(cloud, app):
            versions = [wait_until_registered(cloud, "1.0")]
            for version in ("1.1", "1.2"):
                write(app, version)
                versions.append(wait_until_registered(cloud, version))
            assert cloud.settle("Tiny") == "UPDATE_COMPLETE"
        yield Watched(app, versions)
    finally:
        cloud.client("cloudformation").delete_stack(StackName="Tiny")
        assert cloud.settle("Tiny") == "DELETE_COMPLETE"


def test_a_watch_without_hotswap_refreshes_the_registration_at_each_change(
    watched: Watched,
) -> None:
    assert watched.versions == ["1.0", "1.1", "1.2"]


def test_what_a_hotswap_left_is_refreshed_by_the_next_deployment(
    cloud: Cloud, synthesizer: Synthesizer, watched: Watched
) -> None:
    write(watched.app, "1.3")
    synthesizer.synthesise(str(watched.app / "app.py"), watched.app / "cdk.out", APP)
    cloud.cdk("deploy", "--hotswap", "--app", "cdk.out", cwd=watched.app)
    assert registered(cloud) == "1.2"  # the function is new, its registration is not
    cloud.cdk("deploy", "--app", "cdk.out", cwd=watched.app)  # of the same code
    assert registered(cloud) == "1.3"
