"""The page on the protocol: its requests are those of today, and its connectors keep the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.java_code import compiled, skip_without_jdk
from harness.cloud.local_cloud import Cloud
from harness.model.protocol_journey import FOLDER, shown

API_KEY = {"type": "apiKey", "apiKey": "open-sesame"}


def test_the_requests_and_answers_are_those_of_the_connector_that_it_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert kept == shown(), "run `make golden`"


def checked(
    cloud: Cloud, folder: Path, target: Path, credentials: object, *options: str
) -> dict[str, list[str]]:
    """Check a connector; return the IDs of its checks by their status."""
    (folder / "credentials.json").write_text(json.dumps(credentials))
    report = folder / "report.json"
    cloud.run(
        [
            *("appflow-local", "check", str(target), "--port", str(cloud.port)),
            *("--json", str(report), "--credentials", str(folder / "credentials.json"), *options),
        ]
    )
    found: dict[str, list[str]] = {}
    content: dict[str, Any] = json.loads(report.read_text())
    for each in content["checks"]:
        found.setdefault(each["status"], []).append(each["id"])
    return found


def alone(folder: Path, name: str) -> Path:
    target = folder / "connector"
    target.mkdir()
    (target / name).write_bytes((FOLDER / name).read_bytes())
    return target


@pytest.mark.slow
def test_the_connector_in_python_keeps_every_rule(own_cloud: Cloud, tmp_path: Path) -> None:
    found = checked(
        own_cloud,
        tmp_path,
        alone(tmp_path, "shop.py"),
        API_KEY,
        *("--settings", "baseUrl=https://shop.example.com", "--write", "orders"),
    )
    assert not found.keys() & {"failed", "warned"}


@pytest.mark.slow
def test_the_connector_in_javascript_keeps_every_rule(own_cloud: Cloud, tmp_path: Path) -> None:
    handler = ("--handler", "shop.handler")
    found = checked(own_cloud, tmp_path, alone(tmp_path, "shop.mjs"), API_KEY, *handler)
    assert "failed" not in found
    assert found["warned"] == ["retrieve.answered"]


@pytest.mark.slow
def test_the_connector_in_java_lacks_what_the_page_says(own_cloud: Cloud, tmp_path: Path) -> None:
    skip_without_jdk()
    source = (FOLDER / "Shop.java").read_text(encoding="utf-8")
    classes = compiled(tmp_path, {"Shop.java": source})
    basic = {"type": "basic", "username": "anyone", "password": "anything"}
    handler = ("--handler", "Shop::handleRequest", "--runtime", "java17")
    found = checked(own_cloud, tmp_path, classes, basic, *handler)
    assert found["failed"] == ["credentials.wrong-refused"]
