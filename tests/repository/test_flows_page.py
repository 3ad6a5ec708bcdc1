"""What docs/how-to/flows.md says that a flow does to records is what AppFlow's model does."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from appflow_local.stack_types.properties import api_parameters
from harness.model.appflow import Client, Cloud, Server, empty_cloud
from harness.model.fake_storage import BUCKET
from harness.model.runs import DataFunction, connected, json_lines, run
from harness.synth.synthesis import shared_synthesizer

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "how-to" / "flows.md").read_text(encoding="utf-8")
TASKS = "flow_tasks"
# What follows a task's code on the page: what arrives.
ARRIVES = re.compile(
    rf"<!-- code: docs/snippets/{TASKS}\.py#(\w+) -->\n```python\n.*?```\n.*?```json\n(.*?)```",
    re.DOTALL,
)
PER_TASK = dict(ARRIVES.findall(PAGE))
DATA_TYPES = {str: "String", int: "Long", float: "Double", type(None): "String"}


def records(title: str) -> list[dict[str, Any]]:
    """The records of the page's first block after a sentence."""
    _, _, after = PAGE.partition(title)
    found = re.search(r"```json\n(.*?)```", after, re.DOTALL)
    assert found is not None
    return json_lines(found[1])


ORDERS = records("these two orders")


def entity() -> dict[str, Any]:
    """The connector's answer about the entity that has the page's fields."""
    fields = [
        {
            "fieldName": name,
            "dataType": DATA_TYPES[type(value)],
            "filterOperators": ["EQUAL_TO", "GREATER_THAN"],
        }
        for name, value in ORDERS[0].items()
    ]
    about = {"entityIdentifier": "Order", "hasNestedEntities": False, "label": "Order"}
    definition = {"entity": about, "fields": fields, "customProperties": None}
    return {"isSuccess": True, "entityDefinition": definition}


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """The properties of the snippets' flows, by the ends of their logical ids."""
    folder = REPOSITORY / "docs" / "snippets"
    found: dict[str, dict[str, Any]] = {}
    for snippet in (TASKS, "flow_files"):
        output = tmp_path_factory.mktemp(snippet)
        shared_synthesizer().synthesise(str(folder / f"{snippet}.py"), output)
        template = json.loads((output / "Warehouse.template.json").read_text("utf-8"))
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::AppFlow::Flow":
                found[name[:-8]] = resource["Properties"]
    return found


@pytest.fixture
def cloud(server: Server) -> Iterator[Cloud]:
    with empty_cloud(server) as cloud:
        yield cloud


@pytest.fixture
def connector(cloud: Cloud, server: Server) -> DataFunction:
    function = DataFunction([ORDERS], supportedApiVersions=["v1"])
    function.answers["DescribeEntityRequest"] = entity()
    return connected(server.client(), cloud.host, function)


def ran(client: Client, properties: dict[str, Any]) -> dict[str, Any]:
    """Create a flow as the template does, but in the model's bucket; return its run."""
    text = re.sub(r'\{"Ref": "Lake\w+"\}', json.dumps(BUCKET), json.dumps(properties))
    parameters = api_parameters("CreateFlow", json.loads(text), required=())
    parameters["sourceFlowConfig"]["connectorProfileName"] = "prod"
    client.create_flow(**parameters)
    return run(client, parameters["flowName"])


def test_every_task_of_the_snippet_is_on_the_page() -> None:
    snippet = (REPOSITORY / "docs" / "snippets" / f"{TASKS}.py").read_text(encoding="utf-8")
    assert list(PER_TASK) == re.findall(r"# region (\w+)", snippet)


@pytest.mark.slow
@pytest.mark.parametrize("task", PER_TASK)
def test_what_arrives_is_what_the_page_shows(
    cloud: Cloud,
    server: Server,
    connector: DataFunction,
    flows: Mapping[str, dict[str, Any]],
    task: str,
) -> None:
    done = ran(server.client(), flows[task.replace("_", "")])
    assert done["executionStatus"] == "Successful"
    shown = json_lines(PER_TASK[task])
    if task == "filter":  # the connector filters
        assert shown == [{"filterExpression": connector.queries[0]["filterExpression"]}]
        return
    written = [row for text in cloud.host.texts().values() for row in json_lines(text)]
    assert written == shown


@pytest.mark.slow
@pytest.mark.usefixtures("connector")
def test_files_have_the_folders_that_the_page_shows(
    cloud: Cloud, server: Server, flows: Mapping[str, dict[str, Any]]
) -> None:
    done = ran(server.client(), flows["Orders"])
    assert done["executionStatus"] == "Successful"
    started = done["startedAt"].astimezone(timezone.utc).strftime("%Y/%m/%d")
    keys = [key for _, key in cloud.host.objects]
    folders = {key.rpartition("/")[0].replace(done["executionId"], "EXECUTION") for key in keys}
    shown = re.findall(r"^(crm/orders/.*)/$", PAGE, re.MULTILINE)
    assert sorted(folders) == [folder.replace("2026/01/31", started) for folder in shown]
    tables = [pq.read_table(io.BytesIO(body)) for body in cloud.host.objects.values()]
    assert {str(table.schema.field("quantity").type) for table in tables} == {"int64"}
