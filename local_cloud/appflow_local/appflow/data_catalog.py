"""What the model needs of a data catalog, the AWS Glue Data Catalog, and of the role it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CatalogColumn:
    """A column of a table; `type` is Hive's, `parameters` are what else the catalog keeps of it."""

    name: str
    type: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class CatalogTable:
    """A table over the files of a folder.

    Attributes:
        name: In lower case.
        columns: Those that the files hold, in order.
        partition_keys: The names of the columns that only the partitions hold, all of them text.
        location: The `s3://` address of the folder, with a trailing slash.
        file_type: CSV with a header, JSON lines or PARQUET.
    """

    name: str
    columns: Sequence[CatalogColumn]
    partition_keys: Sequence[str]
    location: str
    file_type: str


@dataclass(frozen=True)
class CatalogPartition:
    """A folder of a table: the value of each partition key, and the folder's `s3://` address."""

    values: Sequence[str]
    location: str


class RoleNotFound(Exception):  # noqa: N818 - an outcome
    """The account has no role of this ARN."""


class CatalogRefused(Exception):  # noqa: N818
    """The catalog does not take a table or partitions; the message says why."""


class DataCatalog(Protocol):
    """The part of a `Host` that keeps tables, in the account and Region that the host acts for.

    Ask whether the role may first: no method but `role_allows` checks it. The case of a database's
    name doesn't matter.
    """

    def role_admits_appflow(self, role_arn: str, *, source_account: str, source_arn: str) -> bool:
        """Tell whether appflow.amazonaws.com may assume a role, by the role's trust policy.

        `source_account` and `source_arn` are the condition keys `aws:SourceAccount` and
        `aws:SourceArn` that AppFlow presents. True for every role when the host does not enforce
        IAM.

        Raises:
            RoleNotFound: there is none.
        """
        ...

    def role_allows(self, role_arn: str, action: str, resource: str) -> bool:
        """Tell whether the role's policies allow an action.

        Always True when the host does not enforce IAM.
        """
        ...

    def has_database(self, database: str) -> bool:
        """Tell whether there is a database of this name."""
        ...

    def has_table(self, database: str, name: str) -> bool:
        """Tell whether a database has a table of this name."""
        ...

    def put_table(self, database: str, table: CatalogTable) -> None:
        """Create a table, or replace what is known of it but for its partitions.

        Raises:
            CatalogRefused: there is no such database.
        """
        ...

    def put_partitions(
        self, database: str, table: str, partitions: Sequence[CatalogPartition]
    ) -> None:
        """Add partitions to a table; one with the same values is replaced.

        Raises:
            CatalogRefused: the catalog does not take one.
        """
        ...

    def drop_partitions(self, database: str, table: str) -> None:
        """Remove all partitions of a table."""
        ...
