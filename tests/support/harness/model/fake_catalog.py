"""A data catalog as dictionaries, for hosts made of Python functions."""

from __future__ import annotations

from collections.abc import Sequence

from appflow_local.appflow.data_catalog import (
    CatalogPartition,
    CatalogRefused,
    CatalogTable,
    RoleNotFound,
)

DATABASE = "shop"


class FakeCatalog:
    """The part of a `Host` that keeps tables, in one database unless a test adds others.

    Args:
        role: the ARN of the role that there is from the start; it may do all but `forbidden`.
    """

    def __init__(self, role: str) -> None:
        self.roles = {role}
        self.untrusting: set[str] = set()  # roles that AppFlow may not assume
        self.forbidden: set[str] = set()  # actions
        self.role_questions: list[tuple[str, str]] = []
        self.databases = {DATABASE}
        self.tables: dict[str, CatalogTable] = {}
        self.partitions: dict[str, dict[tuple[str, ...], str]] = {}

    def role_admits_appflow(self, role_arn: str, *, source_account: str, source_arn: str) -> bool:
        assert source_account in source_arn
        if role_arn not in self.roles:
            raise RoleNotFound(role_arn)
        return role_arn not in self.untrusting

    def role_allows(self, role_arn: str, action: str, resource: str) -> bool:
        assert role_arn in self.roles
        self.role_questions.append((action, resource))
        return action not in self.forbidden

    def has_database(self, database: str) -> bool:
        return database in self.databases

    def has_table(self, database: str, name: str) -> bool:
        return database in self.databases and name in self.tables

    def put_table(self, database: str, table: CatalogTable) -> None:
        if database not in self.databases:
            raise CatalogRefused(f"Database {database} not found")
        self.tables[table.name] = table
        self.partitions.setdefault(table.name, {})

    def put_partitions(
        self, database: str, table: str, partitions: Sequence[CatalogPartition]
    ) -> None:
        assert database in self.databases
        for each in partitions:
            self.partitions[table][tuple(each.values)] = each.location

    def drop_partitions(self, database: str, table: str) -> None:
        assert database in self.databases
        self.partitions[table].clear()
