"""What a connector's entity admits to be written to it."""

from __future__ import annotations

from typing import Any

import pytest

from appflow_local.appflow.transfer.errors import FlowTerminated
from appflow_local.appflow.transfer.write_rules import WriteRules, read_write_rules


def rules(operation: str = "INSERT", **write: Any) -> WriteRules:  # noqa: ANN401 - JSON
    """Return the rules for two fields: `id`, of which nothing is said, and `name`."""
    fields = [{"fieldName": "id"}, {"fieldName": "name", "writeProperties": write or None}]
    return read_write_rules({"fields": fields}, operation)


def test_without_write_properties_nothing_is_forbidden() -> None:
    assert list(rules().mistakes(["id", "name"], ["id"])) == []
    rules().check({"id": None, "name": None})


@pytest.mark.parametrize(
    ("operation", "write", "is_closed"),
    [
        ("INSERT", {"isCreatable": False}, True),
        ("INSERT", {"isUpdatable": False}, False),
        ("UPDATE", {"isUpdatable": False}, True),
        ("UPDATE", {"isCreatable": False}, False),
        ("UPSERT", {"isUpsertable": False, "isCreatable": True}, True),
        ("UPSERT", {"isCreatable": False, "isUpdatable": False}, True),
        ("UPSERT", {"isCreatable": True, "isUpdatable": False}, False),
        ("DELETE", {"isCreatable": False, "isUpdatable": False}, False),
    ],
)
def test_a_field_that_the_operation_cannot_write_is_a_mistake(
    operation: str, write: dict[str, bool], is_closed: bool
) -> None:
    found = list(rules(operation, **write).mistakes(["name"], []))
    said = f"The destination's field 'name' does not allow {operation}"
    assert found == ([said] if is_closed else [])


def test_a_field_by_which_records_are_found_need_not_be_written() -> None:
    assert list(rules("UPDATE", isUpdatable=False).mistakes(["name"], ["name"])) == []


def test_unknown_fields_and_id_fields_are_named() -> None:
    assert list(rules().mistakes(["nope"], ["neither"])) == [
        "The destination has no field 'nope'",
        "The destination has no field 'neither', which idFieldNames names",
    ]


def test_an_id_field_is_one_for_the_operations_that_it_names() -> None:
    write = {"supportedWriteOperations": ["UPSERT"]}
    assert list(rules("UPSERT", **write).mistakes([], ["name"])) == []
    assert list(rules("UPDATE", **write).mistakes([], ["name"])) == [
        "The destination's field 'name' is no ID field for UPDATE"
    ]


def test_null_in_a_field_that_is_not_nullable_ends_the_run() -> None:
    with pytest.raises(FlowTerminated, match="'name' is not nullable"):
        rules(isNullable=False).check({"id": 1, "name": None})
    rules(isNullable=False).check({"id": 1})
    rules(isNullable=False, isDefaultedOnCreate=True).check({"name": None})


def test_a_record_with_an_unknown_field_ends_the_run() -> None:
    with pytest.raises(FlowTerminated, match="no field 'nope'"):
        rules().check({"id": 1, "nope": 2})
