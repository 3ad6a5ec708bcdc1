"""AWS::AppFlow::Flow.

Known (CloudFormation Template Reference, AWS::AppFlow::Flow, FlowStatus): `FlowStatus` affects
flows with a schedule only: `Active` starts it, `Suspended` stops it.
Inferred (the same): `Draft` stops a flow, too. A new flow is not stopped. Leaving `FlowStatus` out
changes nothing.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from appflow_local.appflow.protocol.errors import AppFlowError

from .properties import InvalidProperties, api_parameters
from .stack_type import Call, Made, Properties, StackType, without

_REQUIRED = ("FlowName", "Tasks", "SourceFlowConfig", "DestinationFlowConfigList", "TriggerConfig")
_STATUSES = ("Active", "Suspended", "Draft")

# Known (the type's schema, `tagging`, where `cloudFormationSystemTags` is false): a stack's tags
# reach its flows, CloudFormation's own `aws:cloudformation:` tags don't.
# Inferred (the same): other tags are an update in place.
_SYSTEM_TAG = "aws:cloudformation:"


class FlowType(StackType):
    """A flow. `Ref`: its name; `Fn::GetAtt`: FlowArn."""

    name_property = "FlowName"
    create_only = ("FlowName", "KMSArn")
    tags_property = "Tags"

    def create(self, call: Call, properties: Properties, generated_name: str) -> Made:  # noqa: ARG002 - the schema requires a name
        """Create the flow and, if the template wants it active, start its schedule."""
        parameters, wanted = _definition(properties)
        flow = call("CreateFlow", parameters)
        name = parameters["flowName"]
        try:
            _bring_to(call, name, flow["flowStatus"], wanted, parameters)
        except AppFlowError:
            with suppress(AppFlowError):
                self.delete(call, name)
            raise
        return Made(name, {"FlowArn": flow["flowArn"]})

    def update(self, call: Call, physical_id: str, before: Properties, after: Properties) -> Made:
        """Update the flow's definition, tags and status where they differ."""
        old, _ = _definition(before)
        new, wanted = _definition(after)
        flow = call("DescribeFlow", {"flowName": physical_id})
        status = flow["flowStatus"]
        if without(old, "tags") != without(new, "tags"):
            status = call("UpdateFlow", without(new, "tags", "kmsArn"))["flowStatus"]
        _retag(call, flow["flowArn"], old.get("tags", {}), new.get("tags", {}))
        _bring_to(call, physical_id, status, wanted, new)
        return Made(physical_id, {"FlowArn": flow["flowArn"]})

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the flow."""
        call("DeleteFlow", {"flowName": physical_id})


def _definition(properties: Properties) -> tuple[dict[str, Any], str | None]:
    """Return CreateFlow's parameters and the status that the template wants."""
    wanted = properties.get("FlowStatus")
    if wanted is not None and wanted not in _STATUSES:
        raise InvalidProperties([f"#/FlowStatus: {wanted} is not a valid enum value"])
    parameters = api_parameters("CreateFlow", without(properties, "FlowStatus"), required=_REQUIRED)
    tags = parameters.get("tags", {})
    parameters["tags"] = {k: v for k, v in tags.items() if not k.startswith(_SYSTEM_TAG)}
    return (parameters if parameters["tags"] else without(parameters, "tags")), wanted


def _bring_to(
    call: Call, name: str, status: str, wanted: str | None, definition: Properties
) -> None:
    if wanted is None or definition["triggerConfig"]["triggerType"] == "OnDemand":
        return
    if wanted == "Active" and status != "Active":
        call("StartFlow", {"flowName": name})
    elif wanted != "Active" and status == "Active":
        call("StopFlow", {"flowName": name})


def _retag(call: Call, arn: str, old: Properties, new: Properties) -> None:
    gone = sorted(old.keys() - new.keys())
    given = {key: value for key, value in new.items() if old.get(key) != value}
    if gone:
        call("UntagResource", {"resourceArn": arn, "tagKeys": gone})
    if given:
        call("TagResource", {"resourceArn": arn, "tags": given})
