"""Flows on a schedule, spelled as AppFlow does, and without a Lambda function for it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import ANY

import pytest
from aws_cdk import CfnParameter, Duration, Stack, TimeZone
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_events import EventPattern, Schedule
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, map_all
from harness.synth.apps import unbundled_app
from harness.synth.templates import Synthesised

FLOW = "AWS::AppFlow::Flow"
HOURLY = Schedule.rate(Duration.hours(1))
INCREMENTAL = library.DataPullMode.INCREMENTAL
COMPLETE = library.DataPullMode.COMPLETE
NEW_YEAR = datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=1)))


class Exports:
    """Makes scheduled flows from a connector to a bucket in one stack."""

    def __init__(self) -> None:
        self.stack = Stack(unbundled_app(), "Stack")
        connector = CustomConnector.from_connector_label(
            self.stack, "Datasette", "Datasette", api_version="v0"
        )
        profile = ConnectorProfile.from_profile_name(
            self.stack, "Shop", "shop", connector=connector
        )
        self.source: library.ISource = CustomConnectorSource(profile, "shop/orders")
        self.bucket = s3.Bucket(self.stack, "Bucket")

    def add(self, schedule: Schedule = HOURLY, **arguments: Any) -> ScheduledFlow:  # noqa: ANN401 - of ScheduledFlow
        """Add a flow to the stack."""
        given = {"source": self.source, "mappings": [map_all()], **arguments}
        location = library.S3Location(bucket=self.bucket)
        destination = library.S3Destination(location=location)
        return ScheduledFlow(
            self.stack, "Export", schedule=schedule, destination=destination, **given
        )

    def flow(self, schedule: Schedule = HOURLY, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - of ScheduledFlow
        """The properties of a flow in the template."""
        self.add(schedule, **arguments)
        properties: dict[str, Any] = Synthesised(self.stack).the(FLOW)["Properties"]
        return properties

    def trigger(self, schedule: Schedule = HOURLY, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - of ScheduledFlow
        """The properties of the flow's trigger in the template."""
        config = self.flow(schedule, **arguments)["TriggerConfig"]
        assert config["TriggerType"] == "Scheduled"
        properties: dict[str, Any] = config["TriggerProperties"]
        return properties


@pytest.fixture
def exports() -> Exports:
    return Exports()


@pytest.mark.parametrize(
    ("schedule", "spelled"),
    [
        (Schedule.rate(Duration.minutes(1)), "rate(1minutes)"),
        (Schedule.rate(Duration.minutes(5)), "rate(5minutes)"),
        (Schedule.rate(Duration.hours(1)), "rate(1hours)"),
        (Schedule.rate(Duration.days(1)), "rate(1days)"),
        (Schedule.expression("rate(5minutes)"), "rate(5minutes)"),
        (Schedule.expression("rate(1 week)"), "rate(1weeks)"),
        (Schedule.expression("rate(2weeks)"), "rate(2weeks)"),
        (Schedule.expression("rate(1 month)"), "rate(1months)"),
        (Schedule.expression("at(2027-01-31T09:00:00)"), "at(2027-01-31T09:00:00)"),
        (Schedule.cron(hour="4", minute="30"), "cron(30 4 * * ? *)"),
    ],
)
def test_a_schedule_is_spelled_as_appflow_does(
    exports: Exports, schedule: Schedule, spelled: str
) -> None:
    assert exports.trigger(schedule) == {
        "ScheduleExpression": spelled,
        "DataPullMode": "Complete",
    }


@pytest.mark.parametrize(
    "expression",
    [
        "rate(30 seconds)",
        "rate(0 minutes)",
        "rate(0 weeks)",
        "rate(1 year)",
        "rate(5)",
        "at(2027-02-31T00:00:00)",
        "at(2027-01-31)",
        "at(tomorrow)",
        "at(2027-01-31T00:00:00+01:00)",
        "",
    ],
)
def test_a_schedule_that_appflow_does_not_support_is_refused(
    exports: Exports, expression: str
) -> None:
    with pytest.raises(ValueError, match="is not supported by AppFlow"):
        exports.flow(Schedule.expression(expression))


