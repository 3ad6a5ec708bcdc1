"""Faults between AppFlow and connectors, planned by a test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from appflow_local.testing.errors import AppflowLocalError, told_plainly
from appflow_local.workbench_client import WorkbenchClient


class PlannedFault:
    """A fault that was added.

    Args:
        workbench: the cloud's.
        number: the fault's.
    """

    def __init__(self, workbench: WorkbenchClient, number: int) -> None:
        self._workbench = workbench
        self.number = number

    @property
    def hits(self) -> int:
        """How many calls it has met so far."""
        found = (each for each in self._workbench.faults() if each["number"] == self.number)
        return int(next(found, {"hits": 0})["hits"])

    def clear(self) -> None:
        """Let no more calls fail."""
        self._workbench.clear_faults(self.number)


class Faults:
    """The faults of a test's cloud; the next test begins without any.

    Args:
        workbench: the cloud's.
    """

    def __init__(self, workbench: WorkbenchClient) -> None:
        self._workbench = workbench

    @told_plainly
    def add(
        self,
        operation: str,
        kind: str | None = None,
        *,
        error: str | None = None,
        latency: timedelta | float | None = None,
        times: int | None = None,
        after: int = 0,
        probability: float = 1.0,
        seed: int = 0,
        retry_after: timedelta | int | None = None,
        message: str | None = None,
        label: str | None = None,
    ) -> PlannedFault:
        """Let calls of an operation fail. Give one of `kind`, `error` and `latency`.

        Args:
            operation: the protocol's name, such as QueryData.
            kind: `timeout`, `crash`, `too-large` (6 MB), `expired-token`, `same-page` or
                `cut-json`. Only for the last one the connector is asked.
            error: an error code of the connector SDK, such as RateLimitExceeded.
            latency: how late the answer comes, in seconds or as a timedelta.
            times: how many calls fail; all of them if it's left out.
            after: how many calls go well first.
            probability: how likely a call fails; the same ones with the same `seed`.
            seed: where the chance begins.
            retry_after: an error's `retryAfterSeconds`.
            message: an error's `errorMessage`.
            label: the connector whose calls fail; all if it's left out.

        Raises:
            AppflowLocalError: there is no such operation or fault.
        """
        given = [each for each in (kind, error, latency) if each is not None]
        if len(given) != 1:
            raise AppflowLocalError(
                f"a fault is one of `kind`, `error` and `latency`, not {len(given)} of them: "
                'write add("QueryData", error="RateLimitExceeded")'
            )
        fault: dict[str, Any] = {
            "kind": error or kind or "latency",
            "seconds": _seconds(latency),
            "times": times,
            "after": after,
            "probability": probability,
            "seed": seed,
            "retry_after": retry_after if retry_after is None else int(_seconds(retry_after) or 0),
            "message": message,
            "label": label,
        }
        planned = self._workbench.plan_fault(operation=operation, **fault)
        return PlannedFault(self._workbench, planned["number"])

    def clear(self) -> None:
        """Remove all faults."""
        self._workbench.clear_faults()


def _seconds(given: timedelta | float | None) -> float | None:
    return given.total_seconds() if isinstance(given, timedelta) else given
