"""The tasks of a test's flows: all fields as they are, and filters from a short text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from appflow_local.driving.flow_parts import ALL_FIELDS
from appflow_local.testing.errors import AppflowLocalError

_SIGNS = {
    "=": "EQUAL_TO",
    "!=": "NOT_EQUAL_TO",
    "<": "LESS_THAN",
    "<=": "LESS_THAN_OR_EQUAL_TO",
    ">": "GREATER_THAN",
    ">=": "GREATER_THAN_OR_EQUAL_TO",
    "contains": "CONTAINS",
}
_VALUE = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s'"]+"""
_TERM = re.compile(
    rf"\s*(?P<field>[^\s=!<>'\"]+)\s*(?:"
    rf"(?P<sign>=|!=|<=|>=|<|>|contains\b)\s*(?P<value>{_VALUE})"
    rf"|between\s+(?P<lower>{_VALUE})\s+and\s+(?P<upper>{_VALUE}))\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"and\b", re.IGNORECASE)


def tasks_of(
    tasks: Sequence[Mapping[str, Any]] | None, wanted: str | None, types: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the tasks of a flow from a connector.

    Args:
        tasks: as in CreateFlow; Map_all if it's None.
        wanted: a filter: comparisons with `=`, `!=`, `<`, `<=`, `>`, `>=`, `contains` and
            `between … and …`, joined by `and`.
        types: the data type of each of the entity's fields.

    Raises:
        AppflowLocalError: the filter is none.
    """
    filters = [] if wanted is None else [*_filters(wanted, types)]
    return [*filters, *([ALL_FIELDS] if tasks is None else map(dict, tasks))]


def mapped(fields: Iterable[str]) -> list[dict[str, Any]]:
    """Return the tasks that move fields of files in S3 as they are."""
    names = list(fields)
    projection = _task("Filter", names, "PROJECTION")
    return [projection, *({**_task("Map", [name], "NO_OP"), "destinationField": name}
                          for name in names)]  # fmt: skip


def _task(kind: str, fields: list[str], operator: str) -> dict[str, Any]:
    return {
        "taskType": kind,
        "sourceFields": fields,
        "connectorOperator": {"S3": operator},
        "taskProperties": {},
    }


def _filters(text: str, types: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    left = text
    while True:
        term = _TERM.match(left)
        if term is None or term["field"] not in types:
            raise AppflowLocalError(_hint(text, types))
        yield _filter(term, types[term["field"]])
        left = left[term.end() :]
        if not left:
            return
        joined = _AND.match(left)
        if joined is None:
            raise AppflowLocalError(_hint(text, types))
        left = left[joined.end() :]


def _filter(term: re.Match[str], data_type: str) -> dict[str, Any]:
    if term["sign"] is None:
        operator = "BETWEEN"
        values = {"LOWER_BOUND": _value(term["lower"]), "UPPER_BOUND": _value(term["upper"])}
    else:
        operator, values = _SIGNS[term["sign"].lower()], {"VALUE": _value(term["value"])}
    return {
        "taskType": "Filter",
        "sourceFields": [term["field"]],
        "connectorOperator": {"CustomConnector": operator},
        "taskProperties": {"DATA_TYPE": data_type.lower(), **values},
    }


def _value(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "'\"" else text


def _hint(text: str, types: Mapping[str, str]) -> str:
    return (
        f"filter={text!r} can't be read: compare one of the fields {', '.join(types)}, like "
        "\"amount > 3 and name = 'Ann'\"; what this can't say, say with tasks="
    )
