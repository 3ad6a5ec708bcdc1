"""The clock that follows the machine's and can be moved."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest

from appflow_local.appflow.clock import MovableClock
from appflow_local.appflow.service import AppFlow
from harness.model.appflow import FakeHost

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


def ahead(clock: MovableClock) -> timedelta:
    """Return how far it is ahead of the machine's, in whole days."""
    return timedelta(days=(clock.now() - datetime.now(timezone.utc) + DAY / 2) // DAY)


def test_it_shows_the_machines_time_until_it_is_moved(clock: MovableClock) -> None:
    assert ahead(clock) == timedelta(0)
    clock.advance(DAY)
    clock.advance(DAY)
    assert ahead(clock) == clock.ahead == 2 * DAY


def test_a_reset_shows_the_machines_time_again(clock: MovableClock) -> None:
    clock.advance(DAY)
    clock.reset()
    assert ahead(clock) == clock.ahead == timedelta(0)


def test_a_wait_ends_when_the_clock_is_moved_past_its_end(clock: MovableClock) -> None:
    waiting = threading.Thread(target=clock.wait, args=(DAY, threading.Event()), daemon=True)
    waiting.start()
    clock.advance(DAY)
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_wait_ends_when_it_is_interrupted(clock: MovableClock) -> None:
    interrupt = threading.Event()
    interrupt.set()
    clock.wait(DAY, interrupt)
    assert ahead(clock) == timedelta(0)


def test_a_pause_moves_the_clock_if_pauses_are_skipped(clock: MovableClock) -> None:
    clock.skips_pauses = True
    assert clock.pause(DAY, threading.Event()) == DAY
    assert ahead(clock) == DAY


def test_a_pause_passes_in_real_time_otherwise(clock: MovableClock) -> None:
    step = timedelta(milliseconds=2)
    before = clock.now()
    assert clock.pause(step, threading.Event()) == timedelta(0)
    assert clock.now() - before >= step
    assert clock.ahead == timedelta(0)


def test_a_saved_state_remembers_how_far_the_clock_was_moved(clock: MovableClock) -> None:
    clock.advance(DAY)
    saved = AppFlow(FakeHost(), clock).snapshot()
    restored = AppFlow(FakeHost())
    restored.restore(saved)
    assert restored.clock.ahead == DAY
    assert AppFlow(FakeHost()).clock.ahead == timedelta(0)
