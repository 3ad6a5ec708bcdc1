"""The page on the protocol: its requests are those of today, and its connectors keep the rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from appflow_local.check.cloud_bench import CloudBench
from appflow_local.check.run import make_checks
from appflow_local.check.subject import Plan
from appflow_local.driving.bundle import bundle
from appflow_local.driving.credentials_file import GivenCredentials
from harness.cloud.java_code import compiled, skip_without_jdk
from harness.model.protocol_journey import FOLDER, shown

API_KEY = GivenCredentials("apiKey", {"apiKey": "open-sesame"})


def test_the_requests_and_answers_are_those_of_the_connector_that_it_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert kept == shown(), "run `make golden`"


def checked(
    cloud_bench: CloudBench,
    target: Path,
    credentials: GivenCredentials,
    *,
    handler: str | None = None,
    runtime: str | None = None,
    write: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> dict[str, list[str]]:
    """Check a connector, as the command does; return the IDs of its checks by their status."""
    connector = cloud_bench.deploy(bundle(target, handler, runtime))
    plan = Plan(write_entity=write, settings=settings or {})
    found: dict[str, list[str]] = {}
    for each in make_checks(cloud_bench, connector, plan, credentials)[1]:
        found.setdefault(each.status, []).append(each.check.id)
    return found


def alone(folder: Path, name: str) -> Path:
    target = folder / "connector"
    target.mkdir()
    (target / name).write_bytes((FOLDER / name).read_bytes())
    return target


@pytest.mark.slow
def test_the_connector_in_python_keeps_every_rule(cloud_bench: CloudBench, tmp_path: Path) -> None:
    settings = {"baseUrl": "https://shop.example.com"}
    target = alone(tmp_path, "shop.py")
    found = checked(cloud_bench, target, API_KEY, write="orders", settings=settings)
    assert not found.keys() & {"failed", "warned"}


@pytest.mark.slow
def test_the_connector_in_javascript_keeps_every_rule(
    cloud_bench: CloudBench, tmp_path: Path
) -> None:
    found = checked(cloud_bench, alone(tmp_path, "shop.mjs"), API_KEY, handler="shop.handler")
    assert "failed" not in found
    assert found["warned"] == ["retrieve.answered"]


@pytest.mark.slow
def test_the_connector_in_java_lacks_what_the_page_says(
    cloud_bench: CloudBench, tmp_path: Path
) -> None:
    skip_without_jdk()
    source = (FOLDER / "Shop.java").read_text(encoding="utf-8")
    classes = compiled(tmp_path, {"Shop.java": source})
    basic = GivenCredentials("basic", {"username": "anyone", "password": "anything"})
    found = checked(cloud_bench, classes, basic, handler="Shop::handleRequest", runtime="java17")
    assert found["failed"] == ["credentials.wrong-refused"]
