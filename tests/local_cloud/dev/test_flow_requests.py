"""`--flow FILE` changes the flow that `dev` makes by itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from appflow_local.command_arguments import UsageError
from appflow_local.dev.flow_requests import bucket_of, entity_of, flow_request, read_flow
from appflow_local.driving.flow_parts import ConnectorEnd

END = ConnectorEnd("dev", "v1")
SCHEDULE = {"triggerType": "Scheduled", "triggerProperties": {"Scheduled": {}}}


def test_without_a_file_it_is_all_fields_of_the_entity_to_json_on_demand() -> None:
    request = flow_request("stock/items", END, {})
    assert request["flowName"] == "dev-stock-items"
    assert request["triggerConfig"] == {"triggerType": "OnDemand"}
    assert entity_of(request) == "stock/items"
    assert bucket_of(request) == "dev"
    assert [each["taskType"] for each in request["tasks"]] == ["Map_all"]


def test_objects_are_merged_and_lists_replaced() -> None:
    source = {"sourceConnectorProperties": {"CustomConnector": {"customProperties": {"a": "b"}}}}
    request = flow_request("orders", END, {"sourceFlowConfig": source, "tasks": []})
    assert request["tasks"] == []
    assert entity_of(request) == "orders"
    connector = request["sourceFlowConfig"]["sourceConnectorProperties"]["CustomConnector"]
    assert connector == {"entityName": "orders", "customProperties": {"a": "b"}}


def test_a_whole_request_keeps_its_names_but_runs_on_demand_with_devs_profile() -> None:
    source = {
        "connectorType": "CustomConnector",
        "connectorProfileName": "prod",
        "apiVersion": "v2",
        "sourceConnectorProperties": {"CustomConnector": {"entityName": "customers"}},
    }
    part = {"flowName": "nightly", "triggerConfig": SCHEDULE, "sourceFlowConfig": source}
    request = flow_request("customers", END, part)
    assert request["flowName"] == "nightly"
    assert request["triggerConfig"] == {"triggerType": "OnDemand"}
    assert request["sourceFlowConfig"] == {**source, "connectorProfileName": "dev"}
    assert part["triggerConfig"] is SCHEDULE


@pytest.mark.skipif(sys.version_info < (3, 11), reason="TOML needs Python 3.11")
def test_toml_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "flow.toml"
    file.write_text('[sourceFlowConfig]\napiVersion = "v2"\n')
    assert read_flow(file) == {"sourceFlowConfig": {"apiVersion": "v2"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "can't be read"),
        ("[]", "is no object"),
        ('{"destinationFlowConfigList": []}', "must have one destination"),
        ('{"destinationFlowConfigList": [{"connectorType": "EventBridge"}]}', "S3 with a bucket"),
        ('{"destinationFlowConfigList": 1}', "must have one destination"),
    ],
)
def test_what_is_no_such_flow_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "flow.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_flow(file)
