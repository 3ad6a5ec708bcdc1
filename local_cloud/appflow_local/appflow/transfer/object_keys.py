"""The keys of the objects that a flow writes to S3.

Known, from the user guide's "Partitioning and aggregating data output": the folders, in this order,

    bucketPrefix/flowName/schemaVersion_N/YYYY/MM/DD/HH/mm/executionId/field=value/

where the schema version and the execution ID are there if `pathPrefixHierarchy` says so, and the
date, in UTC, if `prefixType` is PATH or PATH_AND_FILENAME, down to `prefixFormat`. Inferred, from
terraform-provider-aws#34638: a flow that says nothing of prefixes gets a folder for each execution.

Not documented: the names of the files. Here they have the execution ID and its start, so that runs
never overwrite each other's, behind the date that FILENAME and PATH_AND_FILENAME ask for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

_FORMATS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE")
_PARTS = ("%Y", "%m", "%d", "%H", "%M")
_IN_PATH = ("PATH", "PATH_AND_FILENAME")
_IN_NAME = ("FILENAME", "PATH_AND_FILENAME")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\%=]")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


def object_folder(
    flow_name: str,
    bucket_prefix: str | None,
    prefix_config: Mapping[str, Any] | None,
    *,
    execution_id: str,
    started_at: datetime,
    schema_version: int = 1,
    partitions: Mapping[str, str] | None = None,
) -> str:
    """Return the folder of a run's objects, with a slash at its end.

    Args:
        flow_name: The flow's name.
        bucket_prefix: As the flow gives it; a slash is added if it does not end in one.
        prefix_config: The API's PrefixConfig.
        execution_id: The run's.
        started_at: When the run started, aware.
        schema_version: The N of `schemaVersion_N`.
        partitions: The text of each partition field of the output, in their order. Inferred: what
            would change the path or its meaning is percent-encoded, and no text at all is named
            as Apache Hive names it, so that tools that read partitions understand both.
    """
    config = prefix_config or {}
    hierarchy = config.get("pathPrefixHierarchy", [] if config else ["EXECUTION_ID"])
    parts = [flow_name]
    if "SCHEMA_VERSION" in hierarchy:
        parts.append(f"schemaVersion_{schema_version}")
    parts.extend(_date_parts(config, _IN_PATH, started_at))
    if "EXECUTION_ID" in hierarchy:
        parts.append(execution_id)
    parts.extend(f"{_safe(name)}={_safe(text)}" for name, text in (partitions or {}).items())
    prefix = bucket_prefix or ""
    separator = "" if prefix in ("", "/") or prefix.endswith("/") else "/"
    return f"{prefix}{separator}{'/'.join(parts)}/"


def object_name(
    prefix_config: Mapping[str, Any] | None,
    *,
    execution_id: str,
    started_at: datetime,
    number: int,
    extension: str,
) -> str:
    """Return the name of a run's object without its folder.

    Args:
        prefix_config: The API's PrefixConfig.
        execution_id: The run's.
        started_at: When the run started, aware.
        number: Tells the objects of a run apart, within their folder.
        extension: The end of the name, with its dot.
    """
    date = _date_parts(prefix_config or {}, _IN_NAME, started_at)
    start = _utc(started_at).strftime("%Y-%m-%dT%H-%M-%S")
    return "-".join([*date, execution_id, start, f"{number}{extension}"])


def _date_parts(
    config: Mapping[str, Any], types: tuple[str, ...], started_at: datetime
) -> list[str]:
    wanted = config.get("prefixFormat")
    if config.get("prefixType") not in types or wanted is None:
        return []
    start = _utc(started_at)
    return [start.strftime(part) for part in _PARTS[: _FORMATS.index(wanted) + 1]]


def _utc(time: datetime) -> datetime:
    return time.astimezone(timezone.utc)


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text) or _NO_VALUE
