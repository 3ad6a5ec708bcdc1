"""Where a run's objects go in the bucket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from appflow_local.appflow.transfer.object_keys import (
    object_folder,
    object_name,
    read_prefix_config,
)

RUN = "8a1c"
STARTED = datetime(2024, 5, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
BOTH = ["SCHEMA_VERSION", "EXECUTION_ID"]


def folder(
    config: Mapping[str, Any] | None = None,
    *,
    prefix: str | None = "lake",
    partitions: Mapping[str, str] | None = None,
) -> str:
    return object_folder(
        "orders",
        prefix,
        read_prefix_config({"pathPrefixHierarchy": []} if config is None else config),
        execution_id=RUN,
        started_at=STARTED,
        partitions=partitions,
    )


def name(config: Mapping[str, Any], number: int = 7, run: str = RUN) -> str:
    return object_name(
        read_prefix_config(config),
        execution_id=run,
        started_at=STARTED,
        number=number,
        extension=".csv",
    )


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("lake", "lake/orders/"),
        ("lake/", "lake/orders/"),
        ("a/b", "a/b/orders/"),
        ("", "orders/"),
        (None, "orders/"),
    ],
)
def test_the_flow_has_a_folder_under_the_bucket_prefix(prefix: str | None, expected: str) -> None:
    assert folder(prefix=prefix) == expected


def test_a_flow_that_says_nothing_of_prefixes_has_a_folder_for_each_run() -> None:
    assert folder({}, prefix=None) == f"orders/{RUN}/"


@pytest.mark.parametrize(
    ("prefix_format", "date"),
    [
        ("YEAR", "2024"),
        ("MONTH", "2024/04"),
        ("DAY", "2024/04/30"),
        ("HOUR", "2024/04/30/23"),
        ("MINUTE", "2024/04/30/23/02"),
    ],
)
@pytest.mark.parametrize("prefix_type", ["PATH", "PATH_AND_FILENAME"])
def test_the_path_can_have_the_date_in_utc(prefix_type: str, prefix_format: str, date: str) -> None:
    config = {"prefixType": prefix_type, "prefixFormat": prefix_format}
    assert folder(config) == f"lake/orders/{date}/"


def test_the_name_can_have_the_date_in_utc() -> None:
    config = {"prefixType": "FILENAME", "prefixFormat": "DAY"}
    assert folder(config) == "lake/orders/"
    assert name(config) == f"2024-04-30-{name({})}"
    assert name({**config, "prefixType": "PATH_AND_FILENAME"}) == name(config)
    assert name({**config, "prefixType": "PATH"}) == name({})


@pytest.mark.parametrize("hierarchy", [BOTH, BOTH[::-1]])
def test_the_path_has_the_schema_version_the_date_the_run_and_the_partitions_in_this_order(
    hierarchy: list[str],
) -> None:
    config = {
        "prefixType": "PATH",
        "prefixFormat": "DAY",
        "pathPrefixHierarchy": hierarchy,
    }
    found = folder(config, partitions={"b": "1", "a": "2"})
    assert found == f"lake/orders/schemaVersion_1/2024/04/30/{RUN}/b=1/a=2/"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "null"),
        ("a/b", "a%2Fb"),
        ("..", ".."),
        ("100%", "100%25"),
        ("a=b\\c\n", "a%3Db%5Cc%0A"),
        ("New York é", "New York é"),
    ],
)
def test_a_partition_is_one_folder_whatever_its_value(value: str, expected: str) -> None:
    assert folder(partitions={"city": value}) == f"lake/orders/city={expected}/"


def test_the_objects_of_a_run_and_of_different_runs_have_different_names() -> None:
    assert len({name({}, 1), name({}, 2), name({}, run="9b")}) == 3
    assert RUN in name({})
    assert name({}).endswith(".csv")
    assert "/" not in name({})
