"""What CreateFlow says of schedules."""

from __future__ import annotations

import pytest

from harness.model.appflow import Client, FakeHost, refusal
from harness.model.profiles import without
from harness.model.runs import (
    DataFunction,
    connected,
    orders,
    outward,
)
from tests.local_cloud.appflow.execution.schedules import BY_CHANGE, hourly


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


@pytest.mark.parametrize(
    ("properties", "mistake"),
    [
        ({"scheduleExpression": "rate(30seconds)"}, "not a rate between one minute and"),
        ({"scheduleExpression": "daily"}, "neither a rate nor a cron expression"),
        ({"scheduleExpression": "cron(0 0 * * *)"}, "it must have six fields"),
        ({"scheduleStartTime": 20, "scheduleEndTime": 10}, "must be after"),
    ],
)
@pytest.mark.usefixtures("connector")
def test_a_schedule_that_makes_no_sense_is_refused(
    client: Client, properties: dict[str, object], mistake: str
) -> None:
    code, text = refusal(client.create_flow, **outward(triggerConfig=hourly(**properties)))
    assert code == "ValidationException"
    assert text.startswith("Create Flow request failed: [")
    assert mistake in text


@pytest.mark.usefixtures("connector")
def test_a_schedule_that_nobody_has_seen_is_not_emulated(client: Client) -> None:
    trigger = hourly(scheduleExpression="rate(1years)")
    code, _ = refusal(client.create_flow, **outward(triggerConfig=trigger))
    assert code == "UnsupportedOperationException"


@pytest.mark.usefixtures("connector")
def test_an_incremental_flow_needs_its_field(client: Client) -> None:
    trigger = hourly(dataPullMode="Incremental")
    source = without(BY_CHANGE, "incrementalPullConfig")
    code, text = refusal(
        client.create_flow, **outward(triggerConfig=trigger, sourceFlowConfig=source)
    )
    assert code == "ValidationException"
    assert "sourceFlowConfig.incrementalPullConfig.datetimeTypeFieldName" in text


def test_a_source_limits_how_often_a_flow_runs(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction(triggerFrequenciesSupported=["DAILY"]))
    code, text = refusal(client.create_flow, **outward(triggerConfig=hourly()))
    assert (code, "the scheduling frequency HOURLY" in text) == ("ValidationException", True)
    client.create_flow(**outward(triggerConfig=hourly(scheduleExpression="rate(1days)")))
