"""What a flow's definition must be like for its connector, and what UpdateFlow can't change.

Known of CreateFlow (hashicorp/terraform-provider-awscc#338; hashicorp/terraform-provider-aws#34508;
aws/aws-cdk#14452): the texts that begin `Create Flow request failed: ` and `UpdateFlow request
failed due to:`; a projection or `Map_all` task is mandatory.
Inferred of CreateFlow (the same): every mistake in a definition begins this way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.flow_definition import FlowDefinition
from appflow_local.appflow.flow_definition.ends import ConnectorDestinationEnd, ConnectorEnd
from appflow_local.appflow.profiles.runtime_settings import require_settings
from appflow_local.appflow.protocol.errors import ValidationException, not_emulated

_PREFIX = {
    "CreateFlow": "Create Flow request failed: ",
    "UpdateFlow": "UpdateFlow request failed due to:",
}
_OTHER_DESTINATION = "Destination object for the destination connector can not be updated"
_OTHER_SOURCE = "Do not update the object for the flow."


def check_capabilities(
    operation: str, definition: FlowDefinition, end: ConnectorEnd, connector: Connector
) -> None:
    """Check a definition against what the connector at one end supports.

    Inferred of CreateFlow (SDK, DescribeConnectorConfigurationResponse): a flow is checked against
    what the connector says it can do: modes, API versions, triggers, write operations, required
    settings.

    Raises:
        ValidationException: the connector doesn't support it, or requires a setting.
    """
    mistakes = list(_beyond(definition, end, connector.configuration))
    if mistakes:
        raise broken(operation, ", ".join(mistakes))
    require_settings(connector, end.scope, end.settings, end.settings_path)


def check_same_objects(before: FlowDefinition, after: FlowDefinition) -> None:
    """Refuse a change of the source or destination object.

    Known of UpdateFlow (aws/aws-cdk#14452): the text for another destination object.
    Inferred of UpdateFlow: the text for another source object.

    Raises:
        ValidationException: one has changed.
    """
    if before.destination.data_object != after.destination.data_object:
        raise broken("UpdateFlow", _OTHER_DESTINATION)
    if before.source.data_object != after.source.data_object:
        raise broken("UpdateFlow", _OTHER_SOURCE)


def broken(operation: str, mistake: str) -> ValidationException:
    """Return the error for an invalid definition, in AppFlow's words."""
    return ValidationException(f"{_PREFIX[operation]}[{mistake}]")


def _beyond(
    definition: FlowDefinition, end: ConnectorEnd, configuration: Mapping[str, Any]
) -> Iterator[str]:
    if end.scope not in configuration["connectorModes"]:
        yield f"The connector can not be used as {end.scope.lower()}"
    if end.api_version not in configuration["supportedApiVersions"]:
        yield f"The connector does not support the API version {end.api_version}"
    if configuration["supportedDataTransferTypes"] == ["FILE"]:
        raise not_emulated("A connector that transfers files only is not emulated.")
    if end is definition.source:
        yield from _beyond_operators(definition, configuration)
        yield from _beyond_triggers(definition, configuration)
    operation = end.write_operation if isinstance(end, ConnectorDestinationEnd) else None
    if operation is not None and operation not in configuration["supportedWriteOperations"]:
        yield f"The connector does not support the write operation {operation}"


def _beyond_operators(
    definition: FlowDefinition, configuration: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the operators of filters that the connector lacks.

    Inferred of CreateFlow (SDK README, `filterOperators`: AppFlow determines by them what a field
    can be filtered by): a filter's operator must be one that the connector supports.
    """
    used = dict.fromkeys(found.operator for found in definition.tasks.filters)
    for operator in used:
        if operator not in configuration["supportedOperators"]:
            yield f"The connector does not support the operator {operator}"


def _beyond_triggers(definition: FlowDefinition, configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield the trigger and the frequency that the connector lacks.

    Known of Schedules (AppFlow User Guide, "Flow triggers"): a flow's frequency depends on what the
    source supports.
    Inferred of Schedules: other frequencies and triggers are refused when the flow is created.
    """
    trigger = definition.trigger_type
    if trigger not in configuration["supportedTriggerTypes"]:
        yield f"The connector does not support the trigger type {trigger}"
    frequency = definition.schedule.times.frequency if definition.schedule else None
    if frequency and frequency not in configuration["supportedSchedulingFrequencies"]:
        yield f"The connector does not support the scheduling frequency {frequency}"
