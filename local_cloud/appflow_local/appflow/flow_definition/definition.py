"""A flow's definition: the text that the API was given, and its typed members."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from appflow_local.appflow.flow_definition.catalog import GlueCatalog
from appflow_local.appflow.flow_definition.ends import (
    ConnectorEnd,
    DestinationEnd,
    SourceEnd,
)
from appflow_local.appflow.flow_definition.schedule import Schedule
from appflow_local.appflow.transfer.flow_tasks import FlowTasks


@dataclass(frozen=True)
class FlowDefinition:
    """A flow's definition, which `reading.read_definition` makes; equal if the texts are.

    Attributes:
        text: The members of CreateFlow that DescribeFlow returns, as they were given.
        schedule: None for a flow that runs on demand.
        schema: The tasks whose changes the schema version counts, as they were given.
        catalog: Where the data is cataloged; None for nowhere.
        key_arn: The key that objects are encrypted with, if it is the customer's own.

    Known of DescribeFlow (API reference DescribeFlow, `schemaVersion`): the schema version grows
    with a change of mappings, data types or partition keys.
    """

    text: Mapping[str, Any]
    source: SourceEnd = field(compare=False)
    destination: DestinationEnd = field(compare=False)
    schedule: Schedule | None = field(compare=False)
    tasks: FlowTasks = field(compare=False, repr=False)
    schema: tuple[Mapping[str, Any], ...] = field(compare=False, repr=False)
    description: str | None = field(compare=False)
    tags: Mapping[str, str] = field(compare=False)
    catalog: GlueCatalog | None = field(compare=False)
    key_arn: str | None = field(compare=False)

    @property
    def connectors(self) -> tuple[ConnectorEnd, ...]:
        """The ends that are custom connectors: one or both, the source first."""
        ends = (self.source, self.destination)
        return tuple(end for end in ends if isinstance(end, ConnectorEnd))

    @property
    def trigger_type(self) -> str:
        """OnDemand or Scheduled."""
        return "OnDemand" if self.schedule is None else "Scheduled"

    @property
    def given_tasks(self) -> list[dict[str, Any]]:
        """The tasks as they were given; not to be changed."""
        tasks: list[dict[str, Any]] = self.text["tasks"]
        return tasks

    def shown(self, *members: str) -> dict[str, Any]:
        """Return a copy of the text, or of these members of it that were given."""
        return copy.deepcopy({n: v for n, v in self.text.items() if not members or n in members})

    def with_tags(self, tags: Mapping[str, str]) -> FlowDefinition:
        """Return the definition with these tags instead of its own."""
        others = {name: value for name, value in self.text.items() if name != "tags"}
        return replace(self, text={**others, **({"tags": tags} if tags else {})}, tags=tags)

    def updating(self, before: FlowDefinition) -> FlowDefinition:
        """Return the definition with what UpdateFlow keeps of the one `before`.

        Chosen of UpdateFlow: a description that the request leaves out stays, and so do tags and
        the key, which UpdateFlow doesn't take. Without `metadataCatalogConfig` cataloging ends.
        """
        kept = {n: v for n, v in before.text.items() if n != "metadataCatalogConfig"}
        return replace(
            self,
            text={**kept, **self.text},
            description=before.description if self.description is None else self.description,
            tags=before.tags,
            key_arn=before.key_arn,
        )
