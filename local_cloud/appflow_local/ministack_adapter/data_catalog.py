"""Keeps tables in MiniStack's Glue, and asks its IAM what a role may do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack import app as gateway
from ministack.core import iam_evaluator, responses
from ministack.services import glue, iam

from appflow_local.appflow.data_catalog import (
    CatalogPartition,
    CatalogRefused,
    CatalogTable,
    RoleNotFound,
)
from appflow_local.ministack_adapter.role_session import open_session
from appflow_local.ministack_adapter.storage import SERVICE_PRINCIPAL

_OK = 200
_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
# The formats and the reader of each type of file, as Athena's user guide names them.
_FORMATS = {
    "CSV": (_TEXT_INPUT, _TEXT_OUTPUT, "org.apache.hadoop.hive.serde2.OpenCSVSerde"),
    "JSON": (_TEXT_INPUT, _TEXT_OUTPUT, "org.openx.data.jsonserde.JsonSerDe"),
    "PARQUET": (
        f"{_PARQUET}.MapredParquetInputFormat",
        f"{_PARQUET}.MapredParquetOutputFormat",
        f"{_PARQUET}.serde.ParquetHiveSerDe",
    ),
}
_READER = {"CSV": {"separatorChar": ",", "quoteChar": '"'}}
_HEADER = {"CSV": {"skip.header.line.count": "1"}}

_Call = Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]]


class MiniStackDataCatalog:
    """Glue's Data Catalog, in the account and Region of the current request or run."""

    def role_admits_appflow(self, role_arn: str, *, source_account: str, source_arn: str) -> bool:
        """Evaluate the role's trust policy for AppFlow's service principal."""
        role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
        if role is None or role["Arn"] != role_arn:
            raise RoleNotFound(role_arn)
        if not gateway.AUTH:
            return True
        context = iam_evaluator.EvalContext(
            principal_arn="*",  # the service itself: grants to accounts don't apply
            principal_type="Service",
            principal_account="",
            action="sts:AssumeRole",
            resource_arn="*",
            region=responses.get_region(),
            service_context={"aws:sourceaccount": source_account, "aws:sourcearn": source_arn},
        )
        policy = _with_resources(role["AssumeRolePolicyDocument"])
        result = iam_evaluator.evaluate_resource_policy(policy, context, SERVICE_PRINCIPAL)
        return bool(result.decision == "Allow")

    def role_allows(self, role_arn: str, action: str, resource: str) -> bool:
        """Evaluate the role's policies, as MiniStack does for requests of its sessions."""
        if not gateway.AUTH:
            return True
        principal = iam_evaluator.resolve_principal(
            open_session(role_arn, "AppFlow").access_key_id, responses.get_account_id()
        )
        context = iam_evaluator.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=resource,
            region=responses.get_region(),
            service_context={},
            principal_keys=principal.keys,
        )
        result = iam_evaluator.evaluate(context, principal.policies, *principal.limits)
        return bool(result.decision == "Allow")

    def has_database(self, database: str) -> bool:
        """Look a database up."""
        return _own(database) in glue._databases

    def has_table(self, database: str, name: str) -> bool:
        """Look a table up."""
        return f"{_own(database)}/{name}" in glue._tables

    def put_table(self, database: str, table: CatalogTable) -> None:
        """Create or update a table."""
        put = glue._update_table if self.has_table(database, table.name) else glue._create_table
        _call(put, {"DatabaseName": _own(database), "TableInput": _table_input(table)})

    def put_partitions(
        self, database: str, table: str, partitions: Sequence[CatalogPartition]
    ) -> None:
        """Create or update partitions, which have the table's format."""
        database = _own(database)
        storage = glue._tables[f"{database}/{table}"]["StorageDescriptor"]
        known = {tuple(each["Values"]) for each in _partitions(database, table)}
        for partition in partitions:
            values = list(partition.values)
            given = {
                "DatabaseName": database,
                "TableName": table,
                "PartitionInput": {
                    "Values": values,
                    "StorageDescriptor": {**storage, "Location": partition.location},
                },
            }
            if tuple(values) in known:
                _call(glue._delete_partition, {**given, "PartitionValues": values})
            _call(glue._create_partition, given)

    def drop_partitions(self, database: str, table: str) -> None:
        """Delete all partitions of a table."""
        database = _own(database)
        for each in list(_partitions(database, table)):
            values = {"PartitionValues": each["Values"]}
            _call(glue._delete_partition, {"DatabaseName": database, "TableName": table, **values})


def _own(database: str) -> str:
    """Return a database's name as MiniStack keeps it: as it was given, where Glue lowers it."""
    alike = (name for name in glue._databases if name.lower() == database.lower())
    return next(alike, database)


def _partitions(database: str, table: str) -> Sequence[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = glue._partitions.get(f"{database}/{table}", [])
    return found


def _table_input(table: CatalogTable) -> dict[str, Any]:
    reads, writes, reader = _FORMATS[table.file_type]
    columns = [
        {"Name": each.name, "Type": each.type, "Parameters": dict(each.parameters)}
        for each in table.columns
    ]
    parameters = {"EXTERNAL": "TRUE", "classification": table.file_type.lower()}
    return {
        "Name": table.name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {**parameters, **_HEADER.get(table.file_type, {})},
        "PartitionKeys": [{"Name": name, "Type": "string"} for name in table.partition_keys],
        "StorageDescriptor": {
            "Columns": columns,
            "Location": table.location,
            "InputFormat": reads,
            "OutputFormat": writes,
            "SerdeInfo": {
                "SerializationLibrary": reader,
                "Parameters": _READER.get(table.file_type, {}),
            },
        },
    }


def _with_resources(trust: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a trust policy as one that names resources, which evaluation asks for."""
    document = json.loads(trust) if isinstance(trust, str) else trust
    statements = document.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return {"Statement": [{"Resource": "*", **statement} for statement in listed]}


def _call(function: _Call, given: dict[str, Any]) -> None:
    status, _headers, body = function(given)
    if status != _OK:
        answer = json.loads(body)
        raise CatalogRefused(answer.get("message") or answer.get("Message") or "Glue refused it")
