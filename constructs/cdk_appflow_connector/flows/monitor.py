"""The alarms and the dashboard that a flow over a custom connector should have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_appflow_connector.argument_types import check_kind
from cdk_appflow_connector.connector.imported_connector import ICustomConnector
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.flows.alarm_topic import AlarmTopic
from cdk_appflow_connector.flows.argument_checks import check_flow
from cdk_appflow_connector.flows.connector_alarms import ConnectorAlarms
from cdk_appflow_connector.flows.events import on_deactivated
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.nag_reasons import SERVERLESS_PACK, acknowledge_finding

_PERIOD = Duration.minutes(5)
_WIDTH = 12


class FlowMonitor(ShownConstruct, Construct):
    """Alarms and a dashboard for a flow; `monitor` makes it.

    Example:
        ```python
        watched: FlowMonitor = monitor(flow, connector)
        CfnOutput(stack, "FailedRuns", value=watched.failed_runs_alarm.alarm_name)
        ```

    Args:
        scope: the flow.
        construct_id: the id in the flow.
        flow: the flow.
        connector: the flow's connector. Default: only the flow is watched.
        alarm_topic: who is told. Default: nobody; add actions to `alarms`.
        dashboard: where the graphs go. Default: a new dashboard.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the connector was imported without its function, or the topic is in another
            Region.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        flow: cdk_appflow.IFlow,
        connector: ICustomConnector | None = None,
        alarm_topic: sns.ITopic | sns.Topic | None = None,
        dashboard: cloudwatch.Dashboard | None = None,
    ) -> None:
        _check(flow, connector, alarm_topic, dashboard)
        super().__init__(scope, construct_id)
        self._flow = flow
        self._connector = connector
        topic = None if alarm_topic is None else AlarmTopic(self, alarm_topic)
        self._failed_runs = self._alarm_of_failed_runs()
        if topic is not None:
            topic.is_told_of(self._failed_runs)
        self._deactivated = on_deactivated(flow, f"{construct_id}Deactivated")
        if alarm_topic is not None:
            self._deactivated.add_target(targets.SnsTopic(alarm_topic, message=_deactivation()))
        late = "EventBridge tries for a day; the alarm of failed runs has gone off before"
        acknowledge_finding(self._deactivated, "EventBusDLQ", late, SERVERLESS_PACK)
        self._of_connector: ConnectorAlarms | None = None
        if connector is not None:
            self._of_connector = ConnectorAlarms.shared(self, connector)
            if topic is not None:
                self._of_connector.tell(topic)
        self._dashboard = dashboard or cloudwatch.Dashboard(self, "Dashboard")
        self._dashboard.add_widgets(*self._widgets())

    @property
    def failed_runs_alarm(self) -> cloudwatch.Alarm:
        """Goes off when a run failed within five minutes."""
        return self._failed_runs

    @property
    def deactivated_rule(self) -> events.Rule:
        """Matches when AppFlow suspends the flow's schedule; its target is the topic.

        AppFlow has no metric of it, so it is no alarm.
        """
        return self._deactivated

    @property
    def throttles_alarm(self) -> cloudwatch.Alarm | None:
        """Goes off when Lambda refused a call of the connector; None without a connector."""
        return self._of_connector.throttles if self._of_connector else None

    @property
    def slow_connector_alarm(self) -> cloudwatch.Alarm | None:
        """Goes off when a call took 80 % of the time there is; None without a connector.

        That is AppFlow's 30 seconds, or the function's own time-out if it is shorter.
        """
        return self._of_connector.slow if self._of_connector else None

    @property
    def alarms(self) -> Sequence[cloudwatch.Alarm]:
        """All alarms."""
        every = (self._failed_runs, self.throttles_alarm, self.slow_connector_alarm)
        return [alarm for alarm in every if alarm is not None]

    @property
    def dashboard(self) -> cloudwatch.Dashboard:
        """The dashboard with the graphs."""
        return self._dashboard

    def _shown(self) -> dict[str, object]:
        connector = self._connector
        label = None if connector is None else getattr(connector, "label", None)
        return {"flow": self._flow.node.path, "connector": label}

    def _alarm_of_failed_runs(self) -> cloudwatch.Alarm:
        metric = self._flow.metric_flow_executions_failed(statistic="Sum", period=_PERIOD)
        return metric.create_alarm(
            self,
            "FailedRuns",
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"A run of the flow {self._flow.name} failed. Why is in the flow's "
            "run history, and in the log of the connector's function",
        )

    def _widgets(self) -> list[cloudwatch.IWidget]:
        flow = self._flow
        runs = [
            flow.metric_flow_executions_succeeded(statistic="Sum", label="succeeded"),
            flow.metric_flow_executions_failed(statistic="Sum", label="failed"),
        ]
        records = [flow.metric_flow_execution_records_processed(statistic="Sum", label="records")]
        took = [flow.metric_flow_execution_time(statistic="Maximum", label="run, ms")]
        widgets: list[cloudwatch.IWidget] = [
            cloudwatch.AlarmStatusWidget(
                alarms=list(self.alarms), title=flow.name, width=2 * _WIDTH
            ),
            cloudwatch.GraphWidget(title="Runs", left=runs, right=took, width=_WIDTH),
            cloudwatch.GraphWidget(title="Records", left=records, width=_WIDTH),
        ]
        if self._of_connector is not None:
            widgets += self._of_connector.widgets(_WIDTH)
        return widgets


@names_construct
def monitor(
    flow: cdk_appflow.IFlow,
    connector: ICustomConnector | None = None,
    *,
    alarm_topic: sns.ITopic | sns.Topic | None = None,
    dashboard: cloudwatch.Dashboard | None = None,
    construct_id: str = "Monitor",
) -> FlowMonitor:
    """Watch a flow and its connector: the alarms that they should have, and a dashboard.

    There is an alarm for failed runs, one for calls of the connector that Lambda throttled, one for
    calls that came near AppFlow's 30 seconds, and a notice when AppFlow suspends the schedule. The
    alarms of a connector are made once in a stack, and tell the topics of all its flows.

    Args:
        flow: the flow, any of the library's.
        connector: its connector, of this app or imported with its function. Default: only the flow
            is watched.
        alarm_topic: the topic that is told. Its policy admits CloudWatch and EventBridge then, and
            so does the policy of its key. Default: none; add actions to the monitor's `alarms`.
        dashboard: a dashboard that gets the graphs. Default: a new one.
        construct_id: the id in the flow.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the connector was imported without its function, or the topic is in another
            Region.
    """
    check_flow(flow)
    return FlowMonitor(
        cast("Construct", flow),
        construct_id,
        flow=flow,
        connector=connector,
        alarm_topic=alarm_topic,
        dashboard=dashboard,
    )


def _check(flow: object, connector: object, topic: object, dashboard: object) -> None:
    check_flow(flow)
    check_kind(
        "connector",
        connector,
        "connector_label",
        "give a CustomConnector, or refer to one with CustomConnector.from_connector_label",
    )
    check_kind(
        "alarm_topic",
        topic,
        "topic_arn",
        "give an aws_sns.Topic, or refer to one with Topic.from_topic_arn",
    )
    check_kind("dashboard", dashboard, "add_widgets", "give an aws_cloudwatch.Dashboard")


def _deactivation() -> events.RuleTargetInput:
    name = events.EventField.from_path("$.detail.flow-name")
    reason = events.EventField.from_path("$.detail.deactivation-reason")
    return events.RuleTargetInput.from_text(
        f"AppFlow deactivated the schedule of the flow {name}: {reason}"
    )
