"""Checks stacks' templates once they are written: only there are property overrides, for example.

The CDK resolves the metadata of a stack's constructs when it describes the stack in the cloud
assembly, after it has written the template, whose hash is in the description. So a token in the
stack's metadata is asked at the right time, once, and reads the file without a call to Node.js.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import CfnElement, IResolveContext, Lazy, Stack, Stage
from aws_cdk import IAnyProducer as IProducer
from constructs import IConstruct

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of

Resources = dict[str, dict[str, Any]]
"""A template's resources by logical id."""
Check = Callable[[Resources], Iterable[str]]
"""Returns what is wrong, in sentences that name construct paths."""

_NESTED = ".NestedStackResource"
_METADATA = "cdk-appflow-connector:template"


def check_template(construct: IConstruct, check: Check) -> None:
    """Have the template of the construct's stack checked; what is wrong fails the synthesis."""
    stack = environment_of(construct).stack
    state_of(stack, "template_checks", lambda: _checks_of(stack)).append(check)


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


def _checks_of(stack: Stack) -> list[Check]:
    checks: list[Check] = []
    stack.node.add_metadata(_METADATA, Lazy.uncached_any(_WhenWritten(stack, checks)))
    return checks


@jsii.implements(IProducer)
class _WhenWritten:
    def __init__(self, stack: Stack, checks: list[Check]) -> None:
        self._stack = stack
        self._checks = checks

    def produce(self, context: IResolveContext) -> None:  # noqa: ARG002 - IAnyProducer's
        stage = Stage.of(self._stack)
        if stage is None:
            return
        template = Path(stage.outdir, self._stack.template_file)
        resources = json.loads(template.read_text(encoding="utf-8")).get("Resources", {})
        problems = [problem for check in self._checks for problem in check(resources)]
        if problems:
            raise ValueError("\n".join(problems))
