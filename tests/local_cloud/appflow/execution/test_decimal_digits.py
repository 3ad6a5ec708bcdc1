"""Numbers of the type BigDecimal keep their digits on every way; others are doubles as before."""

from __future__ import annotations

import io
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from appflow_local.appflow.execution.record_texts import record_reader, record_text
from harness.model.appflow import Client, FakeHost
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DEFINITION,
    DataFunction,
    connected,
    inward,
    mapped,
    outward,
    run,
    task,
    to_s3,
)

PRICE = "12345678901234567890.123456789"
TEXT = f'{{"id":1,"price":{PRICE},"weight":0.12345678901234567890,"list":[1.50,{{"x":2.50}}]}}'
FIELDS = {"id": "Integer", "price": "BigDecimal", "weight": "Double", "list": "List"}


@pytest.fixture
def connector(client: Client, host: FakeHost) -> DataFunction:
    function = DataFunction()
    fields = [{"fieldName": name, "dataType": kind} for name, kind in FIELDS.items()]
    definition = {**DEFINITION, "fields": fields}
    function.answers["DescribeEntityRequest"] = {"isSuccess": True, "entityDefinition": definition}
    function.answers["QueryDataRequest"] = {"isSuccess": True, "records": [TEXT]}
    return connected(client, host, function)


def moved(client: Client, host: FakeHost, file_type: str) -> bytes:
    """Return the file that a run makes of the connector's record."""
    output = {"fileType": file_type, "preserveSourceDataTyping": True}
    destination = to_s3(s3OutputFormatConfig=output)
    client.create_flow(**outward(tasks=mapped(*FIELDS), destinationFlowConfigList=destination))
    assert run(client)["executionStatus"] == "Successful"
    (content,) = (body for (bucket, _), body in host.objects.items() if bucket == BUCKET)
    return content


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("file_type", "expected"),
    [
        (
            "JSON",
            f'{{"id":1,"price":{PRICE},"weight":0.12345678901234568,"list":[1.5,{{"x":2.5}}]}}\n',
        ),
        (
            "CSV",
            f'id,price,weight,list\n1,{PRICE},0.12345678901234568,"[1.5,{{""x"":2.5}}]"\n',
        ),
    ],
)
def test_a_connectors_decimals_are_written_with_every_digit(
    client: Client, host: FakeHost, file_type: str, expected: str
) -> None:
    assert moved(client, host, file_type).decode() == expected


@pytest.mark.usefixtures("connector")
def test_a_connectors_decimals_are_exact_in_parquet(client: Client, host: FakeHost) -> None:
    (row,) = pq.read_table(io.BytesIO(moved(client, host, "PARQUET"))).to_pylist()
    assert row["price"] == Decimal(PRICE)
    assert row["weight"] == 0.12345678901234568


def test_a_connector_gets_decimals_with_every_digit(client: Client, host: FakeHost) -> None:
    connector = connected(client, host, DataFunction())
    host.objects[BUCKET, "in/a.csv"] = f"id,name\n1,{PRICE}\n".encode()
    price = task("Map", "name", to="name", connector="S3", DESTINATION_DATA_TYPE="bigdecimal")
    tasks = [*mapped("id", connector="S3"), price]
    client.create_flow(**inward(tasks=tasks))
    run(client, "upload")
    assert connector.writes[0]["records"] == [f'{{"id": "1", "name": {PRICE}}}']


@pytest.mark.parametrize(
    "text", ['{"a":1e1000}', '{"b":1e400}', '{"b":[-1e400]}', '{"b":NaN}', "[1]", "1.5"]
)
def test_a_record_with_decimals_has_finite_numbers_only(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        record_reader(frozenset("a"))(text)


def test_a_decimal_stands_only_where_it_can_be_written() -> None:
    record = record_reader(frozenset("a"))('{"a":{"x":1.50},"b":-1e-5}')
    assert record_text(record) == '{"a": {"x": 1.5}, "b": -1e-05}'
