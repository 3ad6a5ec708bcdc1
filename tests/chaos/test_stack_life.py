"""Property tests: whatever happens to a stack, its registration is neither lost nor doubled."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from appflow_connector_provider import lifecycle, response
from appflow_connector_provider.lifecycle import Lifecycle
from appflow_connector_provider.physical_id import Unsettled
from appflow_connector_provider.resource import ConnectorResource
from harness.appflow import serving
from harness.endpoint import response_endpoint
from harness.killer import install_killer
from harness.provider import provider_environment, virtual_time
from tests.chaos.machine import KILLER, LogLines, StackLife

Run = Callable[..., None]
SwitchOff = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run random lives of stacks with the settings given."""
    log = LogLines()
    logger = logging.getLogger("appflow_connector_provider")
    logger.addHandler(log)
    monkeypatch.setattr(logger, "propagate", False)
    install_killer(monkeypatch, KILLER)
    with (
        serving() as server,
        response_endpoint(tmp_path) as endpoint,
        provider_environment(server, endpoint.ca_file),
        virtual_time() as time,
    ):

        def life() -> StackLife:
            return StackLife(server, endpoint, time, log.lines)

        def run(how: settings, first: int | None = None) -> None:
            # Any factory will do; Hypothesis annotates a class.
            factory = life if first is None else seed(first)(life)
            run_state_machine_as_test(factory, settings=how)  # type: ignore[arg-type]

        yield run
    logger.removeHandler(log)


def test_no_registration_is_lost_stolen_doubled_or_stuck(run: Run, sequences: settings) -> None:
    run(sequences)


def without_token(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lifecycle, "client_token", lambda *_: str(uuid.uuid4()))


def without_marker(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Unsettled, "__str__", lambda _self: "nothing-registered:unsettled")


def without_ownership_check(patch: pytest.MonkeyPatch) -> None:
    def unregister(self: Lifecycle, label: str, last: Any) -> bool:  # noqa: ANN401
        self.registry.unregister(label, force=last.force_unregister)
        return True

    patch.setattr(Lifecycle, "_unregister_own", unregister)


def without_deadline(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ConnectorResource, "_timeout", lambda _self: None)


def without_checked_send(patch: pytest.MonkeyPatch) -> None:
    def send_once(url: str, body: dict[str, Any], _remaining: Callable[[], float]) -> None:
        response._put(url, response.encode(body), 5)

    patch.setattr(response, "send", send_once)


# The seeds only save time: with others, Hypothesis looks for longer.
@pytest.mark.parametrize(
    ("switch_off", "first"),
    [
        (without_token, 3),
        (without_marker, 9),
        (without_ownership_check, 2),
        (without_deadline, 17),
        (without_checked_send, 2),
    ],
)
def test_without_any_one_defence_that_is_not_so(
    run: Run,
    sequences: settings,
    monkeypatch: pytest.MonkeyPatch,
    switch_off: SwitchOff,
    first: int,
) -> None:
    switch_off(monkeypatch)
    found_quickly = settings(
        sequences, max_examples=1000, phases=[Phase.generate], report_multiple_bugs=False
    )
    with pytest.raises(AssertionError):
        run(found_quickly, first)
