"""What a flow between a custom connector and S3 must be like, beyond its shape.

Everything else is refused as a limit of the emulator. The texts that begin `Create Flow request
failed: ` and `UpdateFlow request failed due to:` are AppFlow's, from public reports; that all
mistakes of a definition are worded so is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.account.connectors import CUSTOM, Connector
from appflow_local.appflow.flows.schedule import (
    Schedule,
    ScheduleError,
    ScheduleNotEmulated,
    read_schedule,
)
from appflow_local.appflow.profiles.runtime_settings import DESTINATION, SOURCE, require_settings
from appflow_local.appflow.protocol.errors import ValidationException, not_emulated
from appflow_local.appflow.protocol.validation import require
from appflow_local.appflow.transfer.plan import TaskError, check_tasks

S3 = "S3"
_PREFIX = {
    "CreateFlow": "Create Flow request failed: ",
    "UpdateFlow": "UpdateFlow request failed due to:",
}
_NO_PROJECTION = "Task Validation Error: You must specify a projection task or a MAP_ALL task"
_OTHER_DESTINATION = "Destination object for the destination connector can not be updated"
_OTHER_SOURCE = "Do not update the object for the flow."
_SCHEDULE = "triggerConfig.triggerProperties.Scheduled.scheduleExpression"
_INCREMENTAL = "sourceFlowConfig.incrementalPullConfig.datetimeTypeFieldName"
_FIRST = "destinationFlowConfigList.1.member"


@dataclass(frozen=True)
class Side:
    """One end of a flow: its config, that config's path, and the scope of its settings."""

    config: Mapping[str, Any]
    path: str
    scope: str

    @property
    def properties_path(self) -> str:
        """The path, within the config, of the properties of the config's connector type."""
        return f"{self.scope.lower()}ConnectorProperties.{self.config['connectorType']}"

    @property
    def properties(self) -> Mapping[str, Any]:
        """The properties of the config's connector type."""
        member, kind = self.properties_path.split(".")
        properties: Mapping[str, Any] = self.config[member][kind]
        return properties

    @property
    def settings(self) -> dict[str, str]:
        """The connector runtime settings."""
        return dict(self.properties.get("customProperties", {}))


def connector_side(operation: str, parameters: Mapping[str, Any]) -> Side:
    """Check a definition as far as it speaks for itself; return the custom connector's end.

    Inferred: a custom connector's end needs a profile and an API version, both ends need their
    properties, a schedule needs its expression, and an incremental pull the field it goes by.

    Raises:
        UnsupportedOperationException: a flow of another kind.
        ValidationException: the definition is incomplete or makes no sense.
    """
    _check_emulated(parameters)
    destinations = parameters["destinationFlowConfigList"]
    if len(destinations) != 1:
        raise broken(operation, "You must specify exactly one destination")
    sides = (
        Side(parameters["sourceFlowConfig"], "sourceFlowConfig", SOURCE),
        Side(destinations[0], _FIRST, DESTINATION),
    )
    custom = _custom_of(sides)
    for side in sides:
        require(side.config, side.properties_path, within=side.path)
    require(custom.config, "connectorProfileName", "apiVersion", within=custom.path)
    if parameters["triggerConfig"]["triggerType"] == "Scheduled":
        _check_schedule(operation, parameters, custom)
    if not any(_projects(task) for task in parameters["tasks"]):
        raise broken(operation, _NO_PROJECTION)
    try:
        check_tasks(parameters["tasks"], parameters["sourceFlowConfig"]["connectorType"])
    except TaskError as error:
        raise broken(operation, str(error)) from None
    return custom


def check_capabilities(
    operation: str, parameters: Mapping[str, Any], side: Side, connector: Connector
) -> None:
    """Check a definition against what the connector says that it can do. Inferred.

    Raises:
        ValidationException: the connector cannot do it, or requires a setting.
    """
    mistakes = list(_beyond(parameters, side, connector.configuration))
    if mistakes:
        raise broken(operation, ", ".join(mistakes))
    path = f"{side.path}.{side.properties_path}.customProperties"
    require_settings(connector, side.scope, side.settings, path)