@pytest.mark.parametrize("zone", ["America/New_York", TimeZone.AMERICA_NEW_YORK])
def test_a_schedule_is_labelled_with_a_time_zone(exports: Exports, zone: TimeZone | str) -> None:
    assert exports.trigger(time_zone=zone)["TimeZone"] == "America/New_York"


def test_a_schedule_ends_after_the_given_number_of_failed_runs(exports: Exports) -> None:
    trigger = exports.trigger(deactivate_after_failures=3)
    assert trigger["FlowErrorDeactivationThreshold"] == 3


@pytest.mark.parametrize("number", [0, 101, 1.5, float("nan"), float("inf")])
def test_a_number_of_failed_runs_that_appflow_would_refuse_is_refused(
    exports: Exports, number: float
) -> None:
    with pytest.raises(
        ValueError, match=rf"^deactivate_after_failures {number} is no whole number"
    ):
        exports.flow(deactivate_after_failures=number)


@pytest.mark.parametrize("zone", ["", "x" * 257])
def test_a_time_zone_that_appflow_would_refuse_is_refused(exports: Exports, zone: str) -> None:
    with pytest.raises(ValueError, match=r"^time_zone .* \(at Stack/Export\)$"):
        exports.flow(time_zone=zone)


@pytest.mark.parametrize(
    ("argument", "value", "advice"),
    [
        ("schedule", "rate(1 hour)", "Schedule.rate"),
        ("time_zone", 1, "aws_cdk.TimeZone"),
        ("deactivate_after_failures", "3", "give 1 to 100"),
        ("deactivate_after_failures", True, "give 1 to 100"),
    ],
)
def test_an_argument_of_another_type_is_refused(
    exports: Exports, argument: str, value: object, advice: str
) -> None:
    given: dict[str, Any] = {argument: value}
    with pytest.raises(TypeError, match=rf"^{argument} .* \(at Stack/Export\)$") as caught:
        exports.flow(**given)
    assert advice in str(caught.value)


def test_a_schedule_may_be_a_parameter(exports: Exports) -> None:
    schedule = Schedule.expression(CfnParameter(exports.stack, "Rate").value_as_string)
    assert exports.trigger(schedule)["ScheduleExpression"] == {"Ref": "Rate"}


def test_a_scheduled_flow_is_active_once_deployed(exports: Exports) -> None:
    assert exports.flow()["FlowStatus"] == "Active"


def test_a_scheduled_flow_may_be_deployed_suspended(exports: Exports) -> None:
    assert exports.flow(auto_activate=False)["FlowStatus"] == "Suspended"


def test_a_scheduled_flow_adds_no_function_to_the_stack(exports: Exports) -> None:
    exports.flow()
    template = Synthesised(exports.stack)
    types = {resource["Type"] for resource in template.json["Resources"].values()}
    assert types == {FLOW, "AWS::S3::Bucket", "AWS::S3::BucketPolicy"}


def test_an_incremental_flow_names_its_timestamp_field(exports: Exports) -> None:
    pull = library.DataPullConfig(mode=INCREMENTAL, timestamp_field="updated_at")
    flow = exports.flow(pull_config=pull)
    assert flow["TriggerConfig"]["TriggerProperties"]["DataPullMode"] == "Incremental"
    source = flow["SourceFlowConfig"]
    assert source["IncrementalPullConfig"] == {"DatetimeTypeFieldName": "updated_at"}
    assert source["SourceConnectorProperties"]["CustomConnector"] == {"EntityName": "shop/orders"}


def test_a_complete_flow_names_no_timestamp_field(exports: Exports) -> None:
    assert "IncrementalPullConfig" not in exports.flow()["SourceFlowConfig"]


