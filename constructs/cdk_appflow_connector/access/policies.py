"""Policies whose ids follow the labels that they name, and whose documents follow the app.

CloudFormation updates what stays before it deletes what goes. A policy that is updated in place
would lose a removed connector's right too early, and one that moves to another policy would be
without its right in between. With another set of labels a policy has another logical id: the new
one is created first, and the old one deleted last.

Both are read when the app is complete: to update them would take calls to Node.js for each
connector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import jsii
from aws_cdk import CfnResource, IAnyProducer, IResolveContext, IStableStringProducer, Lazy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector.access.packing import Part, digest_of
from cdk_appflow_connector.access.unique_policy_name import unique_policy_name

Statements = Callable[[Part], Sequence[Mapping[str, Any]]]
"""Makes a policy's statements."""

# Source: CloudFormation user guide, "Understand CloudFormation quotas".
_LONGEST_LOGICAL_ID = 255
_CDK_DIGEST = 8
# Source: IAM API reference, PutRolePolicy. Of a longer id the CDK, too, takes the end.
_LONGEST_POLICY_NAME = 128


@jsii.implements(IAnyProducer)
class _Document:
    """A policy's document, made when it is resolved."""

    def __init__(self, statements: Statements) -> None:
        self.part = Part((), {}, 0)
        self._statements = statements

    def produce(self, context: IResolveContext) -> dict[str, Any]:  # noqa: ARG002 - IAnyProducer's
        statements = [dict(each) for each in self._statements(self.part)]
        return {"Statement": statements, "Version": "2012-10-17"}


@jsii.implements(IStableStringProducer)
class _Text:
    """A text of a policy, made when it is resolved: the CDK resolves the same one once."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self.is_read = False

    def produce(self) -> str:
        self.is_read = True
        return self._make()


class Policy:
    """One of them. Its logical id depends on the labels.

    Args:
        resource: the policy.
        document: its document.
        base_id: what its logical id begins with. Default: the one that the CDK gives it.
    """

    def __init__(self, resource: CfnResource, document: _Document, base_id: str | None) -> None:
        self.resource = resource
        self.base_id = base_id or Stack.of(resource).get_logical_id(resource)
        self._document = document
        self._identify()

    @property
    def part(self) -> Part:
        """What it grants."""
        return self._document.part

    def grant(self, part: Part) -> None:
        """Grant this instead of what it granted so far."""
        self._document.part = part
        if self._id.is_read:  # resolved before the app was complete
            self._identify()

    def _identify(self) -> None:
        self._id = _Text(self.logical_id)
        self.resource.override_logical_id(Lazy.string(self._id))

    def logical_id(self) -> str:
        """Return its logical id as of now."""
        digest = digest_of(right.name for right in self.part.rights)
        if len(self.base_id) > _LONGEST_LOGICAL_ID - len(digest):
            # It ends in the CDK's own digest, which tells it from others that begin like it.
            end = self.base_id[-_CDK_DIGEST:]
            return f"{self.base_id[: _LONGEST_LOGICAL_ID - len(digest) - len(end)]}{end}{digest}"
        return f"{self.base_id}{digest}"


class InlinePolicy(Policy):
    """In the role itself.

    Args:
        scope: its parent.
        role: the role.
        statements: makes its statements.
        is_shared: other stacks may add policies to the role, so that its name has to be unique.
    """

    def __init__(
        self, scope: Construct, role: iam.IRole, statements: Statements, *, is_shared: bool
    ) -> None:
        self._construct = Construct(scope, "Policy")
        self._is_shared = is_shared
        document = _Document(statements)
        resource = iam.CfnPolicy(
            self._construct,
            "Resource",
            policy_document=Lazy.uncached_any(document),
            policy_name="",
            roles=[role.role_name],
        )
        super().__init__(resource, document, None)

    def _identify(self) -> None:
        super()._identify()
        cast("iam.CfnPolicy", self.resource).policy_name = Lazy.string(_Text(self._name))

    def _name(self) -> str:
        if self._is_shared:
            return unique_policy_name(self._construct, self.logical_id())
        return self.logical_id()[-_LONGEST_POLICY_NAME:]  # as the CDK names a policy


class ManagedPolicy(Policy):
    """A managed policy.

    Args:
        scope: its parent.
        construct_id: its id there.
        role: the role that it attaches itself to. Default: none.
        statements: makes its statements.
        base_id: what its logical id begins with. Default: the one that the CDK gives it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        role: iam.IRole | None,
        statements: Statements,
        base_id: str | None,
    ) -> None:
        document = _Document(statements)
        resource = iam.CfnManagedPolicy(
            Construct(scope, construct_id),
            "Resource",
            description="",  # this and the path as by the CDK's ManagedPolicy
            path="/",
            policy_document=Lazy.uncached_any(document),
            roles=None if role is None else [role.role_name],
        )
        super().__init__(resource, document, base_id)
