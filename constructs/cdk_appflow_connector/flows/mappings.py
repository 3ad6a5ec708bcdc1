"""The mapping that copies every field of a source to the destination."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import jsii
from aws_cdk import IStableAnyProducer, Lazy, Stack
from aws_cdk.aws_appflow import CfnFlow

from cdk_appflow_connector.argument_types import check_given_type
from cdk_appflow_connector.flows.library import cdk_appflow


def map_all(exclude: Sequence[str] = ()) -> cdk_appflow.IMapping:
    """Copy every field under its own name.

    The flow then gets no projection of its filters' fields, which the library would add: AppFlow
    wants one or the other (its error: "You must specify a projection task or a MAP_ALL task").
    Not documented: what both together do.

    Example:
        ```python
        mappings = [map_all(exclude=["internal_notes"])]
        ScheduledFlow(
            stack,
            "Daily",
            source=CustomConnectorSource(profile, "orders"),
            destination=cdk_appflow.S3Destination(location=cdk_appflow.S3Location(bucket=bucket)),
            mappings=mappings,
            schedule=events.Schedule.rate(Duration.days(1)),
        )
        ```

    Args:
        exclude: names of fields to leave out. Default: none.

    Raises:
        TypeError: it is no list of texts; a text by itself would be a list of letters.
    """
    advice = "give a list of names, such as ['internal_notes']"
    check_given_type("exclude", exclude, (list, tuple), advice)
    for name in exclude:
        check_given_type("exclude", name, str, advice)
    return _MapAll(exclude)


@jsii.implements(cdk_appflow.IMapping)
class _MapAll:
    def __init__(self, exclude: Sequence[str]) -> None:
        self._excluded = json.dumps(list(exclude))

    def bind(
        self, flow: cdk_appflow.IFlow, source: cdk_appflow.ISource
    ) -> list[CfnFlow.TaskProperty]:
        resource = flow.node.default_child
        if isinstance(resource, CfnFlow):
            resource.tasks = Lazy.any(_WithoutProjection(resource))
        origin = source.connector_type.as_task_connector_operator_origin
        # The library spells it as in JavaScript: customConnector.
        member = re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", origin)
        excluded = CfnFlow.TaskPropertiesObjectProperty(
            key="EXCLUDE_SOURCE_FIELDS_LIST", value=self._excluded
        )
        task = CfnFlow.TaskProperty(
            task_type="Map_all",
            source_fields=[],
            connector_operator=CfnFlow.ConnectorOperatorProperty(**{member: "NO_OP"}),
            task_properties=[excluded],
        )
        return [task]


@jsii.implements(IStableAnyProducer)
class _WithoutProjection:
    def __init__(self, flow: CfnFlow) -> None:
        self._stack, self._tasks = Stack.of(flow), flow.tasks

    def produce(self) -> list[dict[str, Any]]:
        tasks = self._stack.resolve(self._tasks)
        return [task for task in tasks if "PROJECTION" not in task["connectorOperator"].values()]
