"""Puts AppFlow's events on MiniStack's event bus, and its metrics into MiniStack's CloudWatch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services import cloudwatch, eventbridge, lambda_svc

from appflow_local.appflow.monitoring import EVENT_SOURCE, NAMESPACE, Event, Metric


class MiniStackMonitoring:
    """EventBridge and CloudWatch, in the account and Region of the current request or run."""

    def publish(self, event: Event) -> None:
        """Put an event on the default bus; its rules' targets get it before this returns."""
        entry = {
            "Source": EVENT_SOURCE,
            "DetailType": event.detail_type,
            "Detail": json.dumps(dict(event.detail)),
            "Resources": list(event.resources),
        }
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    def measure(self, metrics: Sequence[Metric]) -> None:
        """Keep the values, and have alarms look at them, as PutMetricData does."""
        for metric in metrics:
            cloudwatch.record_metric(
                NAMESPACE, metric.name, metric.value, metric.unit, dict(metric.dimensions)
            )
        cloudwatch._evaluate_all_alarms()


def measure_invocation(function: str, seconds: float, result: Mapping[str, Any]) -> None:
    """Keep Lambda's metrics of an invocation by AppFlow, when it has ended.

    MiniStack does so for its own API only. What it throttled, it has counted itself.
    """
    if not result.get("throttle"):
        has_failed = bool(result.get("error"))
        lambda_svc._emit_lambda_metrics(function, seconds * 1000, has_failed, False)


def measure_throttle(function: str) -> None:
    """Keep Lambda's metrics of an invocation that was refused, and did not begin."""
    lambda_svc._emit_lambda_metrics(function, 0.0, False, True)
