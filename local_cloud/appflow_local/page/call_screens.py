"""The screens of calls to connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from appflow_local.page.paging import PER_PAGE
from appflow_local.page.records import Table, table
from appflow_local.page.render import loaded
from appflow_local.page.tracebacks import failure_of
from appflow_local.page.view import View

_FILTERS = ("label", "flow", "run")
_MOST_RECORDS = 100


def calls(view: View) -> Mapping[str, Any]:
    """The newest calls, of one connector, flow or run if the address names it."""
    wanted = {name: view.query[name] for name in _FILTERS if view.query.get(name)}
    only_failures = view.query.get("failed") == "1"
    found = view.journal.lines(
        view.place,
        PER_PAGE + 1,
        before=view.number("before", 0) or None,
        only_failures=only_failures,
        **wanted,
    )
    shown = found[:PER_PAGE]
    return {
        "calls": shown,
        "older": shown[-1].number if len(found) > PER_PAGE else None,
        "wanted": wanted,
        "only_failures": only_failures,
        "labels": [each["connectorLabel"] for each in view.connectors],
        "is_newest": "before" not in view.query,
    }


def call(view: View) -> Mapping[str, Any]:
    """One call: what was asked, what came back, how long it took, and what was printed."""
    number = view.number("id", 0)
    found = view.journal.find(view.place, number)
    if found is None:
        raise HTTPException(404)
    before = view.journal.find(view.place, view.number("again", 0))
    answer = loaded(found.answer)
    return {
        "call": found,
        "request": loaded(found.request),
        "answer": answer,
        "said": failure_of(found) if found.has_failed else None,
        "records": _records(answer) or _records(loaded(found.request)),
        "again_of": before,
    }


def _records(found: object) -> Table | None:
    records = found.get("records") if isinstance(found, dict) else None
    if not isinstance(records, list) or not records:
        return None
    return table(records[:_MOST_RECORDS])
