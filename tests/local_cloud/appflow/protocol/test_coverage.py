"""Every operation of the service model: what the document says of it, and that it answers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from appflow_local.appflow.operations import OPERATIONS
from appflow_local.appflow.protocol.model import input_shape, service_model
from harness.model.appflow import Client, FakeHost
from harness.model.profiles import FLOW_ARN, connect, flow, profile
from scripts import coverage_table

NAMES = sorted(service_model().operation_names)
MODELLED = {shape.name for shape in service_model().error_shapes}


def minimal(shape: Shape) -> Any:  # noqa: ANN401 - of the shape's type
    """Return a value that a shape admits, with as little in it as may be."""
    if isinstance(shape, StructureShape):
        return {name: minimal(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [minimal(shape.member)]
    if isinstance(shape, MapShape):
        return {minimal(shape.key): minimal(shape.value)}
    if isinstance(shape, StringShape):
        texts = {"ARN": FLOW_ARN, "ConnectorType": "CustomConnector", "FlowName": "nightly"}
        return texts.get(shape.name, shape.enum[0] if shape.enum else "prod")
    return {"boolean": False}.get(shape.type_name, 1)


@pytest.fixture
def _connected(client: Client, host: FakeHost) -> None:
    connect(client, host)
    client.create_connector_profile(**profile())
    client.create_flow(**flow())


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize("operation", NAMES)
def test_every_operation_answers_what_the_model_knows(client: Client, operation: str) -> None:
    code = None
    try:
        getattr(client, xform_name(operation))(**minimal(input_shape(operation)))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        assert error.response["Error"]["Message"]
    assert code is None or code in MODELLED - {"InternalServerException"}
    if coverage_table.is_refused(operation):
        assert code == "UnsupportedOperationException"


def test_the_document_has_the_table_of_today() -> None:
    document = coverage_table.DOCUMENT.read_text(encoding="utf-8")
    command = ".venv-local/bin/python scripts/coverage_table.py"
    assert document == coverage_table.updated(document), f"run `{command}`"


def test_there_is_a_remark_for_every_operation_and_no_other() -> None:
    assert sorted(coverage_table.REMARKS) == NAMES


def test_an_operation_that_is_not_emulated_is_refused_in_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulated = {name: OPERATIONS[name] for name in OPERATIONS if name != "DescribeFlow"}
    monkeypatch.setattr(coverage_table, "OPERATIONS", emulated)
    assert "| `DescribeFlow` | refused |  |" in coverage_table.table()
