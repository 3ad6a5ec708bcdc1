"""Random batches leave the table as the same records do one after another in plain Python."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples.datasette_connector.conftest import AppFlow
from tests.examples.datasette_connector.writable import WritableServer

pytestmark = pytest.mark.slow

Rows = dict[int, dict[str, Any]]

_FIELDS = ("name", "note", "amount")
_DEFAULTS = {"note": None, "amount": 7}
# 100 is forbidden by the table.
RECORDS = st.fixed_dictionaries(
    {"id": st.integers(1, 5), "name": st.sampled_from(["a", "b", None])},
    optional={"note": st.sampled_from(["x", None]), "amount": st.sampled_from([1, 2, 100])},
)
BATCHES = st.lists(
    st.tuples(st.sampled_from(["INSERT", "UPSERT"]), st.lists(RECORDS, max_size=12)), max_size=3
)


def expected(rows: Rows, operation: str, records: list[dict[str, Any]]) -> list[bool]:
    """Write the records into `rows` and return which of them can be."""
    # Of several new records with one key, only the first has a chance.
    claimed = set(rows)
    return [_write(rows, claimed, operation == "INSERT", record) for record in records]


def _write(rows: Rows, claimed: set[int], is_insert: bool, record: dict[str, Any]) -> bool:
    number = record["id"]
    if record["name"] is None or (is_insert and number in claimed):
        return False
    claimed.add(number)
    if record.get("amount") == 100:
        return False
    before = rows.get(number, _DEFAULTS)
    rows[number] = {**before, **{name: record[name] for name in _FIELDS if name in record}}
    return True


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_random_batches_are_written_as_in_python(
    writable: WritableServer, batches: list[tuple[str, list[dict[str, Any]]]]
) -> None:
    writable.clear()
    rows: Rows = {}
    for operation, records in batches:
        answer = AppFlow(writable.url).write("stock/items", records, operation)
        written = [result["isSuccess"] for result in answer["writeRecordResults"]]
        assert written == expected(rows, operation, records)
        assert answer["isSuccess"] is all(written)
    columns = ", ".join(("id", *_FIELDS))
    assert writable.rows(f"SELECT {columns} FROM items ORDER BY id") == [  # noqa: S608 one of ours
        (number, *(rows[number][name] for name in _FIELDS)) for number in sorted(rows)
    ]
