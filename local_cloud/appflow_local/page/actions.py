"""What the buttons do. Each returns the address to go to next."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException

from appflow_local.appflow.asking import Question
from appflow_local.page.view import View

Action = Callable[[View], str]


def start(view: View) -> str:
    """Start a flow: run it, or activate its schedule."""
    name = view.needed("flow")
    answer = view.ask("StartFlow", flowName=name)
    if "executionId" in answer:
        return view.link("run", id=answer["executionId"])
    return view.link("flow", name=name)


def stop(view: View) -> str:
    """Deactivate a flow's schedule."""
    name = view.needed("flow")
    view.ask("StopFlow", flowName=name)
    return view.link("flow", name=name)


def cancel(view: View) -> str:
    """Cancel a run; one that has ended meanwhile is just shown."""
    name, execution = view.needed("flow"), view.needed("run")
    answer = view.ask("CancelFlowExecutions", flowName=name, executionIds=[execution])
    if execution in answer["invalidExecutions"] and view.journal.runs.find(execution) is None:
        told = f"AppFlow counts {execution} among invalidExecutions: {name} has no such run"
        raise HTTPException(400, told)
    return view.link("run", id=execution)


def again(view: View) -> str:
    """Send the request of a call again, to the function that is registered now."""
    number = view.number("call", 0)
    call, request = (
        view.journal.find(view.place, number),
        view.journal.request_of(view.place, number),
    )
    if call is None or request is None:
        raise HTTPException(404)
    given = json.loads(request)
    profile = _profile_of(view, given)
    question = Question(
        call.label,
        call.operation,
        profile=profile,
        request=given,
        function_arn=None if profile else _function(view, call.label) or call.function_arn,
    )
    made = view.call_connector(question)
    return view.link("call", id=made or number, again=number)


def preview(view: View) -> str:
    """Query an entity's records, and show the first page."""
    profile, entity = view.needed("profile"), view.needed("entity")
    question = Question(
        view.profile(profile)["connectorLabel"],
        "QueryData",
        profile=profile,
        entity=entity,
        filter=view.query.get("filter") or None,
    )
    made = view.call_connector(question)
    path = view.query.get("path") or None
    return view.link("entities", profile=profile, entity=entity, path=path, call=made)


def test(view: View) -> str:
    """Let the connector check a profile's credentials."""
    profile = view.needed("profile")
    label = view.profile(profile)["connectorLabel"]
    made = view.call_connector(Question(label, "ValidateCredentials", profile=profile))
    return view.link("call", id=made)


ACTIONS: Mapping[str, Action] = {
    "again": again,
    "cancel": cancel,
    "preview": preview,
    "start": start,
    "stop": stop,
    "test": test,
}


def _profile_of(view: View, request: Mapping[str, Any]) -> str | None:
    """Return the profile that a request was made for, if it is still there."""
    context = request.get("connectorContext") or {}
    credentials = context.get("credentials") or request.get("credentials") or {}
    for each in view.profiles:
        if each["credentialsArn"] == credentials.get("secretArn"):
            return str(each["connectorProfileName"])
    return None


def _function(view: View, label: str) -> str | None:
    """Return the function of a connector; None if it isn't registered any more."""
    if all(each["connectorLabel"] != label for each in view.connectors):
        return None
    asked = {"connectorType": "CustomConnector", "connectorLabel": label}
    found = view.ask("DescribeConnector", **asked)["connectorConfiguration"]
    return str(found["connectorProvisioningConfig"]["lambda"]["lambdaArn"])
