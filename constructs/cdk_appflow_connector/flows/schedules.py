"""Schedules in AppFlow's spelling, without those that it would refuse."""

from __future__ import annotations

import re
from datetime import datetime

from aws_cdk import Duration, TimeZone, Token
from aws_cdk import aws_events as events
from aws_cdk.aws_appflow import CfnFlow

from cdk_appflow_connector.argument_types import check_kind, check_type
from cdk_appflow_connector.flows.library import Source, cdk_appflow
from cdk_appflow_connector.tokens import is_number_token

# Source: AppFlow User Guide, "Flow triggers": a number of minutes, hours, days, weeks or months, or
# once. Not documented: how weeks, months and once are written; inferred, as the others are, and as
# EventBridge Scheduler writes one time.
_RATE = re.compile(r"rate\( *(\d+) *(minute|hour|day|week|month)s? *\)")
_ONCE = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
# Source: API reference, ScheduledTriggerProperties.
_MAX_OFFSET_SECONDS = 36_000
_MAX_TIME_ZONE_LENGTH = 256
_MOST_FAILURES = 100


def scheduled_trigger(
    schedule: events.Schedule,
    pull: cdk_appflow.DataPullConfig,
    times: cdk_appflow.ScheduleProperties,
    *,
    time_zone: TimeZone | str | None,
    deactivate_after_failures: int | None,
) -> CfnFlow.TriggerConfigProperty:
    """Return the trigger of a scheduled flow.

    Raises:
        TypeError: the schedule, the time zone or the number of failures is of another type.
        ValueError: AppFlow would refuse the schedule, one of its times, or the number of failures.
    """
    _check_failures(deactivate_after_failures)
    properties = CfnFlow.ScheduledTriggerPropertiesProperty(
        schedule_expression=_expression(schedule),
        data_pull_mode="Incremental" if _is_incremental(pull) else "Complete",
        first_execution_from=_seconds("first_execution_from", times.first_execution_from),
        schedule_start_time=_seconds("start_time", times.start_time),
        schedule_end_time=_seconds("end_time", times.end_time),
        schedule_offset=_offset(times.offset),
        time_zone=_zone_name(time_zone),
        flow_error_deactivation_threshold=deactivate_after_failures,
    )
    return CfnFlow.TriggerConfigProperty(trigger_type="Scheduled", trigger_properties=properties)


def check_pull(pull: cdk_appflow.DataPullConfig, source: Source) -> None:
    """Raise ValueError for a timestamp field without an incremental pull, or the reverse.

    Source: the connector SDKs' README: a connector's records are pulled incrementally by a field.
    """
    incremental = _is_incremental(pull)
    if pull.timestamp_field and not incremental:
        raise ValueError(
            f"pull_config: timestamp_field {pull.timestamp_field!r} contradicts the mode COMPLETE: "
            "leave it out, or give the mode INCREMENTAL"
        )
    if incremental and not pull.timestamp_field and source.connector_type.is_custom:
        raise ValueError(
            "pull_config: the mode INCREMENTAL needs a timestamp_field, by which the connector "
            "finds what is new"
        )


def _is_incremental(pull: cdk_appflow.DataPullConfig) -> bool:
    return pull.mode is cdk_appflow.DataPullMode.INCREMENTAL


def _expression(schedule: events.Schedule) -> str:
    advice = "give an aws_events.Schedule, such as Schedule.rate(Duration.hours(1))"
    check_kind("schedule", schedule, "expression_string", advice)
    text = schedule.expression_string
    if Token.is_unresolved(text) or text.startswith("cron(") or _is_once(text):
        return text
    rate = _RATE.fullmatch(text)
    if rate is None or int(rate[1]) < 1:
        raise ValueError(
            f"schedule {text!r} is not supported by AppFlow, which runs a flow at most once a "
            "minute: give a rate of whole minutes, hours, days, weeks or months, a cron "
            "expression, or one time in UTC, like at(2027-01-31T09:00:00)"
        )
    # AppFlow spells rates without a space and always in the plural, as in rate(5minutes).
    return f"rate({int(rate[1])}{rate[2]}s)"


def _is_once(text: str) -> bool:
    found = _ONCE.fullmatch(text)
    try:
        return found is not None and bool(datetime.fromisoformat(found[1]))
    except ValueError:  # a 31st of February
        return False


def _seconds(argument: str, moment: datetime | None) -> int | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(
            f"{argument} {moment.isoformat()} has no time zone: give one, such as timezone.utc"
        )
    return int(moment.timestamp())


def _offset(offset: Duration | None) -> int | float | None:
    if offset is None:
        return None
    seconds = offset.to_seconds(integral=False)
    if offset.is_unresolved():
        return seconds
    if seconds != int(seconds):
        raise ValueError(f"offset {seconds} s is no whole number: AppFlow counts whole seconds")
    if seconds > _MAX_OFFSET_SECONDS:
        raise ValueError(
            f"offset {int(seconds)} s is too long; AppFlow admits {_MAX_OFFSET_SECONDS} s"
        )
    return int(seconds)


def _zone_name(zone: TimeZone | str | None) -> str | None:
    advice = "give an aws_cdk.TimeZone, or a name such as 'America/New_York'"
    check_type("time_zone", zone, (TimeZone, str), advice)
    name = zone.timezone_name if isinstance(zone, TimeZone) else zone
    if name is None or Token.is_unresolved(name):
        return name
    if not 0 < len(name) <= _MAX_TIME_ZONE_LENGTH:
        raise ValueError(f"time_zone {name!r} has no name that AppFlow would take: {advice}")
    return name


def _check_failures(number: int | None) -> None:
    advice = f"give 1 to {_MOST_FAILURES}"
    check_type("deactivate_after_failures", number, (int, float), advice)
    if number is None or is_number_token(number):
        return
    if number % 1 or not 1 <= number <= _MOST_FAILURES:
        raise ValueError(
            f"deactivate_after_failures {number} is no whole number in the range: {advice}"
        )
