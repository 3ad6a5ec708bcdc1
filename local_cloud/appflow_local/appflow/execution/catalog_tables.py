"""The tables and partitions that describe what a run wrote to S3.

Known (AppFlow User Guide, "Cataloging the data output"): the tables have the partition keys that
organize the data in S3; columns have the parameters `AppFlowLabel` and `AppFlowDescription`, from
the source.
Inferred (Hive's types): a schema version's table has the folders below it as keys, that is the
parts of the date (`year` to `minute`), `execution_id` and the partition fields; the table of one
run has the partition fields. Keys are text, columns have the types of the files, names are in lower
case.
Chosen (columns of CSV go by their place, and a table can't have two of one name): a CSV file's own
column of a partition field is `FIELD_in_file`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appflow_local.appflow.data_catalog import CatalogColumn, CatalogPartition, CatalogTable
from appflow_local.appflow.execution.destinations.s3_destination import Labels, left_out
from appflow_local.appflow.flow_definition.ends import S3DestinationEnd
from appflow_local.appflow.flows.catalog_access import CatalogProblem
from appflow_local.appflow.transfer.catalog_types import hive_type
from appflow_local.appflow.transfer.fields import Column, Field
from appflow_local.appflow.transfer.object_keys import (
    object_folder,
    run_folders,
    schema_folder,
)
from appflow_local.appflow.transfer.plan import Plan


@dataclass(frozen=True)
class Described:
    """A table with partitions."""

    table: CatalogTable
    partitions: Sequence[CatalogPartition]


class CatalogTables:
    """Describes what a run writes.

    Args:
        end: the folder, and the format of its files.
        plan: has the columns and the partition fields.
        labels: what the names of the objects are made of.
        fields: the source's.
    """

    def __init__(
        self, end: S3DestinationEnd, plan: Plan, labels: Labels, fields: Sequence[Field]
    ) -> None:
        self._end = end
        self._plan = plan
        self._labels = labels
        self._fields = {field.name: field for field in fields}

    def of_schema(self, name: str, written: Sequence[Mapping[str, str]]) -> Described:
        """Return the table of the flow's schema version, with the partitions of this run.

        `written` has the text of each partition field for each folder that has files.

        Raises:
            CatalogProblem: two columns have the same name in a catalog.
        """
        labels, config = self._labels, self._end.format.prefixes
        folder = schema_folder(
            labels.flow.name, self._end.prefix, config, labels.flow.schema_version
        )
        run = run_folders(config, execution_id=labels.execution_id, started_at=labels.started_at)
        return self._described(name, folder, run, written)

    def of_run(self, name: str, written: Sequence[Mapping[str, str]]) -> Described:
        """Return a table of this run alone; see `of_schema`."""
        return self._described(name, self._folder({}), {}, written)

    def _described(
        self,
        name: str,
        folder: str,
        outer: Mapping[str, str],
        written: Sequence[Mapping[str, str]],
    ) -> Described:
        columns = list(self._columns())
        taken = {column.name for column in columns}
        keys = [_free(key, taken) for key in outer]
        keys += [field.lower() for field in self._plan.partition_fields]
        _check_unique([*(column.name for column in columns), *keys])
        partitions = [
            CatalogPartition(
                (*outer.values(), *(text or "null" for text in values.values())),
                self._address(self._folder(values)),
            )
            for values in written
        ]
        table = CatalogTable(
            name.lower(), columns, keys, self._address(folder), self._end.format.file_type
        )
        return Described(table, partitions if keys else [])

    def _columns(self) -> Iterator[CatalogColumn]:
        file_type, partitions = self._end.format.file_type, self._plan.partition_fields
        absent = left_out(self._plan, file_type)
        for column in self._plan.columns or ():
            name = column.name.lower()
            if column.name in partitions and file_type == "CSV":
                yield self._column(column, f"{name}_in_file")
            elif column.name not in absent and column.name not in partitions:
                yield self._column(column, name)

    def _column(self, column: Column, name: str) -> CatalogColumn:
        output = self._end.format
        kind = hive_type(column.data_type, output.file_type, preserves_types=output.preserves_types)
        source = self._fields.get(self._plan.origins.get(column.name, ""))
        about = {
            "AppFlowLabel": source.label if source else None,
            "AppFlowDescription": source.description if source else None,
        }
        return CatalogColumn(name, kind, {key: text for key, text in about.items() if text})

    def _folder(self, partitions: Mapping[str, str]) -> str:
        labels = self._labels
        return object_folder(
            labels.flow.name,
            self._end.prefix,
            self._end.format.prefixes,
            execution_id=labels.execution_id,
            started_at=labels.started_at,
            schema_version=labels.flow.schema_version,
            partitions=partitions,
        )

    def _address(self, folder: str) -> str:
        return f"s3://{self._end.bucket}/{folder}"


def _free(key: str, taken: set[str]) -> str:
    """Return the name of a folder as a key; the output may have a field of this name."""
    return f"appflow_{key}" if key in taken else key


def _check_unique(names: Sequence[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise CatalogProblem(f"A table of the Data Catalog cannot have two columns '{twice[0]}'")
