"""Runs requests side by side on virtual time, each in a process of its own as Lambda does."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.provider.handler import VirtualTime

Work = Callable[[], None]
_LONGEST_TEST = 60.0


def _another_process() -> ModuleType:
    """Load the handler once more: another instance of the provider's function."""
    spec = importlib.util.find_spec("appflow_connector_provider.handler")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OTHER_PROCESS = _another_process()
"""A second instance of the provider's function."""


@dataclass(eq=False)
class _Task:
    wakes: float
    work: Work
    turn: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class SideBySide:
    """Pieces of work of which one runs at a time: the one whose wait ends first.

    Args:
        time: the time they share.
        works: what is done, each after some seconds.
    """

    def __init__(self, time: VirtualTime, works: Sequence[tuple[float, Work]]) -> None:
        self._time = time
        self._tasks = [_Task(time.now + delay, work) for delay, work in works]
        self._waiting = list(self._tasks)
        self._current = self._tasks[0]

    def run(self) -> None:
        threads = [
            threading.Thread(target=self._perform, args=(task,), daemon=True)
            for task in self._tasks
        ]
        for thread in threads:
            thread.start()
        self._time.waits_for = self._wait
        self._pass_on()
        for thread in threads:
            thread.join(_LONGEST_TEST)
            assert not thread.is_alive()
        self._time.waits_for = None
        for task in self._tasks:
            if task.error:
                raise task.error

    def _perform(self, task: _Task) -> None:
        task.turn.wait()
        try:
            task.work()
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            task.error = error
        self._waiting.remove(task)
        self._pass_on()

    def _wait(self, seconds: float) -> None:
        # In whichever thread: AppFlow's model waits on behalf of the request that it answers.
        task = self._current
        task.wakes = self._time.now + seconds
        task.turn.clear()
        self._pass_on()
        task.turn.wait()

    def _pass_on(self) -> None:
        if self._waiting:
            self._current = min(self._waiting, key=lambda task: task.wakes)
            self._time.pass_until(self._current.wakes)
            self._current.turn.set()
