"""Starts the runs of scheduled flows when they are due, also when the clock is moved."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from appflow_local.appflow.account import Account, Accounts
from appflow_local.appflow.account.executions import Activation
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.execution.runner import start_run
from appflow_local.appflow.flows import execution_records
from appflow_local.appflow.flows.activation import ACTIVE, suspend
from appflow_local.appflow.flows.execution_records import Window
from appflow_local.appflow.protocol.errors import AppFlowError, ValidationException

# Long enough to cost nothing, short enough to notice a changed clock or a laptop that slept.
_LONGEST_WAIT = timedelta(seconds=30)

MOST_RUNS = 1000
"""How many runs may become due in one move of the clock."""

# Until a connector that hangs has made its call time out.
_LONGEST_RUN_SECONDS = 35.0

_log = logging.getLogger(__name__)


class Scheduler:
    """Watches the schedules of all accounts and Regions.

    Args:
        accounts: all that AppFlow keeps.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._ended = False
        self._thread: threading.Thread | None = None
        self._turn = threading.RLock()  # for who starts runs

    def start(self) -> None:
        """Start due runs in a thread, until `close`."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._watch, name="appflow-schedule", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Stop starting runs."""
        self._ended = True
        self._accounts.runs.schedule_changed.set()
        if self._thread is not None:
            self._thread.join()

    def run_due(self) -> list[str]:
        """Start the runs that are due; return the names of their flows.

        Chosen: a run is skipped while the flow's previous scheduled run is in progress. One run
        makes up for all that were missed.
        """
        with self._turn:
            now = self._accounts.clock.now()
            return [due.flow for due in self._due(now) if self._run(due, now)]

    def deactivate(self) -> list[str]:
        """Deactivate all schedules, as StopFlow does; return the names of the flows."""
        stopped = []
        with self._turn:
            for item in self._activations():
                account = self._accounts.of(item.owner)
                with account.lock:
                    flow = account.flows.get(item.flow)
                    if flow is not None and flow.status == ACTIVE:
                        stopped.append(suspend(account, flow).name)
        return stopped

    def check_move(self, until: datetime) -> None:
        """Check that the clock may be moved so far.

        Raises:
            ValidationException: too many runs would become due.
        """
        due = 0
        for item in self._activations():
            due += self._count(item, until, MOST_RUNS + 1 - due)
        if due > MOST_RUNS:
            raise ValidationException(
                f"More than {MOST_RUNS} runs become due until {until:%Y-%m-%d %H:%M}: move the "
                "clock by less, or stop the flow that runs so often"
            )

    def move(self, until: datetime) -> bool:
        """Let runs end, move the clock to when the next is due, at most `until`, and let it end.

        Returns whether `until` is reached. A run whose connector hangs is waited for as long as its
        call may take, then left to itself.
        """
        give_up, waited = monotonic() + _LONGEST_RUN_SECONDS, set[str]()
        while True:
            with self._turn:
                running = self._running()
                # The next run of a flow whose run is in progress would be skipped.
                if running <= waited:
                    is_reached = self._step(until)
                    break
            self._wait_for(running, give_up)
            waited |= running
        self._accounts.runs.schedule_changed.set()
        self._wait_for(self._running(), give_up)
        return is_reached

    def _step(self, until: datetime) -> bool:
        clock = self._accounts.clock
        times = [item.next_run_at for item in self._activations() if item.next_run_at]
        step = min([until, *times]) - clock.now()
        clock.advance(max(step, timedelta(0)))
        is_reached = clock.now() >= until
        self.run_due()
        return is_reached

    def _wait_for(self, runs: set[str], give_up: float) -> None:
        self._accounts.runs.wait(runs, max(give_up - monotonic(), 0))

    def _watch(self) -> None:
        changed = self._accounts.runs.schedule_changed
        while not self._ended:
            changed.clear()
            wait = self._run_and_look_ahead()
            if not self._ended:
                self._accounts.clock.wait(wait, changed)

    def _run_and_look_ahead(self) -> timedelta:
        try:
            self.run_due()
            return self._until_next()
        except Exception:  # noqa: BLE001 - the thread must survive for the other flows
            _log.exception("A scheduled run failed to start")
            return _LONGEST_WAIT

    def _due(self, now: datetime) -> list[Activation]:
        return [
            item for item in self._activations() if item.next_run_at and item.next_run_at <= now
        ]

    def _until_next(self) -> timedelta:
        now = self._accounts.clock.now()
        waits = [item.next_run_at - now for item in self._activations() if item.next_run_at]
        return max(min([*waits, _LONGEST_WAIT]), timedelta(0))

    def _count(self, activation: Activation, until: datetime, most: int) -> int:
        flow = self._accounts.of(activation.owner).flows.get(activation.flow)
        schedule = flow.definition.schedule if flow else None
        time, found = activation.next_run_at, 0
        while schedule and time and time <= until and found < most:
            found += 1
            time = schedule.following(time, time)
        return found

    def _running(self) -> set[str]:
        """The ids of the scheduled runs that are in progress."""
        return {
            each.id
            for shelf in self._accounts.executions.everywhere()
            for each in shelf.by_name().values()
            if each.scheduled and each.is_running
        }

    def _activations(self) -> Iterator[Activation]:
        for shelf in self._accounts.activations.everywhere():
            yield from shelf.in_order()

    def _run(self, due: Activation, now: datetime) -> bool:
        account = self._accounts.of(due.owner)
        with account.lock:
            flow = account.flows.get(due.flow)
            if due.next_run_at is None or account.activations.get(due.flow) != due:
                return False
            schedule = flow.definition.schedule if flow else None
            if flow is None or schedule is None:
                account.activations.remove(due.flow)
                return False
            next_run = schedule.following(due.next_run_at, now)
            account.activations.put(due.flow, replace(due, next_run_at=next_run))
            if any(item.scheduled for item in execution_records.running(account, due.flow)):
                _log.warning("The flow %s is still running; a run is skipped", due.flow)
                return False
        return _start(account, flow, schedule.pull_window(now, due.pulled_until))


def _start(account: Account, flow: Flow, window: Window) -> bool:
    try:
        start_run(account, flow, window)
    except AppFlowError as error:
        _log.warning("The flow %s did not start: %s", flow.name, error)
        return False
    return True
