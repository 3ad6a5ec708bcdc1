"""Writes the table of AppFlow's operations into docs/local-cloud/operations.md.

Run it where the local cloud is installed: `.venv-local/bin/python scripts/coverage_table.py`.
"""

from __future__ import annotations

from pathlib import Path

from appflow_local.appflow.operations import OPERATIONS
from appflow_local.appflow.protocol.model import service_model

DOCUMENT = Path(__file__).parents[1] / "docs" / "local-cloud" / "operations.md"
BEGIN = "<!-- operations: written by scripts/coverage_table.py -->"
END = "<!-- end of operations -->"

_FULL = "full"
_CUSTOM = "custom connectors only"
_FLOWS = "custom connectors and S3 only"
_REFUSED = "refused"

# What the emulator does, and a remark, for every operation that it has.
REMARKS = {
    "CancelFlowExecutions": (_FULL, "what a run has written stays"),
    "CreateConnectorProfile": (_CUSTOM, "no private connections or `JWT_BEARER`"),
    "CreateFlow": (_FLOWS, "not triggered by events"),
    "DeleteConnectorProfile": (_FULL, "with its secret"),
    "DeleteFlow": (_FULL, ""),
    "DescribeConnector": (_CUSTOM, ""),
    "DescribeConnectorEntity": (_CUSTOM, "asks the connector, remembers its answer"),
    "DescribeConnectorProfiles": (_FULL, ""),
    "DescribeConnectors": (_CUSTOM, "`connectorConfigurations` stays empty"),
    "DescribeFlow": (_FULL, ""),
    "DescribeFlowExecutionRecords": (_FULL, ""),
    "ListConnectorEntities": (_CUSTOM, "asks the connector, remembers its answer"),
    "ListConnectors": (_FULL, ""),
    "ListFlows": (_FULL, ""),
    "ListTagsForResource": (_FULL, "flows and connectors"),
    "RegisterConnector": (_FULL, "asks the connector what it is"),
    "ResetConnectorMetadataCache": (_CUSTOM, ""),
    "StartFlow": (_FLOWS, "runs the flow, or lets its schedule run it"),
    "StopFlow": (_FULL, "a run in progress continues"),
    "TagResource": (_FULL, "flows and connectors"),
    "UnregisterConnector": (_FULL, ""),
    "UntagResource": (_FULL, "flows and connectors"),
    "UpdateConnectorProfile": (_CUSTOM, "as CreateConnectorProfile"),
    "UpdateConnectorRegistration": (_FULL, "asks the connector again"),
    "UpdateFlow": (_FLOWS, "as CreateFlow"),
}


def main() -> None:
    """Put the table of today into the document."""
    DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


def updated(document: str) -> str:
    """Return the document with the table of today between its markers.

    Raises:
        ValueError: it does not have both markers, once each.
    """
    before, rest = document.split(BEGIN)
    _old, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def table() -> str:
    """Return the table of all operations of the service model, in Markdown."""
    rows = [f"| `{name}` | {' | '.join(_covered(name))} |" for name in _operations()]
    return "\n".join(["| operation | what the emulator does | |", "|---|---|---|", *rows, ""])


def is_refused(operation: str) -> bool:
    """Tell whether the emulator does not have an operation."""
    return operation not in OPERATIONS


def _operations() -> list[str]:
    return sorted(service_model().operation_names)


def _covered(operation: str) -> tuple[str, str]:
    return (_REFUSED, "") if is_refused(operation) else REMARKS[operation]


if __name__ == "__main__":
    main()
