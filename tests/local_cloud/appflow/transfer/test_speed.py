"""A run of 100,000 records is to spend its time on the connector, not on its tasks."""

from __future__ import annotations

import time

from appflow_local.appflow.transfer.fields import Field
from tests.local_cloud.appflow.transfer.task_shapes import from_connector, projection, task

_FIELDS = [f"field{number}" for number in range(10)]
_RECORDS = 2_000
# It takes about 2 us; the slack is for busy machines.
_SECONDS_PER_FIELD = 20e-6


def test_ten_casts_take_microseconds_a_field() -> None:
    maps = [task("Map", name, to=name.upper(), DESTINATION_DATA_TYPE="long") for name in _FIELDS]
    plan = from_connector(
        [projection(*_FIELDS), *maps], *(Field(name, "String") for name in _FIELDS)
    )
    record = dict.fromkeys(_FIELDS, "12345")
    start = time.thread_time()
    for _ in range(_RECORDS):
        plan.transform(record)
    assert time.thread_time() - start < _RECORDS * len(_FIELDS) * _SECONDS_PER_FIELD
