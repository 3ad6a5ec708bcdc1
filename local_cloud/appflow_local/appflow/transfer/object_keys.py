"""The keys of the objects that a flow writes to S3.

The folders are, in this order,

    bucketPrefix/flowName/schemaVersion_N/YYYY/MM/DD/HH/mm/executionId/field=value/

Known (AppFlow User Guide, "Partitioning and aggregating data output"): keys are `PREFIX/FLOW/`,
then schema version, date, execution ID and partitions. The schema version and the execution ID are
there if `pathPrefixHierarchy` says so, and the date, in UTC, if `prefixType` is PATH or
PATH_AND_FILENAME, down to `prefixFormat`.
Inferred (hashicorp/terraform-provider-aws#34638): a flow without a `prefixConfig` gets a folder for
each execution.

Chosen: the names of the files. They hold the date that FILENAME and PATH_AND_FILENAME ask for, then
the execution ID and its start, so that runs never overwrite each other's files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

_PARTS_OF_DATE = ("year", "month", "day", "hour", "minute")
_FORMATS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE")
_PARTS = ("%Y", "%m", "%d", "%H", "%M")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\%=]")
NO_VALUE = "null"
"""The folder of a partition without a value."""


@dataclass(frozen=True)
class PrefixConfig:
    """A PrefixConfig of the API, read.

    Attributes:
        hierarchy: SCHEMA_VERSION, EXECUTION_ID, both or neither.
        date: The `strftime` formats of the parts of the date, the year first.
        in_path: Whether the date is in the folder.
        in_name: Whether the date is in the name.
    """

    hierarchy: tuple[str, ...]
    date: tuple[str, ...]
    in_path: bool
    in_name: bool


def read_prefix_config(config: Mapping[str, Any]) -> PrefixConfig:
    """Read a PrefixConfig, whose shape is checked; an empty one counts as none."""
    wanted, prefix_type = config.get("prefixFormat"), config.get("prefixType")
    return PrefixConfig(
        hierarchy=tuple(config.get("pathPrefixHierarchy", [] if config else ["EXECUTION_ID"])),
        date=() if wanted is None else _PARTS[: _FORMATS.index(wanted) + 1],
        in_path=prefix_type in ("PATH", "PATH_AND_FILENAME"),
        in_name=prefix_type in ("FILENAME", "PATH_AND_FILENAME"),
    )


def object_folder(
    flow_name: str,
    bucket_prefix: str | None,
    config: PrefixConfig,
    *,
    execution_id: str,
    started_at: datetime,
    schema_version: int = 1,
    partitions: Mapping[str, str] | None = None,
) -> str:
    """Return the folder of a run's objects, with a trailing slash.

    Known (AppFlow User Guide, "Partitioning and aggregating data output", its example): the folder
    of a null is `FIELD=null`.
    Inferred: the folder of empty text is `FIELD=null`, too, and characters that would change the
    path or its meaning are percent-encoded, as tools that read partitions understand.

    Args:
        flow_name: The flow's name.
        bucket_prefix: As given in the flow; a slash is added unless it ends in one.
        config: The flow's PrefixConfig.
        execution_id: The run's.
        started_at: When the run started, aware.
        schema_version: The N of `schemaVersion_N`.
        partitions: The text of each partition field of the output, in order; empty for a null.
    """
    parts = list(run_folders(config, execution_id=execution_id, started_at=started_at).values())
    parts.extend(f"{_safe(name)}={_safe(text)}" for name, text in (partitions or {}).items())
    outer = schema_folder(flow_name, bucket_prefix, config, schema_version)
    return outer + "".join(f"{part}/" for part in parts)


def schema_folder(
    flow_name: str, bucket_prefix: str | None, config: PrefixConfig, schema_version: int
) -> str:
    """Return the folder of all objects of a schema version; see `object_folder`."""
    parts = [flow_name]
    if "SCHEMA_VERSION" in config.hierarchy:
        parts.append(f"schemaVersion_{schema_version}")
    prefix = bucket_prefix or ""
    separator = "" if prefix in ("", "/") or prefix.endswith("/") else "/"
    return f"{prefix}{separator}{'/'.join(parts)}/"


def run_folders(config: PrefixConfig, *, execution_id: str, started_at: datetime) -> dict[str, str]:
    """Return the folders of a run within that of its schema version, by what they tell.

    That is the `year` and smaller parts of the date, then the `execution_id`.
    """
    date = _date_parts(config, started_at) if config.in_path else []
    folders = dict(zip(_PARTS_OF_DATE, date, strict=False))
    own = {"execution_id": execution_id} if "EXECUTION_ID" in config.hierarchy else {}
    return {**folders, **own}


def object_name(
    config: PrefixConfig,
    *,
    execution_id: str,
    started_at: datetime,
    number: int,
    extension: str,
) -> str:
    """Return the name of a run's object without its folder.

    Args:
        config: The flow's PrefixConfig.
        execution_id: The run's.
        started_at: When the run started, aware.
        number: Distinguishes the objects of a run within their folder.
        extension: The file extension, with its dot.
    """
    date = _date_parts(config, started_at) if config.in_name else []
    start = _utc(started_at).strftime("%Y-%m-%dT%H-%M-%S")
    return "-".join([*date, execution_id, start, f"{number}{extension}"])


def _date_parts(config: PrefixConfig, started_at: datetime) -> list[str]:
    start = _utc(started_at)
    return [start.strftime(part) for part in config.date]


def _utc(time: datetime) -> datetime:
    return time.astimezone(timezone.utc)


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text) or NO_VALUE
