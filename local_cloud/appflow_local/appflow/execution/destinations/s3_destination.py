"""S3 as a destination: records become files, in one folder per partition.

Known (AppFlow User Guide, "Partitioning and aggregating data output"): without aggregation there is
about one file for each page of the source, with `SingleFile` one for each partition.
`targetFileSize`, in MB, is approximate.
Inferred (the same): `targetFileSize` aggregates pages without `SingleFile`, too; a run without
records writes no file.
Chosen (Hive's readers, such as pyarrow, pandas and Spark, take them from the folders and refuse
them twice): Parquet files don't hold the fields by which they are partitioned, unless those are
all. CSV and JSON files hold them.
Chosen: when too many partitions are open at once, the largest one's file is put, and it starts
another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from os import SEEK_END
from typing import BinaryIO

from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.execution.objects import Objects
from appflow_local.appflow.execution.pages import Record, Tally
from appflow_local.appflow.execution.spool import open_spool
from appflow_local.appflow.flow_definition.ends import S3DestinationEnd
from appflow_local.appflow.transfer.fields import Column
from appflow_local.appflow.transfer.formats import (
    RecordWriter,
    content_type,
    extension,
    open_writer,
)
from appflow_local.appflow.transfer.object_keys import NO_VALUE, object_folder, object_name
from appflow_local.appflow.transfer.plan import Plan
from appflow_local.appflow.transfer.values import to_text

MOST_OPEN = 256
"""How many partitions' files are open at once, at most."""


@dataclass(frozen=True)
class Labels:
    """What the names of a run's objects are made of."""

    flow: Flow
    execution_id: str
    started_at: datetime


@dataclass(frozen=True)
class _File:
    spool: BinaryIO
    writer: RecordWriter
    partitions: Mapping[str, str]


class S3Destination:
    """Writes records to files and puts them in a bucket.

    Args:
        objects: puts what is written.
        end: the folder, and the format of its files.
        plan: has the columns and the partition fields.
        labels: what the names of the objects are made of.
        tally: counts bytes written.
    """

    def __init__(
        self,
        objects: Objects,
        end: S3DestinationEnd,
        plan: Plan,
        labels: Labels,
        tally: Tally,
    ) -> None:
        self._objects = objects
        self._end = end
        self._format = end.format
        self._plan = plan
        self._left_out = left_out(plan, end.format.file_type)
        self._labels = labels
        self._tally = tally
        self._files: dict[tuple[str, ...], _File] = {}
        self._written = 0
        self._folders: dict[tuple[str, ...], Mapping[str, str]] = {}

    @property
    def folders(self) -> Sequence[Mapping[str, str]]:
        """The text of each partition field, which is empty for null, of each folder with files."""
        return list(self._folders.values())

    def write(self, records: Sequence[Record]) -> None:
        """Add one page of records to the files of their partitions."""
        for key, members in self._parted(records).items():
            self._add(key, members)
        if not self._format.aggregates:
            self.finish()

    def write_file(self, content: bytes) -> None:
        """Add one page, as the file that it is alone: without partitions and aggregation."""
        self._put_file((), BytesIO(content), {})

    def finish(self) -> None:
        """Put all open files."""
        for key in list(self._files):
            self._put(key)

    def close(self) -> None:
        """Drop the files that weren't put."""
        for file in self._files.values():
            file.spool.close()
        self._files.clear()

    def _parted(self, records: Sequence[Record]) -> Mapping[tuple[str, ...], Sequence[Record]]:
        fields = self._plan.partition_fields
        if not fields:
            return {(): records} if records else {}
        parted = defaultdict(list)
        for record in records:
            key = tuple(_partition(record.get(field)) for field in fields)
            parted[key].append(self._without_partitions(record))
        return parted

    def _without_partitions(self, record: Record) -> Record:
        if not self._left_out:
            return record
        return {name: value for name, value in record.items() if name not in self._left_out}

    def _add(self, key: tuple[str, ...], records: Sequence[Record]) -> None:
        if not self._format.target_size:
            self._file(key).writer.write(records)
            return
        for record in records:  # a file ends with the record that fills it
            file = self._file(key)
            file.writer.write([record])
            if self._format.target_size <= file.spool.tell():
                self._put(key)

    def _file(self, key: tuple[str, ...]) -> _File:
        return self._files.get(key) or self._open(key)

    def _open(self, key: tuple[str, ...]) -> _File:
        if len(self._files) >= MOST_OPEN:
            self._put(max(self._files, key=lambda each: self._files[each].spool.tell()))
        # Without aggregation a file has records of one page, which is in memory itself.
        spool = open_spool(in_memory=not self._format.aggregates)
        try:
            writer = open_writer(
                spool,
                self._format.file_type,
                self._columns(),
                preserve_types=self._format.preserves_types,
            )
        except BaseException:  # such as a column's name that Parquet can't have
            spool.close()
            raise
        partitions = dict(zip(self._plan.partition_fields, key, strict=True))
        file = self._files[key] = _File(spool, writer, partitions)
        return file

    def _columns(self) -> list[Column] | None:
        columns = self._plan.columns
        if columns is None:
            return None
        return [each for each in columns if each.name not in self._left_out]

    def _put(self, key: tuple[str, ...]) -> None:
        file = self._files.pop(key)
        with file.spool as spool:
            file.writer.close()
            self._put_file(key, spool, file.partitions)

    def _put_file(
        self, key: tuple[str, ...], content: BinaryIO, partitions: Mapping[str, str]
    ) -> None:
        self._tally.bytes_written += content.seek(0, SEEK_END)
        content.seek(0)
        self._objects.put(
            self._end.bucket,
            self._key(partitions),
            content,
            content_type(self._format.file_type),
        )
        self._folders[key] = partitions

    def _key(self, partitions: Mapping[str, str]) -> str:
        labels, config = self._labels, self._format.prefixes
        self._written += 1
        folder = object_folder(
            labels.flow.name,
            self._end.prefix,
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
            extension=extension(self._format.file_type),
        )


def _partition(value: object) -> str:
    """Return the text of a partition's folder; the text `null` has the folder of null."""
    text = NO_VALUE if value is None else to_text(value)
    if not text.isascii():
        # JSON may hold halves of surrogate pairs, which no key can; in files they are `?`, too.
        text = text.encode("utf-8", "replace").decode("utf-8")
    return "" if text == NO_VALUE else text


def left_out(plan: Plan, file_type: str) -> frozenset[str]:
    """Return the fields that are in the names of folders only; a file needs one field at least."""
    partitions = frozenset(plan.partition_fields)
    others = {each.name for each in plan.columns or ()} - partitions
    return partitions if file_type == "PARQUET" and others else frozenset()
