"""The arguments that metrics take, with the CDK's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch


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
