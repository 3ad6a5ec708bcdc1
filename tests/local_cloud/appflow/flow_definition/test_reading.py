"""What is read from the requests of CreateFlow and UpdateFlow, without AppFlow around it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.flow_definition import DefinitionError, read_definition
from appflow_local.appflow.flow_definition.ends import (
    ConnectorDestinationEnd,
    ConnectorSourceEnd,
    ErrorHandling,
    OutputFormat,
    S3DestinationEnd,
    S3SourceEnd,
)
from appflow_local.appflow.flow_definition.run_times import Every
from appflow_local.appflow.transfer.object_keys import read_prefix_config
from harness.model.profiles import (
    FROM_S3,
    SCHEDULED,
    SOURCE_SETTINGS,
    TO_CONNECTOR,
    TO_S3,
    TO_THE_CONNECTOR,
    flow,
)


def to_s3(**output: object) -> dict[str, Any]:
    properties = {"bucketName": "lake", "s3OutputFormatConfig": output}
    end = {"connectorType": "S3", "destinationConnectorProperties": {"S3": properties}}
    return flow(destinationFlowConfigList=[end])


def to_connector(**properties: object) -> dict[str, Any]:
    custom = {"entityName": "Order", **properties}
    end = {**TO_CONNECTOR, "destinationConnectorProperties": {"CustomConnector": custom}}
    return flow(sourceFlowConfig=FROM_S3, destinationFlowConfigList=[end])


def test_a_flow_from_the_connector_reads_an_entity_and_writes_files() -> None:
    definition = read_definition(flow())
    assert definition.source == ConnectorSourceEnd("prod", "v51.0", "Order", SOURCE_SETTINGS, None)
    assert isinstance(definition.destination, S3DestinationEnd)
    assert (definition.destination.bucket, definition.destination.prefix) == ("lake", "orders")
    assert definition.connectors == (definition.source,)


def test_a_flow_to_the_connector_reads_files_and_writes_an_entity() -> None:
    definition = read_definition(flow(**TO_THE_CONNECTOR))
    assert definition.source == S3SourceEnd("lake", None, "CSV")
    dropped = ErrorHandling(fails_at_first_error=False, bucket=None, prefix="")
    assert definition.destination == ConnectorDestinationEnd(
        "prod", "v51.0", "Order", {}, "UPSERT", (), dropped
    )
    assert definition.connectors == (definition.destination,)


def test_a_flow_that_says_nothing_of_its_files_writes_json_by_page() -> None:
    assert read_definition(flow()).destination == S3DestinationEnd(
        "lake", "orders", OutputFormat("JSON", False, 0, False, read_prefix_config({}))
    )


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ({}, (0, False)),
        ({"aggregationType": "None"}, (0, False)),
        ({"aggregationType": "SingleFile"}, (0, True)),
        ({"targetFileSize": 2}, (2 * 1024 * 1024, True)),
    ],
)
def test_files_are_aggregated_by_type_or_by_size(
    aggregation: dict[str, Any], expected: tuple[int, bool]
) -> None:
    end = read_definition(to_s3(aggregationConfig=aggregation)).destination
    assert isinstance(end, S3DestinationEnd)
    assert (end.format.target_size, end.format.aggregates) == expected


def test_refused_records_go_where_the_flow_says() -> None:
    config = {"failOnFirstDestinationError": True, "bucketName": "lake", "bucketPrefix": "refused"}
    end = read_definition(to_connector(errorHandlingConfig=config)).destination
    assert isinstance(end, ConnectorDestinationEnd)
    assert end.error_handling == ErrorHandling(True, "lake", "refused")


def test_only_a_scheduled_flow_has_a_schedule() -> None:
    assert read_definition(flow()).schedule is None
    schedule = read_definition(flow(triggerConfig=SCHEDULED)).schedule
    assert schedule is not None
    assert schedule.times == Every(timedelta(hours=1), "HOURLY")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"destinationFlowConfigList": [TO_S3, TO_S3]}, "exactly one destination"),
        ({"tasks": []}, "a projection task or a MAP_ALL task"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(DefinitionError, match=reason):
        read_definition(flow(**changes))


def test_a_definition_keeps_its_own_copy_of_the_text() -> None:
    given = flow(tags={"team": "sales"})
    definition = read_definition(given)
    given["tags"]["team"] = "other"
    shown = definition.shown()
    assert shown["tags"] == {"team": "sales"}
    shown["tags"].clear()
    assert definition.shown()["tags"] == {"team": "sales"}


def test_an_update_keeps_the_description_and_the_tags() -> None:
    before = read_definition(flow(description="Every order", tags={"team": "sales"}))
    after = read_definition(flow(**TO_THE_CONNECTOR)).updating(before)
    assert (after.description, after.tags) == ("Every order", {"team": "sales"})
    assert after.text == read_definition(after.text).text
    assert after.source == read_definition(after.text).source
    assert read_definition(flow(description="New")).updating(before).description == "New"


def test_tags_that_are_taken_away_are_not_in_the_text() -> None:
    definition = read_definition(flow(tags={"team": "sales"}))
    assert definition.with_tags({"team": "it"}).text["tags"] == {"team": "it"}
    assert "tags" not in definition.with_tags({}).text
