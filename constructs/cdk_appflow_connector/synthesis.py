"""Does things late in the synthesis: once an app is complete, and once its templates are written.

The CDK validates constructs after all aspects have seen them and before it writes templates: what
depends on the whole app is set then, in one call from Node.js for each stack. It resolves the
metadata of a stack's constructs when it describes the stack in the cloud assembly, after it has
written the template, whose hash is in the description. So a token in the stack's metadata is asked
at the right time to read the file, in which property overrides are, too, without a call to Node.js.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import CfnElement, CfnResource, IAnyProducer, IResolveContext, Lazy, Stack, Stage
from constructs import IConstruct, IValidation

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of

Resources = dict[str, dict[str, Any]]
"""A template's resources by logical id."""
Finish = Callable[[], None]
Check = Callable[[Resources], Iterable[str]]
"""Returns what is wrong, in sentences that name construct paths."""

_NESTED = ".NestedStackResource"
_METADATA = "cdk-appflow-connector:template"


def finish(construct: IConstruct, action: Finish) -> None:
    """Call this once the app is complete, at each synthesis.

    It may set properties, overrides and dependencies of resources; the CDK has resolved references
    between stacks already, and takes no new constructs.
    """
    _late(construct).finishing.append(action)


def check_template(construct: IConstruct, check: Check) -> None:
    """Have the template of the construct's stack checked; what is wrong fails the synthesis."""
    _late(construct).checks.append(check)


def add_dependency(resource: CfnResource, awaited: CfnResource) -> None:
    """Let a resource be created after another one, also once the app is complete."""
    add = getattr(resource, "add_resource_dependency", None)  # which older releases lack
    (add or resource.add_dependency)(awaited)


def paths_of(stack: Stack) -> dict[str, str]:
    """Return the construct paths of a stack's resources by logical id: slow, for errors."""
    elements = [each for each in stack.node.find_all() if isinstance(each, CfnElement)]
    return {
        stack.resolve(each.logical_id): _shown(each.node.path)
        for each in elements
        if each.stack.node.path == stack.node.path
    }


def _shown(path: str) -> str:
    """The path of the construct that the app made, of which the resource is the one child."""
    scope, _, name = path.rpartition("/")
    if name.endswith(_NESTED):  # as NestedStack calls it
        return scope.removesuffix(".NestedStack")
    return scope if name in ("Default", "Resource") else path


@dataclass
class _Late:
    """What one stack's constructs asked for."""

    finishing: list[Finish] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    is_finished: bool = False


def _late(construct: IConstruct) -> _Late:
    stack = environment_of(construct).stack
    return state_of(stack, "late", lambda: _watched(stack))


def _watched(stack: Stack) -> _Late:
    late = _Late()
    node = stack.node
    node.add_validation(_WhenComplete(late))
    node.add_metadata(_METADATA, Lazy.uncached_any(_WhenWritten(stack, late)))
    return late


@jsii.implements(IValidation)
class _WhenComplete:
    def __init__(self, late: _Late) -> None:
        self._late = late

    def validate(self) -> list[str]:
        for action in self._late.finishing:
            action()
        self._late.is_finished = True
        return []


@jsii.implements(IAnyProducer)
class _WhenWritten:
    def __init__(self, stack: Stack, late: _Late) -> None:
        self._stack = stack
        self._late = late

    def produce(self, context: IResolveContext) -> None:  # noqa: ARG002 - IAnyProducer's
        stage = Stage.of(self._stack)
        if stage is None:
            return
        if not self._late.is_finished:
            raise ValueError(
                f"[{self._stack.node.path}] The app was synthesised with skip_validation=True, but "
                "its connectors get their rights and revisions when it is validated: leave that out"
            )
        self._late.is_finished = False  # for the next synthesis
        template = Path(stage.outdir, self._stack.template_file)
        resources = json.loads(template.read_text(encoding="utf-8")).get("Resources", {})
        problems = [problem for check in self._late.checks for problem in check(resources)]
        if problems:
            raise ValueError("\n".join(problems))
