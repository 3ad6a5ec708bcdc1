"""A flow on a schedule, as a test looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appflow_local.driving.execution_records import records_of
from appflow_local.testing.errors import told_plainly
from appflow_local.testing.run import Run

if TYPE_CHECKING:
    from appflow_local.testing.own_cloud import OwnCloud


class ScheduledFlow:
    """An activated flow; `appflow_local.clock.advance` lets its time come.

    Args:
        own: the test's cloud.
        name: the flow's.
    """

    def __init__(self, own: OwnCloud, name: str) -> None:
        self._own = own
        self.name = name

    @property
    def runs(self) -> list[Run]:
        """Its runs, oldest first."""
        found = reversed([*records_of(self._own.client("appflow"), self.name)])
        return [Run(self._own, self.name, each["executionId"]) for each in found]

    @property
    def status(self) -> str:
        """`Active`, or `Suspended` once it was stopped or has failed too often."""
        described = self._own.client("appflow").describe_flow(flowName=self.name)
        return str(described["flowStatus"])

    @told_plainly
    def stop(self) -> None:
        """Deactivate it."""
        self._own.client("appflow").stop_flow(flowName=self.name)
