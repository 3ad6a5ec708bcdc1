"""The names of the tables that a flow makes in a data catalog.

They are

    prefix_appflow_flow-name_timestamp_latest
    prefix_appflow_flow-name_schema-version
    prefix_appflow_flow-name_schema-version_execution-id

Known (AppFlow User Guide, "Cataloging the data output"): tables are named
`PREFIX_appflow_FLOW_TIMESTAMP_latest`, `PREFIX_appflow_FLOW_VERSION` and, with the execution ID
among the folders, `PREFIX_appflow_FLOW_VERSION_EXECUTION`. The flow's name is changed where the
catalog doesn't admit it.
Inferred (the same): the flow's name is changed so: other characters than letters, digits, `-` and
`_` become `_`, all in lower case, and it is cut so that the name fits. An empty prefix leaves out
its `_`.
"""

from __future__ import annotations

import re
from datetime import datetime

from appflow_local.appflow.flow_definition.catalog import GlueCatalog

_LONGEST = 255  # of a table's name, API reference of AWS Glue
_LONGEST_END = len("_999999999_00000000-0000-0000-0000-000000000000")
_OTHERS = re.compile(r"[^A-Za-z0-9_-]")


class CatalogNames:
    """The names of one flow's tables; the catalog keeps them in lower case."""

    def __init__(self, catalog: GlueCatalog, flow_name: str) -> None:
        prefix = f"{catalog.table_prefix}_" if catalog.table_prefix else ""
        name = f"{prefix}appflow_{_OTHERS.sub('_', flow_name)}"
        self._name = name[: _LONGEST - _LONGEST_END]

    def of_schema(self, version: int) -> str:
        """Return the name of the table of a schema version."""
        return f"{self._name}_{version}"

    def of_run(self, version: int, execution_id: str) -> str:
        """Return the name of the table of one run."""
        return f"{self._name}_{version}_{execution_id}"

    def latest(self, created_at: datetime) -> str:
        """Return the name of the table of the latest run, which is created at this time."""
        return f"{self._name}_{int(created_at.timestamp())}_latest"

    def is_latest(self, kept: str) -> bool:
        """Tell whether a table, by the name that the catalog keeps, is that of the latest run."""
        return re.fullmatch(rf"{re.escape(self._name.lower())}_[0-9]+_latest", kept) is not None

    def asked_for(self, kept: str) -> str:
        """Return the name that a table of the flow is asked for by, and so in policies."""
        return self._name + kept[len(self._name) :]
