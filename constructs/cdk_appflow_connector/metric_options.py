"""The arguments that metrics take, with the CDK's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cdk_appflow_connector.argument_types import check_type

_TYPES: Final[Mapping[str, tuple[type, str]]] = {
    "period": (Duration, "give a Duration, such as Duration.minutes(5)"),
    "statistic": (str, "give a text, such as 'Sum', or an aws_cloudwatch.Stats"),
    "label": (str, "give a text"),
    "color": (str, "give a text, such as '#2ca02c'"),
    "unit": (cloudwatch.Unit, "give a member of aws_cloudwatch.Unit"),
    "dimensions_map": (Mapping, "give a mapping of names to texts"),
    "account": (str, "give the account's number as a text"),
    "region": (str, "give a Region's name"),
}


class MetricOptions(TypedDict, total=False):
    """The arguments of a metric of the CDK, such as ``aws_lambda.IFunction.metric_errors``.

    Args:
        period: over how long values are put together. Default: five minutes.
        statistic: how they are: ``Sum``, ``Maximum``, ``p99``. Default: the method's.
        label: what a dashboard calls the metric.
        color: its colour on a dashboard, as ``#2ca02c``.
        unit: of what unit values count. Default: of any.
        dimensions_map: its dimensions. Default: the method's.
        account: where it is from, if from elsewhere.
        region: where it is from, if from elsewhere.
    """

    period: Duration
    statistic: str
    label: str
    color: str
    unit: cloudwatch.Unit
    dimensions_map: Mapping[str, str]
    account: str
    region: str


def check_metric(options: Mapping[str, object]) -> None:
    """Raise TypeError for an option of another type; the CDK knows which others there are."""
    for name in options.keys() & _TYPES.keys():
        check_type(name, options[name], *_TYPES[name])
