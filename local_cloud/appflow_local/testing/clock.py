"""The cloud's clock in a test."""

from __future__ import annotations

from datetime import datetime, timedelta

from appflow_local.testing.errors import AppflowLocalError, told_plainly
from appflow_local.workbench_client import WorkbenchClient


class Clock:
    """AppFlow's time: of schedules, tokens, cached metadata, runs, and of objects in S3.

    It goes on by itself, and waits of runs, such as those before a retry, move it instead of
    passing in real time. MiniStack's other services have the machine's time.

    Args:
        workbench: the cloud's.
    """

    def __init__(self, workbench: WorkbenchClient) -> None:
        self._workbench = workbench

    def now(self) -> datetime:
        """Return the cloud's time, aware, in UTC."""
        return datetime.fromisoformat(self._workbench.clock()["now"])

    @told_plainly
    def advance(self, step: timedelta) -> datetime:
        """Move the clock forward, and return its new time.

        Each scheduled run that becomes due on the way is started at its time and has ended when
        this returns.

        Raises:
            AppflowLocalError: `step` is no positive timedelta, or more than 1000 runs become due.
        """
        if not isinstance(step, timedelta):
            raise AppflowLocalError(f"advance({step!r}): give a timedelta, like timedelta(days=1)")
        return datetime.fromisoformat(self._workbench.advance(step)["now"])
