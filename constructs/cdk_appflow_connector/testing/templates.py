"""Assertions on templates, which name what they found instead.

A value may be one of the CDK's matchers, such as ``Match.string_like_regexp("crm-.*")``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from aws_cdk.assertions import Match, Matcher, Template

from appflow_connector_provider import contract
from cdk_appflow_connector.argument_types import check_kind

Text: TypeAlias = "str | Matcher"
_Resources: TypeAlias = "Mapping[str, Mapping[str, Any]]"

_PROFILE, _FLOW = "AWS::AppFlow::ConnectorProfile", "AWS::AppFlow::Flow"
_CUSTOM = "CustomConnector"
_SETTINGS = "ProfileProperties"


def has_connector(
    template: Template,
    *,
    label: Text | None = None,
    description: Text | None = None,
    on_conflict: Text | None = None,
) -> None:
    """Assert that the template registers such a connector.

    Args:
        template: ``Template.from_stack(stack)``.
        label: its label. Default: any.
        description: its description. Default: any.
        on_conflict: ``ADOPT``, or ``Match.absent()``. Default: any.

    Raises:
        AssertionError: it doesn't; the message shows the connectors that it does register.
        TypeError: the template is something else, such as a stack.
    """
    wanted = {
        contract.CONNECTOR_LABEL: label,
        contract.DESCRIPTION: description,
        contract.ON_CONFLICT: on_conflict,
    }
    check_template(template)
    _assert("connector", template.find_resources(contract.RESOURCE_TYPE), wanted)


def has_profile(
    template: Template,
    *,
    label: Text | None = None,
    name: Text | None = None,
    settings: Mapping[str, Text] | None = None,
    authentication_type: Text | None = None,
) -> None:
    """Assert that the template has such a profile of a custom connector.

    Args:
        template: ``Template.from_stack(stack)``.
        label: the label of its connector, registered in the template or elsewhere. Default: any.
        name: its name. Default: any.
        settings: some of its settings. Default: any.
        authentication_type: ``APIKEY``, ``BASIC``, ``OAUTH2`` or ``CUSTOM``. Default: any.

    Raises:
        AssertionError: it doesn't; the message shows the profiles that it does have.
        TypeError: the template is something else, such as a stack.
    """
    config = {
        "ConnectorProfileProperties": {_CUSTOM: {_SETTINGS: settings}},
        "ConnectorProfileCredentials": {_CUSTOM: {"AuthenticationType": authentication_type}},
    }
    wanted = {
        "ConnectorProfileName": name,
        "ConnectorLabel": label,
        "ConnectorProfileConfig": config,
    }
    check_template(template)
    _assert("profile", _profiles(template), wanted)


def has_flow(
    template: Template,
    *,
    source_entity: Text | None = None,
    destination_entity: Text | None = None,
    write_operation: Text | None = None,
    schedule: Text | None = None,
    name: Text | None = None,
) -> None:
    """Assert that the template has such a flow over a custom connector.

    Args:
        template: ``Template.from_stack(stack)``.
        source_entity: the entity that it reads through one. Default: any, or another source.
        destination_entity: the entity that it writes through one. Default: any, or another one.
        write_operation: ``INSERT``, ``UPSERT``, ``UPDATE`` or ``DELETE``. Default: any.
        schedule: AppFlow's expression, such as ``rate(1hours)``. Default: any, or none.
        name: its name. Default: any.

    Raises:
        AssertionError: it doesn't; the message shows the flows that it does have.
        TypeError: the template is something else, such as a stack.
    """
    written = {"EntityName": destination_entity, "WriteOperationType": write_operation}
    destination = _given({"DestinationConnectorProperties": {_CUSTOM: written}})
    wanted = {
        "FlowName": name,
        "SourceFlowConfig": {"SourceConnectorProperties": {_CUSTOM: {"EntityName": source_entity}}},
        "DestinationFlowConfigList": destination and [destination],
        "TriggerConfig": {"TriggerProperties": {"ScheduleExpression": schedule}},
    }
    check_template(template)
    flows = template.find_resources(_FLOW).items()
    custom = {name: flow for name, flow in flows if any(map(_is_custom, _ends(flow)))}
    _assert("flow", custom, wanted)


def _assert(what: str, resources: _Resources, wanted: Mapping[str, Any]) -> None:
    given = _given(wanted) or {}
    of_them = Template.from_json({"Resources": resources})
    kinds = {resource["Type"] for resource in resources.values()}
    if any(of_them.find_resources(kind, {"Properties": _matcher(given)}) for kind in kinds):
        return
    found = {
        logical_id: _part(resource["Properties"], given)
        for logical_id, resource in resources.items()
    }
    shown = json.dumps(given, default=_shown)
    others = json.dumps(found, indent=1) if found else f"there is no {what}"
    raise AssertionError(f"no {what} with {shown} in the template: {others}")


def _given(wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is asked for, without what isn't; None if nothing is."""
    given = {
        name: _given(value) if isinstance(value, Mapping) else value
        for name, value in wanted.items()
    }
    return {name: value for name, value in given.items() if value is not None} or None


def _matcher(given: Mapping[str, Any]) -> Matcher:
    lists = {
        name: Match.array_with([Match.object_like(each) for each in value])
        for name, value in given.items()
        if isinstance(value, list)
    }
    return Match.object_like({**given, **lists})


def _part(properties: Any, given: Any) -> Any:  # noqa: ANN401 - of a template
    """As much of the properties as was asked about; of settings all, to find a misspelt one."""
    if isinstance(properties, Mapping) and isinstance(given, Mapping):
        return {
            name: properties.get(name) if name == _SETTINGS else _part(properties.get(name), value)
            for name, value in given.items()
        }
    return properties


def _shown(matcher: Matcher) -> str:
    return getattr(matcher, "name", type(matcher).__name__)


def _profiles(template: Template) -> _Resources:
    """Those of custom connectors, with the label in place of a Ref to what registers it."""
    labels = {
        logical_id: connector["Properties"][contract.CONNECTOR_LABEL]
        for logical_id, connector in template.find_resources(contract.RESOURCE_TYPE).items()
    }
    found = {}
    for logical_id, profile in template.find_resources(_PROFILE).items():
        properties = profile["Properties"]
        if not _is_custom(properties):
            continue
        match properties.get("ConnectorLabel"):
            case {"Ref": str(name)} if name in labels:
                properties = {**properties, "ConnectorLabel": labels[name]}
        found[logical_id] = {**profile, "Properties": properties}
    return found


def _ends(flow: Mapping[str, Any]) -> Iterator[object]:
    properties = flow["Properties"]
    yield properties.get("SourceFlowConfig")
    destinations = properties.get("DestinationFlowConfigList")
    yield from destinations if isinstance(destinations, list) else ()


def _is_custom(part: object) -> bool:
    return isinstance(part, Mapping) and part.get("ConnectorType") == _CUSTOM


def check_template(template: object) -> None:
    """Raise TypeError for what is no template."""
    advice = "give an assertions.Template, such as Template.from_stack(stack)"
    if template is None:
        raise TypeError(f"template is missing: {advice}")
    check_kind("template", template, "find_resources", advice)
