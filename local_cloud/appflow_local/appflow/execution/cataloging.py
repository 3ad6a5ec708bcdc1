"""Registers what a run wrote with the flow's data catalog.

Known (AppFlow User Guide, "Cataloging the data output"): tables are made when a flow runs. Every
run updates that of the latest run. One for the run alone exists only if the execution ID is a
partition key.
Inferred (API reference MetadataCatalogDetail, a status of its own): a run whose data can't be
cataloged is `Successful`, makes and changes no table, and says why in each table's registration.
Chosen: tables stay when their flow is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.executions import Registration
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.data_catalog import CatalogRefused
from appflow_local.appflow.execution.catalog_tables import CatalogTables, Described
from appflow_local.appflow.flow_definition.catalog import GlueCatalog
from appflow_local.appflow.flows.catalog_access import CatalogProblem, check_catalog
from appflow_local.appflow.flows.catalog_names import CatalogNames


@dataclass(frozen=True)
class Cataloging:
    """What one run registers, and where.

    `has_own_table` says whether the run has a table of its own.
    """

    account: Account
    flow: Flow
    execution_id: str
    catalog: GlueCatalog
    tables: CatalogTables
    has_own_table: bool

    def register(self, written: Iterable[Mapping[str, str]]) -> tuple[Registration, ...]:
        """Register what the run wrote, and return what became of each table.

        `written` has the text of each partition field for each folder that has files.
        """
        names, latest = self._names(), self._latest()
        try:
            check_catalog(self.account, self.flow.name, self.catalog, *names, latest)
            folders = list(written)
            described = self._described(names, folders)
            newest = self.tables.of_run(latest, folders)
            registered = [self._put(each) for each in described]
            registered.append(self._put(newest, replaces=True))
        except (CatalogProblem, CatalogRefused) as problem:
            return tuple(
                Registration(name.lower(), problem=f"{problem}.") for name in (*names, latest)
            )
        self._remember(newest.table.name)
        return tuple(registered)

    def _names(self) -> tuple[str, ...]:
        names, version = CatalogNames(self.catalog, self.flow.name), self.flow.schema_version
        own = (names.of_run(version, self.execution_id),) if self.has_own_table else ()
        return (names.of_schema(version), *own)

    def _latest(self) -> str:
        """Return the name of the latest run's table: as it is, or with the current time."""
        names = CatalogNames(self.catalog, self.flow.name)
        current = self.account.flows.get(self.flow.name)
        kept = current.latest_table if current else None
        if kept and names.is_latest(kept) and self._has(kept):
            return names.asked_for(kept)
        return names.latest(self.account.now())

    def _has(self, table: str) -> bool:
        return self.account.host.has_table(self.catalog.database, table)

    def _described(
        self, names: Sequence[str], folders: Sequence[Mapping[str, str]]
    ) -> list[Described]:
        of_schema, *own = names
        return [
            self.tables.of_schema(of_schema, folders),
            *(self.tables.of_run(name, folders) for name in own),
        ]

    def _put(self, described: Described, *, replaces: bool = False) -> Registration:
        host, database = self.account.host, self.catalog.database
        name = described.table.name
        host.put_table(database, described.table)
        if replaces:
            host.drop_partitions(database, name)
        host.put_partitions(database, name, described.partitions)
        return Registration(name, partitions=len(described.partitions))

    def _remember(self, latest: str) -> None:
        with self.account.lock:
            current = self.account.flows.get(self.flow.name)
            if current is not None and current.created_at == self.flow.created_at:
                self.account.flows.put(current.name, replace(current, latest_table=latest))
