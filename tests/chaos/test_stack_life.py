"""Property tests: whatever happens to a stack, its registration is neither lost nor doubled."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from appflow_connector_provider import lifecycle, response
from appflow_connector_provider.lifecycle import Lifecycle
from appflow_connector_provider.physical_id import Unsettled
from appflow_connector_provider.registration import Registration
from appflow_connector_provider.registry import ConnectorRegistry
from appflow_connector_provider.resource import ConnectorResource
from harness.model.appflow import Server
from harness.provider.cloudformation import Trouble
from harness.provider.endpoint import ResponseEndpoint, response_endpoint
from harness.provider.faults import Fault
from harness.provider.handler import properties, provider_environment, virtual_time
from harness.provider.killer import install_killer
from tests.chaos.choices import SECOND_FUNCTION_ARN
from tests.chaos.machine import KILLER, LogLines, StackLife

NewLife = Callable[[], StackLife]
Run = Callable[[settings], None]
SwitchOff = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def endpoint(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ResponseEndpoint]:
    """Where answers go, with the provider's clients, which take longer to make than a life."""
    with (
        response_endpoint(tmp_path_factory.mktemp("endpoint")) as running,
        provider_environment(server, running.ca_file),
    ):
        yield running


@pytest.fixture
def new_life(
    server: Server, endpoint: ResponseEndpoint, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NewLife]:
    """Make stacks in an account of their own, with nothing that happens to them yet."""
    log = LogLines()
    logger = logging.getLogger("appflow_connector_provider")
    logger.addHandler(log)
    monkeypatch.setattr(logger, "propagate", False)
    install_killer(monkeypatch, KILLER)
    with virtual_time() as time:
        yield lambda: StackLife(server, endpoint, time, log.lines)
    logger.removeHandler(log)


@pytest.fixture
def run(new_life: NewLife) -> Run:
    """Run random lives of stacks with the settings given."""
    # Any factory will do; Hypothesis annotates a class.
    return lambda how: run_state_machine_as_test(new_life, settings=how)  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    "switch_off", [without_token, without_ownership_check, without_checked_send]
)
def test_without_any_one_defence_that_is_not_so(
    run: Run, sequences: settings, monkeypatch: pytest.MonkeyPatch, switch_off: SwitchOff
) -> None:
    switch_off(monkeypatch)
    found_quickly = settings(
        sequences, max_examples=1000, phases=[Phase.generate], report_multiple_bugs=False
    )
    with pytest.raises(AssertionError):
        run(found_quickly)


def without_looking_for_what_runs(patch: pytest.MonkeyPatch) -> None:
    def look_once(self: ConnectorRegistry, label: str) -> list[Registration | None]:
        return [self.describe(label)]

    patch.setattr(ConnectorRegistry, "watch", look_once)


def without_patience_for_what_is_too_new(patch: pytest.MonkeyPatch) -> None:
    def find(self: ConnectorRegistry, label: str, _seconds: float = 0) -> Registration | None:
        return self.describe(label)

    patch.setattr(ConnectorRegistry, "find", find)


def without_keeping(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lifecycle, "_keep", lambda *_: None)


def without_ownership_by_id(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Registration, "is_made_here", property(lambda _self: False))


LATE = Fault("RegisterConnector", "late", 1, 29.0)
LATE_UPDATE = Fault("UpdateConnectorRegistration", "late", 1, 29.0)


def cancel_create(life: StackLife) -> None:
    life.create_is_cancelled(properties(), (LATE,), 0.3)


def cancel_rename(life: StackLife) -> None:
    life.create(properties(), trouble=Trouble(), aftermath=Trouble(), sibling="")
    life.update_is_cancelled(properties("Sales"), (LATE,), 0.3)


def cancel_move(life: StackLife) -> None:
    life.create(properties(), trouble=Trouble(), aftermath=Trouble(), sibling="")
    life.update_is_cancelled(properties(LambdaArn=SECOND_FUNCTION_ARN), (LATE_UPDATE,), 0.3)


def delete_without_rollback(life: StackLife) -> None:
    life.create(properties(), trouble=Trouble(), aftermath=Trouble(), sibling="")
    life.update_and_delete_without_rollback(
        properties(LambdaArn=SECOND_FUNCTION_ARN), sends_old=True
    )


def create_what_is_too_new(life: StackLife) -> None:
    life.connectors_become_visible_after(5.0)
    life.create(properties(), trouble=Trouble(), aftermath=Trouble(), sibling="fails")


@pytest.mark.parametrize(
    ("switch_off", "happens", "found"),
    [
        (without_looking_for_what_runs, cancel_create, r"orphans: \{'Orders'\}"),
        (without_looking_for_what_runs, cancel_rename, r"orphans: \{'Sales'\}"),
        (without_keeping, cancel_move, "Orders is left for"),
        (without_patience_for_what_is_too_new, create_what_is_too_new, "orphans"),
        (without_ownership_by_id, delete_without_rollback, r"orphans: \{'Orders'\}"),
    ],
)
def test_without_the_rules_for_overlaps_for_what_is_too_new_and_for_owners_neither(
    new_life: NewLife,
    monkeypatch: pytest.MonkeyPatch,
    switch_off: SwitchOff,
    happens: Callable[[StackLife], None],
    found: str,
) -> None:
    happens(new_life())
    switch_off(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        happens(new_life())


# What the two others keep off, random lives come to after minutes or not at all: AppFlow that hangs
# until the time is over, and a Lambda that is held up itself.
HANGS = Trouble(faults=(Fault("RegisterConnector", "hang", times=20),))
STANDS_STILL = Trouble(faults=(Fault("RegisterConnector", "slow", times=3, seconds=310.0),))


@pytest.mark.parametrize(
    ("switch_off", "trouble", "found"),
    [
        (without_marker, HANGS, r"orphans: \{'Orders'\}"),
        (without_deadline, STANDS_STILL, "no answer"),
    ],
)
def test_without_these_defences_that_is_not_so_either(
    new_life: NewLife,
    monkeypatch: pytest.MonkeyPatch,
    switch_off: SwitchOff,
    trouble: Trouble,
    found: str,
) -> None:
    new_life().create(properties(), trouble=trouble, aftermath=Trouble(), sibling="")
    switch_off(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        new_life().create(properties(), trouble=trouble, aftermath=Trouble(), sibling="")