def check_same_objects(
    source: tuple[Mapping[str, Any], Mapping[str, Any]],
    destination: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    """Refuse another source or destination object; each is given before and after.

    Source: public reports; S3's objects are the bucket and the prefix. Inferred: a connector's are
    its entity.

    Raises:
        ValidationException: one is another one.
    """
    if len({_object(config, "destination") for config in destination}) > 1:
        raise broken("UpdateFlow", _OTHER_DESTINATION)
    if len({_object(config, "source") for config in source}) > 1:
        raise broken("UpdateFlow", _OTHER_SOURCE)


def broken(operation: str, mistake: str) -> ValidationException:
    """Say what is wrong with a definition, as AppFlow says it."""
    return ValidationException(f"{_PREFIX[operation]}[{mistake}]")


def _check_emulated(parameters: Mapping[str, Any]) -> None:
    if "kmsArn" in parameters:
        raise not_emulated("Encryption with a key of your own (kmsArn) is not emulated.")
    if parameters.get("metadataCatalogConfig"):
        raise not_emulated("Cataloging the data of a flow is not emulated.")
    if parameters["triggerConfig"]["triggerType"] == "Event":
        raise not_emulated("Flows that are triggered by events are not emulated.")


def _check_schedule(operation: str, parameters: Mapping[str, Any], custom: Side) -> None:
    require(parameters, _SCHEDULE)
    if _schedule(operation, parameters).is_incremental:
        if custom.scope != SOURCE:
            raise not_emulated("Pulling files incrementally is not emulated.")
        require(parameters, _INCREMENTAL)


def _schedule(operation: str, parameters: Mapping[str, Any]) -> Schedule:
    try:
        return read_schedule(parameters["triggerConfig"]["triggerProperties"]["Scheduled"])
    except ScheduleError as error:
        raise broken(operation, str(error)) from None
    except ScheduleNotEmulated as error:
        raise not_emulated(f"{error} is not emulated.") from None


def _custom_of(sides: tuple[Side, Side]) -> Side:
    source, destination = sides
    kinds = (source.config["connectorType"], destination.config["connectorType"])
    if kinds == (CUSTOM, S3):
        return source
    if kinds == (S3, CUSTOM):
        return destination
    raise not_emulated(
        f"Flows from {kinds[0]} to {kinds[1]} are not emulated, only those between a custom "
        "connector and S3."
    )


def _projects(task: Mapping[str, Any]) -> bool:
    operators = task.get("connectorOperator", {}).values()
    return task["taskType"] == "Map_all" or (
        task["taskType"] == "Filter" and "PROJECTION" in operators
    )


def _beyond(
    parameters: Mapping[str, Any], side: Side, configuration: Mapping[str, Any]
) -> Iterator[str]:
    if side.scope not in configuration["connectorModes"]:
        yield f"The connector can not be used as {side.scope.lower()}"
    version = side.config["apiVersion"]
    if version not in configuration["supportedApiVersions"]:
        yield f"The connector does not support the API version {version}"
    trigger = parameters["triggerConfig"]["triggerType"]
    if side.scope == SOURCE and trigger not in configuration["supportedTriggerTypes"]:
        yield f"The connector does not support the trigger type {trigger}"
    if side.scope == SOURCE and trigger == "Scheduled":
        yield from _too_frequent(parameters, configuration)
    operation = side.properties.get("writeOperationType")
    if operation is not None and operation not in configuration["supportedWriteOperations"]:
        yield f"The connector does not support the write operation {operation}"


def _too_frequent(parameters: Mapping[str, Any], configuration: Mapping[str, Any]) -> Iterator[str]:
    """Source: AppFlow User Guide, "Flow triggers": the source's frequencies limit a flow's."""
    frequency = _schedule("CreateFlow", parameters).frequency
    if frequency and frequency not in configuration["supportedSchedulingFrequencies"]:
        yield f"The connector does not support the scheduling frequency {frequency}"


def _object(config: Mapping[str, Any], end: str) -> tuple[str | None, ...]:
    kind = config["connectorType"]
    properties = config[f"{end}ConnectorProperties"][kind]
    names = ("bucketName", "bucketPrefix", "entityName")
    return (kind, *(properties.get(name) for name in names))
