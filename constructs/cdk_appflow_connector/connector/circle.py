"""Refuses templates in which a connector's registration waits for itself.

The registration waits for the function, its role and the provider. If one of them refers to the
registration, directly or indirectly, CloudFormation refuses the template for a circular
dependency that it can't explain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from aws_cdk import Stack
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.synthesis import Resources, check_template, paths_of

REGISTRATION = "Registration"
"""The construct id of a connector's custom resource."""

_References = dict[str, str]
"""The logical ids that a resource refers to, and where it does."""

_REMEDY = (
    "The connector is registered after its function, the function's role and the provider. What "
    "these need of the connector, give them in plain text: its label is known at synth "
    "(connector.label), and so is an ARN with it: Stack.of(connector).format_arn("
    "service='appflow', resource='connector', resource_name=connector.label). Leave out their "
    "dependencies on the connector (add_dependency)"
)
# ${Name} and ${Name.Attribute}, but not ${!Literal}. Source: CloudFormation, Fn::Sub.
_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def refuse_circles(connector: Construct) -> None:
    """Check the template of the connector's stack, and those of the stacks around it."""
    stack = environment_of(connector).stack
    state_of(stack, "circles", lambda: _Circles(stack))


class _Circles:
    """The check of one stack's template.

    Args:
        stack: a stack with connectors, or with nested stacks that have connectors.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.nested: list[Stack] = []
        around = stack.nested_stack_parent
        if around is not None:
            state_of(around, "circles", lambda: _Circles(around)).nested.append(stack)
        check_template(stack, self._find)

    def _find(self, resources: Resources) -> Iterator[str]:
        references = {key: references_of(resource) for key, resource in resources.items()}
        registering = self._registering(resources)
        told: set[frozenset[str]] = set()
        for start in registering:
            circle = _circle(start, references)
            others = frozenset(circle) - registering
            if circle and others not in told:
                told.add(others)
                yield self._text(circle, references)

    def _registering(self, resources: Resources) -> set[str]:
        nested = [each.nested_stack_resource for each in self.nested]
        ids = {self._stack.resolve(each.logical_id) for each in nested if each is not None}
        types = {key: each.get("Type") for key, each in resources.items()}
        return ids | {key for key, kind in types.items() if kind == contract.RESOURCE_TYPE}

    def _text(self, circle: list[str], references: dict[str, _References]) -> str:
        paths = paths_of(self._stack)
        names = [_shown(paths.get(each, each)) for each in circle]
        ways = [
            f"{there!r} ({references[one][other]})"
            for one, other, there in zip(
                circle, [*circle[1:], circle[0]], [*names[1:], names[0]], strict=True
            )
        ]
        return (
            f"[{names[0]}] The template would be circular, and CloudFormation would refuse it: "
            f"{names[0]!r} waits for {', which waits for '.join(ways)}. {_REMEDY}"
        )


def _shown(path: str) -> str:
    return path.removesuffix(f"/{REGISTRATION}")


def _circle(start: str, references: dict[str, _References]) -> list[str]:
    """The shortest way from a resource back to itself, or nothing."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for named in references[way[-1]]:
            if named == start:
                return way
            if named in references and named not in seen:
                seen.add(named)
                ways.append([*way, named])
    return []


def references_of(resource: dict[str, Any]) -> _References:
    """Return what a template's resource refers to, parameters and the like included."""
    found = dict.fromkeys(_listed(resource.get("DependsOn", [])), "DependsOn")
    for where, name in _named(resource.get("Properties", {}), ()):
        found.setdefault(name, where)
    return found


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _named(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Each name that a template's value refers to, and where."""
    match value:
        case {"Ref": str(name)}:
            yield ".".join(path), name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield ".".join(path), name
        case {"Fn::GetAtt": str(text)}:
            yield ".".join(path), text.partition(".")[0]
        case {"Fn::Sub": given}:
            for name in _in_sub(given):
                yield ".".join(path), name
            yield from _named(given[1:] if isinstance(given, list) else (), path)
        case dict():
            for key, part in value.items():
                yield from _named(part, path if key.startswith("Fn::") else (*path, key))
        case list():
            for part in value:
                yield from _named(part, path)


def _in_sub(given: str | list[Any]) -> Iterable[str]:
    text, own = (given, {}) if isinstance(given, str) else given
    return [name for name in _IN_SUB.findall(text) if name not in own]
