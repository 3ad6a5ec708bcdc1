"""The data catalog of a flow: is it there, and may AppFlow write to it?

Known (AppFlow User Guide, "Service role policies"): the catalog's role must trust
`appflow.amazonaws.com` and allow the catalog's actions.
Known (API reference GlueDataCatalogConfig): the catalog's database must exist.
Known (IAM User Guide, passing a role to a service): the caller needs `iam:PassRole` on the
catalog's role.
Known (Service Authorization Reference, AWS Glue): a table's actions are evaluated on the catalog,
the database and the table.
Inferred (AppFlow User Guide, "Service role policies"; API reference GlueDataCatalogConfig): AppFlow
checks role and database when a flow is created, updated and run; the actions that it uses; the
words.
"""

from __future__ import annotations

from collections.abc import Iterator

from appflow_local.appflow.account import Account
from appflow_local.appflow.data_catalog import RoleNotFound
from appflow_local.appflow.flow_definition.catalog import GlueCatalog

_OF_DATABASE = ("glue:GetDatabase",)
_OF_TABLES = (
    "glue:GetTable",
    "glue:CreateTable",
    "glue:UpdateTable",
    "glue:GetPartitions",
    "glue:BatchCreatePartition",
    "glue:BatchUpdatePartition",
    "glue:BatchDeletePartition",
)


class CatalogProblem(Exception):  # noqa: N818 - a problem of a catalog, not of a request
    """The flow can't use its catalog; the message, in the emulator's words, says why."""


def authorize_catalog(account: Account, catalog: GlueCatalog) -> None:
    """Check that the caller may give the role to AppFlow.

    Raises:
        AccessDeniedException: IAM denies it.
    """
    keys = {"iam:PassedToService": "appflow.amazonaws.com"}
    account.authorize("iam:PassRole", catalog.role_arn, keys)


def check_catalog(account: Account, flow_name: str, catalog: GlueCatalog, *tables: str) -> None:
    """Check that AppFlow can make tables with these names, as they are asked for.

    Raises:
        CatalogProblem: the role or the database is missing, or the role doesn't let AppFlow do it.
    """
    _check_role(account, flow_name, catalog)
    if denied := list(dict.fromkeys(_denied(account, catalog, tables))):
        raise CatalogProblem(
            f"The role {catalog.role_arn} does not allow {', '.join(denied)} for the tables of the "
            f"database {catalog.database}"
        )
    if not account.host.has_database(catalog.database):
        raise CatalogProblem(f"The Data Catalog has no database {catalog.database}")


def _check_role(account: Account, flow_name: str, catalog: GlueCatalog) -> None:
    role = catalog.role_arn
    if role.split(":")[4] != account.id:
        raise CatalogProblem(f"The role {role} is not of the account {account.id}")
    try:
        admitted = account.host.role_admits_appflow(
            role, source_account=account.id, source_arn=account.arns.flow(flow_name)
        )
    except RoleNotFound:
        raise CatalogProblem(f"The role {role} does not exist") from None
    if not admitted:
        raise CatalogProblem(
            f"The trust policy of the role {role} must allow appflow.amazonaws.com to perform "
            "sts:AssumeRole"
        )


def _denied(account: Account, catalog: GlueCatalog, tables: tuple[str, ...]) -> Iterator[str]:
    glue = f"arn:aws:glue:{account.region}:{account.id}"
    database = (f"{glue}:catalog", f"{glue}:database/{catalog.database}")
    named = tuple(f"{glue}:table/{catalog.database}/{name}" for name in tables)
    asked = [(action, resource) for action in _OF_DATABASE for resource in database]
    asked += [(action, resource) for action in _OF_TABLES for resource in (*database, *named)]
    for action, resource in asked:
        if not account.host.role_allows(catalog.role_arn, action, resource):
            yield action
