"""Every shape of event that a release has ever been sent: the handler accepts it forever.

Add a file for a new shape; never change or delete one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.provider.handler import Provider

EVENTS = sorted(Path(__file__).with_name("events").glob("*.json"))


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_the_event_is_accepted(provider: Provider, file: Path) -> None:
    event = json.loads(file.read_text(encoding="utf-8"))
    answer = provider.deliver({**event, "ResponseURL": provider.endpoint.url})
    assert answer["Status"] == "SUCCESS", answer["Reason"]
    assert answer["RequestId"] == event["RequestId"]
