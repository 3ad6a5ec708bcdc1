"""AppFlow's calls of connectors, as the cloud's journal has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appflow_local.workbench_client import WorkbenchClient


@dataclass(frozen=True)
class Call:
    """One call that AppFlow made to a connector. Secrets are hidden.

    Attributes:
        operation: The protocol's name, such as QueryData.
        request: What was sent.
        answer: What came back: JSON, or a text that is none; None if nothing did.
        error: Why AppFlow couldn't use it; None if the function returned JSON.
        printed: What the function printed.
        milliseconds: How long it took.
        fault: What a planned fault did to it.
        label: The connector's.
        flow: The flow that it was made for; None outside a run.
        run: The execution ID of its run.
        time: When it began.
        number: Counts the cloud's calls.
    """

    operation: str
    request: Mapping[str, Any]
    answer: Any
    error: str | None
    printed: str
    milliseconds: float
    fault: str | None
    label: str
    flow: str | None
    run: str | None
    time: datetime
    number: int

    @property
    def entity(self) -> str | None:
        """The entity that is asked for, if any."""
        found: str | None = self.request.get("entityIdentifier")
        return found

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Call:
        """Read what the workbench tells of a call."""
        same = ("operation", "request", "answer", "error", "printed", "milliseconds", "fault",
                "label", "flow", "run")  # fmt: skip
        return cls(
            **{name: kept[name] for name in same},
            time=datetime.fromisoformat(kept["time"]),
            number=kept["id"],
        )


def calls(workbench: WorkbenchClient, **wanted: str | None) -> list[Call]:
    """Return all calls that are kept, oldest first; `wanted` as in `WorkbenchClient.calls`."""
    return [Call.of(each) for each in kept_calls(workbench, **wanted)]


def kept_calls(workbench: WorkbenchClient, **wanted: str | None) -> list[dict[str, Any]]:
    """Return them as the workbench tells them."""
    found: list[dict[str, Any]] = []
    while page := workbench.calls(found[-1]["id"] if found else 0, **wanted):
        found += page
    return found
