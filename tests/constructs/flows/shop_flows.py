"""A stack with flows between a custom connector and a bucket, for tests of templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aws_cdk import Duration, SecretValue, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, map_all
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised

FLOW = "AWS::AppFlow::Flow"


class Shop:
    """A stack with a registered connector, a profile and a bucket."""

    def __init__(
        self,
        stack: Stack | None = None,
        function: lambda_.IFunction | None = None,
        *,
        connector: CustomConnector | None = None,
    ) -> None:
        self.stack = stack or Stack(unbundled_app(), "Stack")
        self.connector = connector or CustomConnector(
            self.stack, "Datasette", function=function or connector_function(self.stack)
        )
        key = ConnectorCredentials.api_key(SecretValue.secrets_manager("shop-token"))
        self.profile = ConnectorProfile(
            self.stack, "Shop", connector=self.connector, credentials=key
        )
        self.bucket = s3.Bucket(self.stack, "Bucket")

    @property
    def to_bucket(self) -> library.S3Destination:
        """The bucket as a destination."""
        return library.S3Destination(location=library.S3Location(bucket=self.bucket))

    def export(
        self,
        mappings: Sequence[library.IMapping] | None = None,
        filters: Sequence[library.IFilter] | None = None,
        source: library.ISource | None = None,
        construct_id: str = "Export",
    ) -> library.OnDemandFlow:
        """A flow from the connector to the bucket."""
        return library.OnDemandFlow(
            self.stack,
            construct_id,
            source=source or CustomConnectorSource(self.profile, "shop/orders"),
            destination=self.to_bucket,
            mappings=[map_all()] if mappings is None else mappings,
            filters=filters,
        )

    def scheduled(self, construct_id: str = "Hourly", **given: Any) -> ScheduledFlow:  # noqa: ANN401 - of ScheduledFlow
        """A flow from the connector to the bucket, each hour."""
        right = {
            "source": CustomConnectorSource(self.profile, "orders"),
            "destination": self.to_bucket,
            "mappings": [map_all()],
            "schedule": events.Schedule.rate(Duration.hours(1)),
        }
        return ScheduledFlow(self.stack, construct_id, **{**right, **given})

    def write_back(self, destination: library.IDestination) -> library.OnDemandFlow:
        """A flow from the bucket to the connector."""
        return library.OnDemandFlow(
            self.stack,
            "WriteBack",
            source=library.S3Source(bucket=self.bucket, prefix="orders"),
            destination=destination,
            mappings=[
                library.Mapping.map(library.Field(name="Id"), name="id"),
                library.Mapping.map(library.Field(name="Total"), name="total"),
            ],
        )

    @property
    def template(self) -> Synthesised:
        """The stack's template."""
        return Synthesised(self.stack)

    @property
    def flow(self) -> dict[str, Any]:
        """The properties of the one flow in the template."""
        properties: dict[str, Any] = self.template.the(FLOW)["Properties"]
        return properties


def operators_of(flow: dict[str, Any]) -> list[str]:
    """What the flow does, each as ConnectorType.OPERATOR."""
    return [
        f"{origin}.{operator}"
        for task in flow["Tasks"]
        for origin, operator in task["ConnectorOperator"].items()
    ]


def tasks_of(flow: dict[str, Any], task_type: str) -> Iterator[dict[str, Any]]:
    """The flow's tasks of one type."""
    return (task for task in flow["Tasks"] if task["TaskType"] == task_type)
