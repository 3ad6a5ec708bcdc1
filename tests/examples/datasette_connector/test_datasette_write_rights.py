"""Who may write what: the metadata says it beforehand, and a refusal says what is missing."""

import json
from pathlib import Path

import pytest

from datasette_connector import metadata
from tests.examples.datasette_connector.conftest import AppFlow, error
from tests.examples.datasette_connector.loopback import datasette_server
from tests.examples.datasette_connector.writable import METADATA, TABLES, WritableServer, make_stock

RECORD = {"id": 1, "name": "x"}


def writable_entities(appflow: AppFlow) -> set[str]:
    entities = appflow.list_entities()["entities"]
    return {each["entityIdentifier"] for each in entities if each["isWritable"]}


def test_tables_that_the_api_can_name_are_writable(writer: AppFlow) -> None:
    assert writable_entities(writer) == {f"stock/{name}" for name in TABLES}


def test_the_list_asks_once_for_each_database(
    writer: AppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(metadata, "may_write", lambda _client, path: asked.append(path))
    assert writable_entities(writer) == set()
    assert len(asked) == 1


def test_asking_whether_a_table_is_writable_writes_no_row(
    stock: WritableServer, writer: AppFlow
) -> None:
    writable_entities(writer)
    entity = writer.describe("stock/items")["entityDefinition"]["entity"]
    assert entity["isWritable"] is True
    assert stock.rows("SELECT * FROM items") == []


def test_fields_say_how_they_can_be_written(writer: AppFlow) -> None:
    fields = writer.fields("stock/items")
    assert fields["amount"]["writeProperties"] == {
        "isCreatable": True,
        "isUpdatable": False,
        "isNullable": False,
        "isUpsertable": True,
        "isDefaultedOnCreate": True,
        "supportedWriteOperations": ["INSERT", "UPSERT"],
    }
    defaulted = {n: f["writeProperties"]["isDefaultedOnCreate"] for n, f in fields.items()}
    assert defaulted == {"id": True, "name": False, "note": False, "amount": True}
    nullable = {n: f["writeProperties"]["isNullable"] for n, f in fields.items()}
    assert nullable == {"id": False, "name": False, "note": True, "amount": False}


def test_fields_that_can_not_be_written_say_so(writer: AppFlow) -> None:
    fields = writer.fields("stock/kinds")
    for name in ("bytes", "twice"):
        properties = fields[name]["writeProperties"]
        assert not properties["isCreatable"]
        assert not properties["isUpsertable"]
        assert properties["supportedWriteOperations"] == []


def test_tables_without_an_identifying_field_can_be_inserted_into_only(writer: AppFlow) -> None:
    for entity, operations in (
        ("stock/places", ["INSERT"]),
        ("stock/log_lines", ["INSERT"]),
        ("stock/bookings", ["INSERT"]),
        ("stock/people", ["INSERT", "UPSERT"]),
    ):
        for field in writer.fields(entity).values():
            assert field["writeProperties"]["supportedWriteOperations"] == operations


def test_views_and_unspeakable_tables_can_not_be_written(writer: AppFlow) -> None:
    for entity, word in (("stock/names", "view"), ("stock/two+words", "spell")):
        code, message = error(writer.write(entity, [RECORD]))
        assert code == "InvalidArgument"
        assert word in message
        assert writer.describe(entity)["entityDefinition"]["entity"]["isWritable"] is False
        assert all(not field["writeProperties"] for field in writer.fields(entity).values())


def test_a_table_that_is_not_there_is_not_made(stock: WritableServer, writer: AppFlow) -> None:
    assert error(writer.write("stock/nope", [RECORD]))[0] == "ResourceNotFoundError"
    assert stock.rows("SELECT * FROM sqlite_master WHERE name = 'nope'") == []


def test_a_key_without_the_right_to_write_is_told_so(stock: WritableServer) -> None:
    visitor = AppFlow(stock.url, "visitor")
    code, message = error(visitor.write("stock/items", [RECORD]))
    assert code == "AccessDenied"
    assert "'visitor'" in message
    assert "insert:all" in message
    assert writable_entities(visitor) == set()
    assert all(not field["writeProperties"] for field in visitor.fields("stock/items").values())


def test_a_server_that_lets_nobody_write_is_read_only(appflow: AppFlow) -> None:
    assert writable_entities(appflow) == set()
    code, message = error(appflow.write("shop/empty_table", [{"id": 1}]))
    assert code == "AccessDenied"
    assert "datasette-insert" in message


def test_a_server_without_the_plugin_is_a_source_only(tmp_path: Path) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    without = "from datasette.plugins import pm\npm.unregister(name='insert')\n"
    (plugins / "without_insert.py").write_text(without)
    make_stock(tmp_path)
    options = ("--plugins-dir", str(plugins))
    with datasette_server(tmp_path, *options, metadata_json=json.dumps(METADATA)) as url:
        code, message = error(AppFlow(url).write("stock/items", [RECORD]))
        assert writable_entities(AppFlow(url)) == set()
    assert code == "InvalidArgument"
    assert "source only" in message
