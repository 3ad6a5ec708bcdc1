"""The screens by name: what the template of each is given. A screen is a function of a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException

from appflow_local.page import chains
from appflow_local.page.call_screens import call, calls
from appflow_local.page.connector_screens import (
    connector,
    connector_rows,
    connectors,
    entities,
    profile,
)
from appflow_local.page.flow_screens import flow, flow_rows, flows, run, runs
from appflow_local.page.log_screen import logs
from appflow_local.page.view import View

_FEW = 10


def overview(view: View) -> Mapping[str, Any]:
    """What there is, what happened last, and what went wrong."""
    return {
        "problems": chains.problems(view)[:_FEW],
        "flows": flow_rows(view, view.flows[:_FEW]),
        "flows_total": len(view.flows),
        "connectors": connector_rows(view, view.connectors[:_FEW]),
        "connectors_total": len(view.connectors),
        "runs": view.journal.runs.newest(view.place, _FEW),
        "calls": view.journal.lines(view.place, _FEW),
    }


def failures(view: View) -> Mapping[str, Any]:
    """All that went wrong."""
    return {"problems": chains.problems(view)}


def failure(view: View) -> Mapping[str, Any]:
    """One failure, explained."""
    if "event" in view.query:
        found = chains.chain_of_stack(view, view.query["event"])
    else:
        found = chains.chain_of_refusal(view, view.number("refusal", 0))
    if found is None:
        raise HTTPException(404)
    return {"chain": found}


SCREENS: Mapping[str, Callable[[View], Mapping[str, Any]]] = {
    "": overview,
    "call": call,
    "calls": calls,
    "connector": connector,
    "connectors": connectors,
    "entities": entities,
    "failure": failure,
    "failures": failures,
    "flow": flow,
    "flows": flows,
    "logs": logs,
    "profile": profile,
    "run": run,
    "runs": runs,
}
