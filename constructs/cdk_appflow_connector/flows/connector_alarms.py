"""The alarms of a connector, made once in a stack for all flows that use it there."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.connector.imported_connector import ICustomConnector
from cdk_appflow_connector.connector.observed import function_of
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of, node_of
from cdk_appflow_connector.flows.alarm_topic import AlarmTopic

_PERIOD = Duration.minutes(5)
# Source: the SDK's README: AppFlow gives QueryData and WriteData 30 seconds.
_PATIENCE_MILLISECONDS = 30_000
_NEAR = 0.8


class ConnectorAlarms:
    """The alarms of one connector's function.

    They are in the stack of the flows: the connector's own may be deployed before their topic.
    """

    def __init__(self, scope: Construct, connector: ICustomConnector) -> None:
        self._function = function_of(connector, "monitor")
        self._told: set[str] = set()
        # As text: a reference would have the alarms wait for the registration, or export it.
        label = getattr(connector, "label", connector.connector_label)
        self.throttles = self._function.metric_throttles(period=_PERIOD).create_alarm(
            scope,
            "Throttles",
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"Lambda throttled calls of the connector {label}: raise its "
            "function's reserved concurrency, or the account's",
        )
        limit = _patience(self._function)
        self.slow = self._function.metric_duration(
            period=_PERIOD, statistic="Maximum"
        ).create_alarm(
            scope,
            "Slow",
            threshold=_NEAR * limit,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"A call of the connector {label} took more than {_NEAR:.0%} of the "
            f"{limit / 1000:g} s that it has: answer in smaller pages, or give it more memory",
        )

    @classmethod
    def shared(cls, scope: Construct, connector: ICustomConnector) -> ConnectorAlarms:
        """Return those of the connector in a construct's stack, made on first use."""
        function = function_of(connector, "monitor")
        stack = environment_of(scope).stack
        made = state_of(stack, "connector_alarms", dict[str, ConnectorAlarms])
        node = node_of(function)
        if node.path not in made:
            holder = Construct(stack, f"ConnectorAlarms{node.addr[-8:]}")
            made[node.path] = cls(holder, connector)
        return made[node.path]

    def tell(self, topic: AlarmTopic) -> None:
        """Have a topic told of them."""
        if topic.arn not in self._told:
            self._told.add(topic.arn)
            topic.is_told_of(self.throttles)
            topic.is_told_of(self.slow)

    def widgets(self, width: int) -> list[cloudwatch.IWidget]:
        """Graphs of the connector's calls."""
        function = self._function
        calls = [
            function.metric_invocations(label="calls"),
            function.metric_errors(label="errors"),
            function.metric_throttles(label="throttles"),
        ]
        took = [function.metric_duration(statistic="Maximum", label="longest call, ms")]
        return [
            cloudwatch.GraphWidget(title="The connector's calls", left=calls, width=width),
            cloudwatch.GraphWidget(
                title="How long they took",
                left=took,
                left_annotations=[self.slow.to_annotation()],
                width=width,
            ),
        ]


def _patience(function: lambda_.IFunction) -> float:
    """The milliseconds that a call may take."""
    function = _with_time_out(function)
    timeout: Duration | None = getattr(function, "timeout", None)
    if timeout is None or timeout.is_unresolved():
        # Lambda's default is three seconds: a function of the app without a time-out has it.
        is_own = isinstance(function, lambda_.Function) and timeout is None
        return 3_000 if is_own else _PATIENCE_MILLISECONDS
    return min(float(timeout.to_milliseconds()), _PATIENCE_MILLISECONDS)


def _with_time_out(function: lambda_.IFunction) -> lambda_.IFunction:
    """The function behind an alias or a version, which have no time-out of their own."""
    version = function.version if isinstance(function, lambda_.Alias) else function
    return version.lambda_ if isinstance(version, lambda_.Version) else version