def test_a_schedules_times_are_seconds_since_1970(exports: Exports) -> None:
    times = library.ScheduleProperties(
        start_time=NEW_YEAR,
        end_time=NEW_YEAR + timedelta(days=1),
        first_execution_from=NEW_YEAR - timedelta(days=90),
        offset=Duration.minutes(10),
    )
    pull = library.DataPullConfig(mode=INCREMENTAL, timestamp_field="updated_at")
    trigger = exports.trigger(schedule_properties=times, pull_config=pull)
    start = 1798758000
    assert trigger["ScheduleStartTime"] == start
    assert trigger["ScheduleEndTime"] == start + 24 * 3600
    assert trigger["FirstExecutionFrom"] == start - 90 * 24 * 3600
    assert trigger["ScheduleOffset"] == 600


def test_a_schedules_time_without_a_zone_is_refused(exports: Exports) -> None:
    times = library.ScheduleProperties(start_time=NEW_YEAR.replace(tzinfo=None))
    with pytest.raises(ValueError, match="start_time 2027-01-01T00:00:00 has no time zone"):
        exports.flow(schedule_properties=times)


def test_an_offset_of_half_a_second_is_refused(exports: Exports) -> None:
    times = library.ScheduleProperties(offset=Duration.millis(1500))
    with pytest.raises(ValueError, match=r"offset 1\.5 s is no whole number"):
        exports.flow(schedule_properties=times)


def test_whether_it_is_activated_is_true_or_false(exports: Exports) -> None:
    with pytest.raises(TypeError, match=r"auto_activate 'no' .*True or False"):
        exports.flow(auto_activate="no")


def test_an_offset_of_more_than_ten_hours_is_refused(exports: Exports) -> None:
    times = library.ScheduleProperties(offset=Duration.hours(11))
    with pytest.raises(ValueError, match="offset 39600 s is too long"):
        exports.flow(schedule_properties=times)


@pytest.mark.parametrize(
    ("pull", "problem"),
    [
        (library.DataPullConfig(mode=INCREMENTAL), "needs a timestamp_field"),
        (
            library.DataPullConfig(mode=COMPLETE, timestamp_field="updated_at"),
            "'updated_at' contradicts the mode COMPLETE",
        ),
    ],
)
def test_a_pull_that_contradicts_itself_is_refused(
    exports: Exports, pull: library.DataPullConfig, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        exports.flow(pull_config=pull)


def test_files_of_s3_are_pulled_incrementally_without_a_field(exports: Exports) -> None:
    exports.source = library.S3Source(bucket=exports.bucket, prefix="orders")
    pull = library.DataPullConfig(mode=INCREMENTAL)
    assert exports.trigger(pull_config=pull)["DataPullMode"] == "Incremental"


def test_a_scheduled_flow_without_a_mapping_is_refused(exports: Exports) -> None:
    with pytest.raises(ValueError, match="mappings is empty: give map_all"):
        exports.flow(mappings=[])


def test_mapped_fields_are_projected_in_a_scheduled_flow_too(exports: Exports) -> None:
    flow = exports.flow(mappings=[library.Mapping.map(library.Field(name="id"), name="id")])
    assert [task["TaskType"] for task in flow["Tasks"]] == ["Filter", "Map"]


def test_the_end_of_a_schedule_that_failed_too_often_reaches_a_target(exports: Exports) -> None:
    flow = exports.add()
    queue = sqs.Queue(exports.stack, "Queue")
    flow.on_deactivated(
        "Deactivated", target=targets.SqsQueue(queue), event_pattern=EventPattern(region=["eu"])
    )
    rule = Synthesised(exports.stack).the("AWS::Events::Rule")["Properties"]
    arn = rule["EventPattern"].pop("resources")
    assert arn == [{"Fn::GetAtt": [ANY, "FlowArn"]}]
    assert rule["EventPattern"] == {
        "source": ["aws.appflow"],
        "detail-type": ["AppFlow Scheduled Flow Deactivated"],
        "region": ["eu"],
    }
    assert rule["Targets"][0]["Arn"] == {"Fn::GetAtt": [ANY, "Arn"]}
