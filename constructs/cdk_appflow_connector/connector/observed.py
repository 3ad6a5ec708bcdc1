"""What can be watched of a connector, and who may look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.argument_types import check_grantee
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.metric_options import MetricOptions, check_metric

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Observed:
    """The grants and metrics of all connectors, of this app or imported."""

    @property
    def function(self) -> lambda_.IFunction | None:
        """The connector's function, if it is known."""
        raise NotImplementedError

    def _arn_for_grants(self) -> str:
        """The connector's ARN, which no value at deployment makes a wildcard."""
        raise NotImplementedError

    @names_construct
    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal read this connector's configuration (DescribeConnector), and no other's.

        The connector's own function can be the principal.

        Raises:
            TypeError: the grantee is none, such as an ARN.
        """
        check_grantee(grantee)
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["appflow:DescribeConnector"],
            resource_arns=[self._arn_for_grants()],
        )

    @names_construct
    def metric_errors(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many calls ended in an exception or Lambda's time-out (``Errors``, their sum).

        A connector that answers with ``isSuccess: false`` is not among them.

        Raises:
            TypeError: an option is of another type.
            ValueError: the connector was imported without its function.
        """
        check_metric(options)
        return function_of(self, "metric_errors").metric_errors(**options)

    @names_construct
    def metric_duration(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How long calls took, in milliseconds (``Duration``, their average).

        AppFlow gives QueryData and WriteData 30 seconds, and other calls 10 (the SDK's README).

        Raises:
            TypeError: an option is of another type.
            ValueError: the connector was imported without its function.
        """
        check_metric(options)
        return function_of(self, "metric_duration").metric_duration(**options)

    @names_construct
    def metric_throttles(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many calls Lambda refused for its limits of concurrency (``Throttles``, their sum).

        Raises:
            TypeError: an option is of another type.
            ValueError: the connector was imported without its function.
        """
        check_metric(options)
        return function_of(self, "metric_throttles").metric_throttles(**options)


def function_of(connector: object, asked: str) -> lambda_.IFunction:
    """Return the connector's function.

    Args:
        connector: the connector.
        asked: what needs the function, for the error.

    Raises:
        ValueError: it isn't known.
    """
    function: lambda_.IFunction | None = getattr(connector, "function", None)
    if function is None:
        path = f" {connector.node.path!r}" if isinstance(connector, Construct) else ""
        raise ValueError(
            f"{asked}: the connector{path} was imported without its function, which has the "
            "metrics: take them from the app that registers the connector, or from "
            "aws_lambda.Function.from_function_name(…)"
        )
    return function
