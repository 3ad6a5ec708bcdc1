"""Reads the definition in a CreateFlow or UpdateFlow request, and refuses invalid ones.

Flows between custom connectors, and between a custom connector and S3, are emulated; all others are
refused as a limit of the emulator.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.flow_definition.catalog import read_catalog
from appflow_local.appflow.flow_definition.definition import FlowDefinition
from appflow_local.appflow.flow_definition.ends import (
    CUSTOM,
    S3,
    ConnectorDestinationEnd,
    ConnectorSourceEnd,
    DestinationEnd,
    ErrorHandling,
    OutputFormat,
    S3DestinationEnd,
    S3SourceEnd,
    SourceEnd,
)
from appflow_local.appflow.flow_definition.run_times import ScheduleError, ScheduleNotEmulated
from appflow_local.appflow.flow_definition.schedule import Schedule, read_schedule
from appflow_local.appflow.protocol.errors import not_emulated
from appflow_local.appflow.protocol.validation import require
from appflow_local.appflow.transfer.errors import TaskError, TaskNotEmulated
from appflow_local.appflow.transfer.flow_tasks import FlowTasks, read_tasks
from appflow_local.appflow.transfer.formats import DEFAULT_FILE_TYPE
from appflow_local.appflow.transfer.object_keys import read_prefix_config

_SHOWN = (
    "description",
    "kmsArn",
    "metadataCatalogConfig",
    "triggerConfig",
    "sourceFlowConfig",
    "destinationFlowConfigList",
    "tasks",
    "tags",
)
_SCHEMA_TASKS = ("Map", "Map_all", "Merge", "Partition")
_MEGABYTE = 1024 * 1024
_SOURCE, _DESTINATION = "sourceFlowConfig", "destinationFlowConfigList.1.member"
_SCHEDULE = "triggerConfig.triggerProperties.Scheduled.scheduleExpression"
_INCREMENTAL = "sourceFlowConfig.incrementalPullConfig.datetimeTypeFieldName"


class DefinitionError(Exception):
    """A definition is invalid; the message says why, in AppFlow's words where they are known."""


def read_definition(parameters: Mapping[str, Any]) -> FlowDefinition:
    """Read a definition, whose shape is checked; other members of the request are ignored.

    Inferred of CreateFlow: a custom connector's end needs a profile and an API version, both ends
    need their properties, a schedule needs its expression, and an incremental pull its timestamp
    field.

    Raises:
        UnsupportedOperationException: a flow of another kind.
        ValidationException: a member is missing.
        DefinitionError: the definition is invalid.
    """
    _check_emulated(parameters)
    text = copy.deepcopy({name: parameters[name] for name in _SHOWN if name in parameters})
    destinations = text["destinationFlowConfigList"]
    if len(destinations) != 1:
        raise DefinitionError("You must specify exactly one destination")
    source, destination = text["sourceFlowConfig"], destinations[0]
    _check_ends(source, destination)
    catalog = read_catalog(text.get("metadataCatalogConfig", {}))
    if catalog is not None and destination["connectorType"] != S3:
        # Known of Data catalog (API reference GlueDataCatalogConfig): only data that goes to S3 can
        # be cataloged.
        # Inferred of Data catalog: the error's words for other destinations.
        raise DefinitionError("Only data that is transferred to Amazon S3 can be cataloged")
    return FlowDefinition(
        text=text,
        source=_source(source),
        destination=_destination(destination),
        schedule=_schedule(text),
        tasks=_tasks(text["tasks"], source["connectorType"]),
        schema=tuple(task for task in text["tasks"] if task["taskType"] in _SCHEMA_TASKS),
        description=text.get("description"),
        tags=text.get("tags", {}),
        catalog=catalog,
        key_arn=text.get("kmsArn"),
    )


def _check_emulated(parameters: Mapping[str, Any]) -> None:
    if parameters["triggerConfig"]["triggerType"] == "Event":
        raise not_emulated("Flows that are triggered by events are not emulated.")


