"""What the model needs to be watched: an event bus, and metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

EVENT_SOURCE = "aws.appflow"
NAMESPACE = "AWS/AppFlow"


@dataclass(frozen=True)
class Event:
    """An event of EventBridge; `resources` are ARNs."""

    detail_type: str
    detail: Mapping[str, str]
    resources: Sequence[str]


@dataclass(frozen=True)
class Metric:
    """One value of a CloudWatch metric in the namespace of AppFlow; `unit` is CloudWatch's."""

    name: str
    value: float
    unit: str
    dimensions: Mapping[str, str]


class Monitoring(Protocol):
    """EventBridge and CloudWatch, in the account and Region that the host acts for."""

    def publish(self, event: Event) -> None:
        """Put an event on the default bus, with AppFlow as its source."""
        ...

    def measure(self, metrics: Sequence[Metric]) -> None:
        """Keep values of metrics, as of now."""
        ...
