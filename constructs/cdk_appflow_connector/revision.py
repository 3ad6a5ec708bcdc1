"""The default revision: a digest of what the connector's configuration can depend on.

AppFlow reads a connector's configuration when it is registered or updated, and never again. A
revision that changes with the function's code makes a deployment of new code refresh it.
"""

from __future__ import annotations

import hashlib
import json

import jsii
from aws_cdk import IStableStringProducer, Lazy, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.place import node_of, place_of

_MEMBERS = ("code", "environment", "handler", "imageConfig", "layers", "runtime")


def code_revision(function: lambda_.IFunction) -> str | None:
    """Give a token for the function's revision, read at synth.

    Returns:
        None for an imported function, whose code the app does not know.
    """
    owner = function.lambda_ if isinstance(function, (lambda_.Alias, lambda_.Version)) else function
    # A SingletonFunction, for one, keeps its resource elsewhere in the stack.
    is_plain = isinstance(owner, lambda_.Function)
    resource = (node_of(owner) if is_plain else owner.permissions_node).default_child
    if not isinstance(resource, lambda_.CfnFunction):
        return None
    # Lazy, because the function may get layers and variables after its connector was made.
    return Lazy.string(_Digest(resource, place_of(owner).stack))


@jsii.implements(IStableStringProducer)
class _Digest:
    def __init__(self, function: lambda_.CfnFunction, stack: Stack) -> None:
        self._function = function
        self._stack = stack

    def produce(self) -> str:
        # Protected in the CDK, but public to jsii: all properties by one call to Node.js, and the
        # environment, too, of which `environment` gives Python an empty structure.
        properties = self._function._cfn_properties
        members = {name: properties.get(name) for name in _MEMBERS}
        resolved = json.dumps(self._stack.resolve(members), sort_keys=True)
        return hashlib.sha256(resolved.encode()).hexdigest()[:16]