def _check_ends(source: Mapping[str, Any], destination: Mapping[str, Any]) -> None:
    kinds = (source["connectorType"], destination["connectorType"])
    if CUSTOM not in kinds or not {*kinds} <= {CUSTOM, S3}:
        raise not_emulated(
            f"Flows from {kinds[0]} to {kinds[1]} are not emulated, only those between custom "
            "connectors, and between a custom connector and S3."
        )
    require(source, f"sourceConnectorProperties.{kinds[0]}", within=_SOURCE)
    require(destination, f"destinationConnectorProperties.{kinds[1]}", within=_DESTINATION)
    for end, kind, path in ((source, kinds[0], _SOURCE), (destination, kinds[1], _DESTINATION)):
        if kind == CUSTOM:
            require(end, "connectorProfileName", "apiVersion", within=path)


def _source(config: Mapping[str, Any]) -> SourceEnd:
    properties = config["sourceConnectorProperties"][config["connectorType"]]
    if config["connectorType"] == S3:
        return S3SourceEnd(
            bucket=properties["bucketName"],
            prefix=properties.get("bucketPrefix"),
            file_type=properties.get("s3InputFormatConfig", {}).get("s3InputFileType", "CSV"),
        )
    return ConnectorSourceEnd(
        profile_name=config["connectorProfileName"],
        api_version=config["apiVersion"],
        entity=properties["entityName"],
        settings=properties.get("customProperties", {}),
        timestamp_field=config.get("incrementalPullConfig", {}).get("datetimeTypeFieldName"),
    )


def _destination(config: Mapping[str, Any]) -> DestinationEnd:
    properties = config["destinationConnectorProperties"][config["connectorType"]]
    if config["connectorType"] == S3:
        return S3DestinationEnd(
            bucket=properties["bucketName"],
            prefix=properties.get("bucketPrefix"),
            format=_output_format(properties.get("s3OutputFormatConfig", {})),
        )
    return ConnectorDestinationEnd(
        profile_name=config["connectorProfileName"],
        api_version=config["apiVersion"],
        entity=properties["entityName"],
        settings=properties.get("customProperties", {}),
        write_operation=properties.get("writeOperationType"),
        id_fields=tuple(properties.get("idFieldNames", ())),
        error_handling=_error_handling(properties.get("errorHandlingConfig", {})),
    )


def _output_format(config: Mapping[str, Any]) -> OutputFormat:
    aggregation = config.get("aggregationConfig", {})
    target_size = aggregation.get("targetFileSize", 0) * _MEGABYTE
    return OutputFormat(
        file_type=config.get("fileType", DEFAULT_FILE_TYPE),
        preserves_types=config.get("preserveSourceDataTyping", False),
        target_size=target_size,
        aggregates=bool(target_size) or aggregation.get("aggregationType", "None") != "None",
        prefixes=read_prefix_config(config.get("prefixConfig", {})),
    )


def _error_handling(config: Mapping[str, Any]) -> ErrorHandling:
    return ErrorHandling(
        fails_at_first_error=config.get("failOnFirstDestinationError", False),
        bucket=config.get("bucketName"),
        prefix=config.get("bucketPrefix", ""),
    )


def _schedule(text: Mapping[str, Any]) -> Schedule | None:
    """Read the schedule; None for a flow that runs on demand."""
    if text["triggerConfig"]["triggerType"] != "Scheduled":
        return None
    require(text, _SCHEDULE)
    try:
        schedule = read_schedule(text["triggerConfig"]["triggerProperties"]["Scheduled"])
    except ScheduleError as error:
        raise DefinitionError(str(error)) from None
    except ScheduleNotEmulated as error:
        raise not_emulated(f"{error} is not emulated.") from None
    if schedule.is_incremental:
        if text["sourceFlowConfig"]["connectorType"] == S3:
            _check_file_times(text["sourceFlowConfig"])
        else:
            require(text, _INCREMENTAL)
    return schedule


def _check_file_times(source: Mapping[str, Any]) -> None:
    if source.get("incrementalPullConfig", {}).get("datetimeTypeFieldName"):
        raise not_emulated("An incremental pull of files by a field of theirs is not emulated.")


def _tasks(tasks: list[Mapping[str, Any]], source_type: str) -> FlowTasks:
    try:
        return read_tasks(tasks, source_type)
    except TaskNotEmulated as error:
        raise not_emulated(error.what) from None
    except TaskError as error:
        raise DefinitionError(str(error)) from None
