"""A flow that runs on a schedule, with custom connectors or any others of the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import TimeZone
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk.aws_appflow import CfnFlow
from constructs import Construct

from cdk_appflow_connector.argument_types import check_kind, check_type
from cdk_appflow_connector.claims import claim
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.flows.argument_checks import check_ends, check_lists, check_times
from cdk_appflow_connector.flows.endpoints import check_profiles, check_schedule
from cdk_appflow_connector.flows.library import Destination, RuleTarget, Source, cdk_appflow
from cdk_appflow_connector.flows.schedules import check_pull, scheduled_trigger
from cdk_appflow_connector.removal_policy import RemovedByPolicy

# Source: AppFlow User Guide, "Flow notifications".
_DEACTIVATED = "AppFlow Scheduled Flow Deactivated"
_EVERYTHING = cdk_appflow.DataPullConfig(mode=cdk_appflow.DataPullMode.COMPLETE)


class ScheduledFlow(RemovedByPolicy, cdk_appflow.FlowBase):
    """A flow that AppFlow runs on a schedule, with the arguments of the library's OnScheduleFlow.

    Unlike that one, it has the schedule in the template, and not a custom resource with two Lambda
    functions that work it out at deployment.

    Example:
        ```python
        ScheduledFlow(
            stack,
            "Hourly",
            source=CustomConnectorSource(profile, "orders"),
            destination=cdk_appflow.S3Destination(location=cdk_appflow.S3Location(bucket=bucket)),
            mappings=[map_all()],
            schedule=events.Schedule.rate(Duration.hours(1)),
        )
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        source: where the records come from.
        destination: where they go.
        mappings: which fields go where: `map_all()`, or the library's ``Mapping.map`` for each.
        schedule: ``Schedule.rate`` or ``Schedule.cron``, at most once a minute.
        pull_config: the mode COMPLETE, or INCREMENTAL with the Date or DateTime field by which a
            run finds what is new since the last one. Default: each run reads everything.
        schedule_properties: when the schedule starts (in the future, at deployment) and ends, each
            run's offset (at most ten hours), and how far back an incremental flow's first run
            reads. Default: at once, never, none, and AppFlow's 30 days.
        time_zone: a label, shown with the schedule. It moves nothing: cron expressions are in UTC,
            and the start and end have offsets of their own (API reference,
            ScheduledTriggerProperties). Default: none.
        deactivate_after_failures: after how many failed runs in a row AppFlow suspends the
            schedule, 1 to 100; `on_deactivated` and `monitor` tell of it. Default: AppFlow's
            choice, which isn't documented.
        auto_activate: whether the schedule is active once deployed. Without a status, AppFlow
            would leave the flow a draft (CloudFormation, ``FlowStatus``). Default: True.
        filters: which records are transferred; all filters must match. Default: all records.
        validations: what the records are checked for. Default: nothing.
        transforms: which fields are masked or truncated. Default: none.
        name: the flow's name. Default: a name from the construct's path.
        description: shown with the flow. Default: none.
        key: encrypts what AppFlow stores for the flow. Default: the key that AppFlow manages.

    Raises:
        TypeError: an argument is of another type.
        ValueError: AppFlow would refuse the schedule, there is no mapping, two arguments contradict
            each other, another ScheduledFlow of the app has the name, a profile is in another
            account or Region, or the connector, asked by ``preflight``, supports no schedules or
            has no such field.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source: Source,
        destination: Destination,
        mappings: Sequence[cdk_appflow.IMapping],
        schedule: events.Schedule,
        pull_config: cdk_appflow.DataPullConfig = _EVERYTHING,
        schedule_properties: cdk_appflow.ScheduleProperties | None = None,
        time_zone: TimeZone | str | None = None,
        deactivate_after_failures: int | None = None,
        auto_activate: bool = True,
        filters: Sequence[cdk_appflow.IFilter] | None = None,
        validations: Sequence[cdk_appflow.IValidation] | None = None,
        transforms: Sequence[cdk_appflow.ITransform] | None = None,
        name: str | None = None,
        description: str | None = None,
        key: kms.IKey | kms.Key | None = None,
    ) -> None:
        check_ends(source, destination)
        check_lists(
            mappings=mappings, filters=filters, validations=validations, transforms=transforms
        )
        check_times(schedule, pull_config, schedule_properties)
        check_type("auto_activate", auto_activate, bool, "give True or False")
        check_kind(
            "key", key, "key_arn", "give an aws_kms.Key, or refer to one by Key.from_key_arn"
        )
        if not mappings:
            raise ValueError("mappings is empty: give map_all(), or a Mapping.map for each field")
        check_profiles(scope, source, destination)
        check_pull(pull_config, source)
        check_schedule(source, pull_config.timestamp_field)
        times = schedule_properties or cdk_appflow.ScheduleProperties()
        trigger = scheduled_trigger(
            schedule,
            pull_config,
            times,
            time_zone=time_zone,
            deactivate_after_failures=deactivate_after_failures,
        )
        super().__init__(
            scope,
            construct_id,
            type=cdk_appflow.FlowType.SCHEDULED,
            status=cdk_appflow.FlowStatus["ACTIVE" if auto_activate else "SUSPENDED"],
            source=cast("cdk_appflow.ISource", source),
            destination=cast("cdk_appflow.IDestination", destination),
            mappings=list(mappings),
            filters=filters,
            validations=validations,
            transforms=transforms,
            name=name,
            description=description,
            key=key,
        )
        if name is not None:
            claim(self, "name", name)
        self._set_trigger(trigger, pull_config.timestamp_field)

    def on_deactivated(
        self,
        construct_id: str,
        *,
        target: RuleTarget | None = None,
        event_pattern: events.EventPattern | None = None,
        description: str | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Return a new rule for the event that AppFlow stopped the schedule because runs failed.

        As with the library's `OnScheduleFlow`, which this class replaces. `on_run_started` and
        `on_run_completed` are the library's own.

        Args:
            construct_id: the rule's id in the flow.
            target: what gets the event. Default: none; `add_target` of the rule adds targets.
            event_pattern: what else the event must have. Default: nothing.
            description: shown with the rule. Default: none.
            rule_name: the rule's name. Default: one by CloudFormation.
            cross_stack_scope: the parent of the rule, if the target is in another stack. Default:
                the flow.
        """
        rule = self.on_event(
            construct_id,
            target=cast("events.IRuleTarget", target),
            event_pattern=event_pattern,
            description=description,
            rule_name=rule_name,
            cross_stack_scope=cross_stack_scope,
        )
        rule.add_event_pattern(detail_type=[_DEACTIVATED])
        return rule

    def _set_trigger(self, trigger: CfnFlow.TriggerConfigProperty, field: str | None) -> None:
        resource = self.node.default_child
        if not isinstance(resource, CfnFlow):
            raise TypeError(f"{type(resource).__name__} is not the flow's resource")
        resource.trigger_config = trigger
        if field is not None:
            path = "SourceFlowConfig.IncrementalPullConfig.DatetimeTypeFieldName"
            resource.add_property_override(path, field)
