"""The default values of a connector's fields."""

from __future__ import annotations

from typing import Any

import pytest

from appflow_local.appflow.transfer.default_values import defaults_of
from appflow_local.appflow.transfer.errors import FlowTerminated
from appflow_local.appflow.transfer.fields import Field, read_fields


def filled(record: dict[str, Any], *fields: Field) -> dict[str, Any]:
    fill = defaults_of(fields)
    return record if fill is None else dict(fill(record))


def test_a_field_that_a_record_leaves_out_has_its_default_value() -> None:
    field = Field("size", "String", default="small")
    assert filled({"id": 1}, field) == {"id": 1, "size": "small"}
    assert filled({"size": "large"}, field) == {"size": "large"}


def test_null_is_a_value_where_the_field_is_nullable_and_none_where_it_is_not() -> None:
    assert filled({"size": None}, Field("size", "String", default="small")) == {"size": None}
    needed = Field("size", "String", nullable=False, default="small")
    assert filled({"size": None}, needed) == {"size": "small"}


def test_a_default_value_has_the_type_of_its_field() -> None:
    fields = [Field("count", "Integer", default="3"), Field("paid", "Boolean", default="false")]
    assert filled({}, *fields) == {"count": 3, "paid": False}


def test_a_default_value_of_another_type_ends_the_run_and_names_the_field() -> None:
    with pytest.raises(FlowTerminated, match="'count' holds 'many', which is not a valid Integer"):
        defaults_of([Field("count", "Integer", default="many")])


def test_fields_without_one_cost_nothing() -> None:
    assert defaults_of([Field("id", "Integer")]) is None


def test_they_are_read_from_the_entity_definition() -> None:
    (field,) = read_fields(
        {"fields": [{"fieldName": "id", "dataType": "String", "defaultValue": "x"}]}
    )
    assert field.default == "x"
