"""S3 as a destination: records become files, in a folder of each partition.

Source: AppFlow User Guide, "Partitioning and aggregating": without aggregation about a file per
page of the source, with SingleFile one per partition; targetFileSize, in MB, is approximate.
Inferred: a target size without SingleFile aggregates pages, too; a run without records writes no
file. When too many partitions are open at once, the largest of them begins another file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import SEEK_END
from typing import Any, BinaryIO

from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.execution.pages import Record, Tally
from appflow_local.appflow.execution.spool import open_spool
from appflow_local.appflow.storage import Storage
from appflow_local.appflow.transfer.formats import (
    DEFAULT_FILE_TYPE,
    RecordWriter,
    content_type,
    extension,
    open_writer,
)
from appflow_local.appflow.transfer.object_keys import object_folder, object_name
from appflow_local.appflow.transfer.plan import Plan
from appflow_local.appflow.transfer.values import to_text

MOST_OPEN = 256
"""Partitions whose files are written at once."""

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Labels:
    """What a run's objects are named after."""

    flow: Flow
    execution_id: str
    started_at: datetime


@dataclass(frozen=True)
class _File:
    spool: BinaryIO
    writer: RecordWriter
    partitions: Mapping[str, str]


class S3Destination:
    """Writes records to files and puts these into a bucket.

    Args:
        storage: where the bucket is.
        properties: the S3DestinationProperties.
        plan: what the records are like.
        labels: what the objects are named after.
        tally: where bytes written are counted.
    """

    def __init__(
        self,
        storage: Storage,
        properties: Mapping[str, Any],
        plan: Plan,
        labels: Labels,
        tally: Tally,
    ) -> None:
        self._storage = storage
        self._properties = properties
        self._plan = plan
        self._labels = labels
        self._tally = tally
        self._format: Mapping[str, Any] = properties.get("s3OutputFormatConfig", {})
        aggregation = self._format.get("aggregationConfig", {})
        self._target = aggregation.get("targetFileSize", 0) * _MEGABYTE
        self._by_page = aggregation.get("aggregationType", "None") == "None" and not self._target
        self._file_type: str = self._format.get("fileType", DEFAULT_FILE_TYPE)
        self._files: dict[tuple[str, ...], _File] = {}
        self._written = 0

    def write(self, records: Sequence[Record]) -> None:
        """Add one page's records to their partitions' files."""
        for record in records:
            self._add(record)
        if self._by_page:
            self.finish()

    def finish(self) -> None:
        """Put all files that are open."""
        for key in list(self._files):
            self._put(key)

    def close(self) -> None:
        """Drop the files that were not put."""
        for file in self._files.values():
            file.spool.close()
        self._files.clear()

    def _add(self, record: Record) -> None:
        key = tuple(_partition(record.get(field)) for field in self._plan.partition_fields)
        file = self._files.get(key) or self._open(key)
        file.writer.write(record)
        if self._target and file.spool.tell() >= self._target:
            self._put(key)

    def _open(self, key: tuple[str, ...]) -> _File:
        if len(self._files) >= MOST_OPEN:
            self._put(max(self._files, key=lambda each: self._files[each].spool.tell()))
        spool = open_spool()
        writer = open_writer(
            spool,
            self._file_type,
            self._plan.columns,
            preserve_types=bool(self._format.get("preserveSourceDataTyping", False)),
        )
        partitions = dict(zip(self._plan.partition_fields, key, strict=True))
        file = self._files[key] = _File(spool, writer, partitions)
        return file

    def _put(self, key: tuple[str, ...]) -> None:
        file = self._files.pop(key)
        with file.spool as spool:
            file.writer.close()
            self._tally.bytes_written += spool.seek(0, SEEK_END)
            spool.seek(0)
            self._storage.put_object(
                self._properties["bucketName"],
                self._key(file.partitions),
                spool,
                content_type(self._file_type),
            )

    def _key(self, partitions: Mapping[str, str]) -> str:
        labels, config = self._labels, self._format.get("prefixConfig")
        self._written += 1
        folder = object_folder(
            labels.flow.name,
            self._properties.get("bucketPrefix"),
            config,
            execution_id=labels.execution_id,
            started_at=labels.started_at,
            schema_version=labels.flow.schema_version,
            partitions=partitions,
        )
        return folder + object_name(
            config,
            execution_id=labels.execution_id,
            started_at=labels.started_at,
            number=self._written,
            extension=extension(self._file_type),
        )


def _partition(value: object) -> str:
    return "" if value is None else to_text(value)
