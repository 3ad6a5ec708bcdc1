"""Scheduled flows, and how to let their time come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness.model.appflow import Client, Cloud
from harness.model.profiles import FROM_CONNECTOR
from harness.model.runs import finished, outward

HOUR = timedelta(hours=1)
BY_CHANGE = {**FROM_CONNECTOR, "incrementalPullConfig": {"datetimeTypeFieldName": "changed"}}


def hourly(**properties: object) -> dict[str, Any]:
    """Return the triggerConfig of a flow that runs every hour, unless changed."""
    scheduled = {"scheduleExpression": "rate(1hours)", **properties}
    return {"triggerType": "Scheduled", "triggerProperties": {"Scheduled": scheduled}}


def create(client: Client, **properties: object) -> None:
    """Create the flow `nightly`, every hour unless changed."""
    client.create_flow(**outward(triggerConfig=hourly(**properties), sourceFlowConfig=BY_CHANGE))


def tick(cloud: Cloud, client: Client, step: timedelta = HOUR) -> list[str]:
    """Let time pass, start what is due, and wait for it."""
    cloud.clock.advance(step)
    started = cloud.appflow.scheduler.run_due()
    for name in started:
        finished(client, name)
    return started
