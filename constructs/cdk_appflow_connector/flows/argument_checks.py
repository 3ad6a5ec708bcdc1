"""Refuses arguments of flows that are of another type, before the library tells less clearly."""

from __future__ import annotations

from aws_cdk import aws_events as events

from cdk_appflow_connector.argument_types import (
    check_given,
    check_given_type,
    check_implements,
    check_type,
)
from cdk_appflow_connector.flows.library import cdk_appflow

_SNS = "of a topic, an aws_events_targets.SnsTopic(topic)"
_TASKS = {
    "mappings": (cdk_appflow.IMapping, "give a list of map_all() or cdk_appflow.Mapping.map(…)"),
    "filters": (cdk_appflow.IFilter, "give a list of cdk_appflow.Filter.when(…)"),
    "validations": (cdk_appflow.IValidation, "give a list of cdk_appflow.Validation.when(…)"),
    "transforms": (cdk_appflow.ITransform, "give a list of cdk_appflow.Transform.mask(…)"),
}


def check_flow(flow: object) -> None:
    """Raise TypeError for something that is no flow, such as its name."""
    advice = "give a flow of cdklabs.cdk_appflow, such as OnDemandFlow, or a ScheduledFlow"
    check_given("flow", flow, "metric_flow_executions_failed", advice)


def check_ends(source: object, destination: object) -> None:
    """Raise TypeError for a source or a destination that can't be a flow's."""
    advice = "give a CustomConnectorSource, or one of cdk_appflow's"
    check_given("source", source, "bind", advice)
    check_implements("source", source, cdk_appflow.ISource, "bind", advice)
    advice = "give a CustomConnectorDestination, or one of cdk_appflow's"
    check_given("destination", destination, "bind", advice)
    check_implements("destination", destination, cdk_appflow.IDestination, "bind", advice)


def check_tasks(**lists: object) -> None:
    """Raise TypeError for what is no list of a flow's tasks, by the names of its arguments."""
    for argument, value in lists.items():
        interface, advice = _TASKS[argument]
        check_type(argument, value, (list, tuple), advice)
        for each in value if isinstance(value, (list, tuple)) else ():
            check_given(argument, each, "bind", advice)
            check_implements(argument, each, interface, "bind", advice)


def check_target(target: object) -> None:
    """Raise TypeError for what gets no events, such as a topic by itself."""
    advice = f"give one of aws_events_targets: {_SNS}"
    check_implements("target", target, events.IRuleTarget, "bind", advice)


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
