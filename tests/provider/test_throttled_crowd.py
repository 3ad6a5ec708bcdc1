"""A whole stack's connectors at once, against an AppFlow that takes two requests a second.

`make test-scale` has 100 of them.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from appflow_connector_provider import handler as provider_handler
from appflow_connector_provider import timing
from appflow_connector_provider.budget import Budget
from appflow_connector_provider.calls import longest_call
from appflow_connector_provider.lifecycle import Lifecycle
from appflow_connector_provider.properties import ConnectorProperties
from appflow_connector_provider.registry import ConnectorRegistry
from appflow_local.appflow.protocol.request_rate import RequestRate
from appflow_local.appflow.protocol.throttling import Throttled
from appflow_local.appflow.service import Request, Response
from harness.model.appflow import CALLER, Cloud, Server
from harness.provider.crowd import CrowdTime, crowd_time
from harness.provider.handler import new_request_id, properties

CONNECTORS = int(os.environ.get("CONNECTORS", "40"))
RATE = RequestRate(per_second=2, burst=5)
SECONDS = 300.0  # the provider's time-out by default
MARGIN = 5.0
SLACK = 1.3
"""Over the least time that the admitted requests need at this rate: waits are random."""


class Crowd:
    """The registrations of one stack, each by a Lambda of its own."""

    def __init__(self, cloud: Cloud, time: CrowdTime) -> None:
        self.cloud = cloud
        self.time = time
        self.throttled = Throttled(self, RATE, lambda: time.now)
        self.admitted = Counter[str]()
        self.labels = [f"Orders{number}" for number in range(CONNECTORS)]

    def handle(self, request: Request) -> Response:
        self.admitted[request.path] += 1
        return self.cloud.appflow.handle(request)

    def each(self, act: Callable[[Lifecycle, str], object]) -> float:
        """Do something for every connector at once; return the seconds over the least ones."""
        self.admitted.clear()
        started = self.time.now
        self.time.run([self._work(act, label) for label in self.labels])
        least = (self.admitted.total() - RATE.burst) / RATE.per_second
        return (self.time.now - started) / least

    def _work(self, act: Callable[[Lifecycle, str], object], label: str) -> Callable[[], object]:
        deadline = self.time.now + SECONDS
        call = longest_call(SECONDS)
        budget = Budget(lambda: deadline - self.time.now, MARGIN, call, grace=60)
        registry = ConnectorRegistry(provider_handler._client(call), budget)
        lifecycle = Lifecycle(registry, new_request_id(), lambda _id: None)
        return lambda: act(lifecycle, label)


def wanted(label: str, revision: str) -> ConnectorProperties:
    return ConnectorProperties.parse(properties(label, Revision=revision))


@pytest.fixture
def crowd(server: Server, appflow: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    with crowd_time() as time:
        # The same waits in every run; nothing that has to be secret.
        monkeypatch.setattr(timing, "jitter", random.Random(1).uniform)  # noqa: S311
        crowd = Crowd(appflow, time)
        server.appflow = crowd.throttled
        yield crowd


def test_all_are_registered_refreshed_and_unregistered_in_time(crowd: Crowd) -> None:
    took = {
        "create": crowd.each(lambda lifecycle, label: lifecycle.create(wanted(label, "1"))),
        "update": crowd.each(
            lambda lifecycle, label: lifecycle.update(label, wanted(label, "1"), wanted(label, "2"))
        ),
    }
    assert registered(crowd) == sorted(crowd.labels)
    assert crowd.admitted["/update-connector-registration"] == CONNECTORS
    took["delete"] = crowd.each(
        lambda lifecycle, label: lifecycle.delete(label, wanted(label, "2"))
    )
    assert registered(crowd) == []
    assert max(took.values()) <= SLACK, took


def registered(crowd: Crowd) -> list[str]:
    found = crowd.cloud.appflow.call("ListConnectors", CALLER, {"maxResults": 100})["connectors"]
    return sorted(connector["connectorLabel"] for connector in found)
