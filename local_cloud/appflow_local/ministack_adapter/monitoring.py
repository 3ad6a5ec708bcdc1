"""Puts AppFlow's events on MiniStack's event bus, and its metrics into MiniStack's CloudWatch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services import cloudwatch, eventbridge, lambda_svc

from appflow_local.appflow.monitoring import EVENT_SOURCE, NAMESPACE, Event, Metric

_LAMBDA = "AWS/Lambda"


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


def measure_invocation(function_arn: str, seconds: float, result: Mapping[str, Any]) -> None:
    """Keep Lambda's metrics of an invocation by AppFlow, when it has ended.

    MiniStack does so for its own API only, and never for a version or an alias. What it throttled,
    it has counted for the function itself.

    Known of Functions (Lambda Developer Guide, "Types of metrics for Lambda functions",
    dimensions): what a version or an alias is asked counts for the function, and under `Resource`
    for that version or alias.
    """
    is_throttled, has_failed = bool(result.get("throttle")), bool(result.get("error"))
    name, resource = _named(function_arn)
    if not is_throttled:
        lambda_svc._emit_lambda_metrics(name, seconds * 1000, has_failed, False)
    if resource:
        _measure_resource(name, resource, 0 if is_throttled else seconds, has_failed, is_throttled)


def measure_throttle(function_arn: str) -> None:
    """Keep Lambda's metrics of an invocation that was refused, and did not begin."""
    name, resource = _named(function_arn)
    lambda_svc._emit_lambda_metrics(name, 0.0, False, True)
    if resource:
        _measure_resource(name, resource, 0, False, True)


def _named(function_arn: str) -> tuple[str, str]:
    """Return a function's name, and `name:qualifier` for a version or an alias."""
    resource = function_arn.rpartition(":function:")[2]
    name, _, qualifier = resource.partition(":")
    return name, resource if qualifier else ""


def _measure_resource(
    name: str, resource: str, seconds: float, has_failed: bool, is_throttled: bool
) -> None:
    dimensions = {"FunctionName": name, "Resource": resource}
    counts = {"Invocations": 1, "Errors": int(has_failed), "Throttles": int(is_throttled)}
    for metric, count in counts.items():
        cloudwatch.record_metric(_LAMBDA, metric, count, "Count", dimensions)
    if seconds:
        cloudwatch.record_metric(_LAMBDA, "Duration", seconds * 1000, "Milliseconds", dimensions)
