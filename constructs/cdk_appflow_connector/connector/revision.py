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

import jsii
from aws_cdk import Fn, IStableStringProducer, Lazy, Stack, Token
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.environment import environment_of, node_of

_CODE_AT_DEPLOYMENT = ("s3Key", "s3ObjectVersion", "imageUri")
_MEMBERS = ("code", "environment", "handler", "imageConfig", "layers", "runtime")


def code_revision(connector: Construct, function: lambda_.IFunction) -> str | None:
    """Return a token for the function's revision, read at synth.

    For a function of another stack it is the digest alone: a reference would be an export, and
    CloudFormation refuses to change an export that is in use.

    Returns:
        None for an imported function, whose code the app doesn't know.
    """
    resource = _resource_of(function)
    if resource is None:
        return None
    # Lazy, because the function may get layers and variables after its connector is made.
    there = environment_of(_owner_of(function))
    return Lazy.string(
        _Revision(resource, there.stack, environment_of(connector).path == there.path)
    )


def _resource_of(function: lambda_.IFunction) -> lambda_.CfnFunction | None:
    """Return the function's resource; None for an imported function."""
    owner = _owner_of(function)
    # Other functions may keep their resource elsewhere, as SingletonFunction does.
    is_plain = isinstance(owner, lambda_.Function)
    resource = (node_of(owner) if is_plain else owner.permissions_node).default_child
    return resource if isinstance(resource, lambda_.CfnFunction) else None


def _owner_of(function: lambda_.IFunction) -> lambda_.IFunction:
    return function.lambda_ if isinstance(function, (lambda_.Alias, lambda_.Version)) else function


@jsii.implements(IStableStringProducer)
class _Revision:
    def __init__(self, function: lambda_.CfnFunction, stack: Stack, may_refer: bool) -> None:
        self._function = function
        self._stack = stack
        self._may_refer = may_refer

    def produce(self) -> str:
        # Protected in the CDK, but public in jsii. One call to Node.js returns all properties, with
        # the environment variables, which the property `environment` doesn't show to Python.
        properties = self._function._cfn_properties
        members = {name: properties.get(name) for name in _MEMBERS}
        resolved = self._stack.resolve(members)
        text = json.dumps(resolved, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        references = [*_references(resolved)] if self._may_refer else []
        if not references:
            return digest
        return Fn.join("-", [digest, *(Token.as_string(each) for each in references)])


def _references(members: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What names the layers and the code at deployment, except assets, known before."""
    code = members.get("code") or {}
    values = [*(members.get("layers") or ()), *(code.get(name) for name in _CODE_AT_DEPLOYMENT)]
    for value in values:
        if isinstance(value, dict) and "Fn::Sub" not in value:
            yield value
