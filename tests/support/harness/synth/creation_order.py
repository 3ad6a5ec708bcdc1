"""What CloudFormation creates before a resource, and deletes after it."""

from __future__ import annotations

from typing import Any

from harness.synth.templates import Synthesised


def awaited_by(template: Synthesised, resource_id: str) -> set[str]:
    """The logical ids of everything that a resource waits for, directly or not."""
    resources = template.json["Resources"]
    awaited: set[str] = set()
    waiting = [resource_id]
    while waiting:
        resource = resources[waiting.pop()]
        named = {*_listed(resource.get("DependsOn", [])), *_references(resource)}
        waiting += (named & resources.keys()) - awaited
        awaited |= named & resources.keys()
    return awaited


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _references(value: Any) -> set[str]:  # noqa: ANN401 - any template value
    match value:
        case {"Ref": name}:
            return {name}
        case {"Fn::GetAtt": [name, *_]}:
            return {name}
        case dict():
            return {name for part in value.values() for name in _references(part)}
        case list():
            return {name for part in value for name in _references(part)}
    return set()
