"""Refuses arguments of flows that are of another type, before the library tells less clearly."""

from __future__ import annotations

from aws_cdk import aws_events as events

from cdk_appflow_connector.argument_types import check_given, check_given_type, check_type
from cdk_appflow_connector.flows.library import cdk_appflow


def check_ends(source: object, destination: object) -> None:
    """Raise TypeError for a source or a destination that can't be a flow's."""
    check_given("source", source, "bind", "give a CustomConnectorSource, or one of cdk_appflow's")
    advice = "give a CustomConnectorDestination, or one of cdk_appflow's"
    check_given("destination", destination, "bind", advice)


def check_lists(**lists: object) -> None:
    """Raise TypeError for what is not a list."""
    for argument, value in lists.items():
        check_type(argument, value, (list, tuple), "give a list")


def check_times(schedule: object, pull_config: object, properties: object) -> None:
    """Raise TypeError for a schedule, or what belongs to it, of another type."""
    advice = "give an aws_events.Schedule, such as Schedule.rate(Duration.hours(1))"
    check_given("schedule", schedule, "expression_string", advice)
    check_type("schedule", schedule, events.Schedule, advice)
    check_given_type(
        "pull_config",
        pull_config,
        cdk_appflow.DataPullConfig,
        "give a cdk_appflow.DataPullConfig",
    )
    check_type(
        "schedule_properties",
        properties,
        cdk_appflow.ScheduleProperties,
        "give a cdk_appflow.ScheduleProperties",
    )


def check_writing(operation: object, error_handling: object) -> None:
    """Raise TypeError for a write operation or an error handling of another type."""
    advice = "give a cdk_appflow.WriteOperation, such as WriteOperation.insert()"
    check_given("operation", operation, "type", advice)
    check_type("operation", operation, cdk_appflow.WriteOperation, advice)
    check_type(
        "error_handling",
        error_handling,
        cdk_appflow.ErrorHandlingConfiguration,
        "give a cdk_appflow.ErrorHandlingConfiguration",
    )
