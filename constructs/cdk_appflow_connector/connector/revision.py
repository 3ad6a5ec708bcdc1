"""The default revision: a digest of what the connector's configuration can depend on.

AppFlow reads a connector's configuration only when the connector is registered or updated. The
revision changes with the function's code, so that deploying new code updates the registration. The
stack's own layers, and code that parameters name, are known at deployment only, so the revision
refers to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector.construct_state import identity_of, state_of
from cdk_appflow_connector.environment import Environment, environment_of, parts_of
from cdk_appflow_connector.synthesis import finish

_CODE_AT_DEPLOYMENT = ("s3Key", "s3ObjectVersion", "imageUri")
_MEMBERS = ("code", "environment", "handler", "imageConfig", "layers", "runtime")


def follow_code(
    connector: Construct, registration: CfnResource, function: lambda_.IFunction
) -> None:
    """Give a registration the revision of its function, once the app is complete.

    For a function of another stack it is the digest alone: a reference would be an export, and
    CloudFormation refuses to change an export that is in use. An imported function, whose code the
    app doesn't know, has none.
    """
    resource = _resource_of(function)
    if resource is None:
        return
    here, there = environment_of(connector), environment_of(_owner_of(function))
    revisions = state_of(here.stack, "revisions", lambda: _Revisions(here.stack))
    revisions.add(registration, resource, there)


class _Revisions:
    """Those of one stack, resolved in one call to Node.js for each stack of functions."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._registrations: list[tuple[CfnResource, lambda_.CfnFunction, Environment]] = []
        finish(stack, self._set)

    def add(
        self, registration: CfnResource, function: lambda_.CfnFunction, there: Environment
    ) -> None:
        self._registrations.append((registration, function, there))

    def _set(self) -> None:
        here = environment_of(self._stack).path
        for path, members in self._members().items():
            for registration, function, there in self._registrations:
                if there.path == path:
                    found = members[identity_of(function)]
                    revision = _revision(found, may_refer=path == here)
                    registration.add_property_override(contract.REVISION, revision)

    def _members(self) -> dict[str, dict[str, Any]]:
        """What each function's revision depends on, by the path of its stack."""
        functions = {identity_of(each): (each, there) for _, each, there in self._registrations}
        stacks: dict[str, tuple[Stack, dict[str, Any]]] = {}
        for identity, (function, there) in functions.items():
            # Protected in the CDK, but public in jsii. One call to Node.js returns all, with the
            # environment variables, which the property `environment` doesn't show to Python.
            properties = function._cfn_properties
            _, members = stacks.setdefault(there.path, (there.stack, {}))
            members[identity] = {name: properties.get(name) for name in _MEMBERS}
        return {path: stack.resolve(members) for path, (stack, members) in stacks.items()}


def _resource_of(function: lambda_.IFunction) -> lambda_.CfnFunction | None:
    """Return the function's resource; None for an imported function."""
    owner = _owner_of(function)
    if isinstance(owner, lambda_.Function):
        own = (each for each in parts_of(owner) if isinstance(each, lambda_.CfnFunction))
        return next(own, None)
    # Other functions may keep their resource elsewhere, as SingletonFunction does.
    resource = owner.permissions_node.default_child
    return resource if isinstance(resource, lambda_.CfnFunction) else None


def _owner_of(function: lambda_.IFunction) -> lambda_.IFunction:
    return function.lambda_ if isinstance(function, (lambda_.Alias, lambda_.Version)) else function


def _revision(members: dict[str, Any], *, may_refer: bool) -> str | dict[str, Any]:
    text = json.dumps(members, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    references = [*_references(members)] if may_refer else []
    return {"Fn::Join": ["-", [digest, *references]]} if references else digest


def _references(members: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What names the layers and the code at deployment, except assets, known before."""
    code = members.get("code") or {}
    values = [*(members.get("layers") or ()), *(code.get(name) for name in _CODE_AT_DEPLOYMENT)]
    for value in values:
        if isinstance(value, dict) and "Fn::Sub" not in value:
            yield value
