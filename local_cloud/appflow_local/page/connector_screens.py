"""The screens of connectors, their profiles and their entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appflow_local.appflow.account.calls import CallLine
from appflow_local.page.paging import part
from appflow_local.page.records import table
from appflow_local.page.render import loaded
from appflow_local.page.view import View

_CUSTOM = "CustomConnector"
_MOST_CALLS = 10


def connectors(view: View) -> Mapping[str, Any]:
    """All connectors."""
    return {"connectors": part(view, connector_rows(view, view.connectors))}


def connector_rows(view: View, listed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return connectors with their profiles and newest calls."""
    return [
        {
            **each,
            "profiles": [
                profile["connectorProfileName"]
                for profile in view.profiles
                if profile["connectorLabel"] == each["connectorLabel"]
            ],
            "call": _newest(view, each["connectorLabel"]),
        }
        for each in listed
    ]


def _newest(view: View, label: str) -> CallLine | None:
    return next(iter(view.journal.lines(view.place, 1, label=label)), None)


def connector(view: View) -> Mapping[str, Any]:
    """One connector: what it says of itself, how its calls went, and what uses it."""
    label = view.needed("label")
    answer = view.ask("DescribeConnector", connectorType=_CUSTOM, connectorLabel=label)
    found = answer["connectorConfiguration"]
    arn = found["connectorProvisioningConfig"]["lambda"]["lambdaArn"]
    return {
        "connector": found,
        "function": arn,
        "function_name": arn.rpartition(":function:")[2].partition(":")[0],
        "profiles": [each for each in view.profiles if each["connectorLabel"] == label],
        "flows": [each for each in view.flows if label in _labels(each)],
        "health": list(_health(view, label)),
        "calls": view.journal.lines(view.place, _MOST_CALLS, label=label),
    }


def _health(view: View, label: str) -> Iterator[CallLine]:
    """Yield the newest call of each operation."""
    seen: set[str] = set()
    for each in view.journal.lines(view.place, 1000, label=label):
        if each.operation not in seen:
            seen.add(each.operation)
            yield each


def _labels(flow: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return flow.get("sourceConnectorLabel"), flow.get("destinationConnectorLabel")


def profile(view: View) -> Mapping[str, Any]:
    """One connector profile; its credentials stay in Secrets Manager."""
    name = view.needed("name")
    found = view.profile(name)
    properties = found["connectorProfileProperties"].get(_CUSTOM, {})
    return {
        "profile": found,
        "settings": properties.get("profileProperties", {}),
        "oauth2": properties.get("oAuth2Properties"),
        "flows": [each for each in view.flows if _uses(view, each["flowName"], name)],
    }


def _uses(view: View, flow: str, profile: str) -> bool:
    described = view.ask("DescribeFlow", flowName=flow)
    ends = [described["sourceFlowConfig"], *described["destinationFlowConfigList"]]
    return any(end.get("connectorProfileName") == profile for end in ends)


def entities(view: View) -> Mapping[str, Any]:
    """A profile's entities; of one of them, its fields and a preview of its records."""
    found = view.profile(view.needed("profile"))
    name, path, token = (view.query.get(each) for each in ("entity", "path", "token"))
    listed = view.ask(
        "ListConnectorEntities",
        connectorType=_CUSTOM,
        connectorProfileName=found["connectorProfileName"],
        **({"entitiesPath": path} if path else {}),
        **({"nextToken": token} if token else {}),
    )
    every = [each for group in listed["connectorEntityMap"].values() for each in group]
    return {
        "profile": found,
        "path": path,
        "entities": every,
        "next_token": listed.get("nextToken"),
        "entity": name,
        "fields": _fields(view, found["connectorProfileName"], name) if name else [],
        "preview": _preview(view) if name else None,
    }


def _fields(view: View, profile: str, entity: str) -> Sequence[Mapping[str, Any]]:
    answer = view.ask(
        "DescribeConnectorEntity",
        connectorType=_CUSTOM,
        connectorProfileName=profile,
        connectorEntityName=entity,
    )
    fields: Sequence[Mapping[str, Any]] = answer["connectorEntityFields"]
    return fields


def _preview(view: View) -> Mapping[str, Any] | None:
    """Return the records of the call that the address names."""
    call = view.journal.find(view.place, view.number("call", 0))
    if call is None:
        return None
    answer = loaded(call.answer)
    records = answer.get("records") if isinstance(answer, dict) else None
    shown = records[:100] if isinstance(records, list) else []
    return {"call": call, "table": table(shown), "more": len(records or []) - len(shown)}
