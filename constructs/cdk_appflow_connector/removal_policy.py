"""What CloudFormation may do with this library's resources when they leave their stack."""

from __future__ import annotations

from typing import Any, Final, cast

from aws_cdk import RemovalPolicy
from constructs import Construct

from cdk_appflow_connector.argument_types import check_given_type

_ADVICE: Final = (
    "give RemovalPolicy.DESTROY, RETAIN, or RETAIN_ON_UPDATE_OR_DELETE, which keeps nothing of a "
    "creation that failed"
)


class RemovedByPolicy:
    """Takes the removal policies that its resource can have. A mixin."""

    def apply_removal_policy(self, policy: RemovalPolicy) -> None:
        """Keep the resource when it leaves the stack or is replaced, or delete it.

        What it stands on, such as a function's role, is deleted with the stack all the same.

        Raises:
            TypeError: the policy is None, or of another type.
            ValueError: the policy is SNAPSHOT, which the resource can't have.
        """
        place = f" (at {self.node.path})" if isinstance(self, Construct) else ""
        check_removal_policy(policy, "policy", place)
        cast("Any", super()).apply_removal_policy(policy)


def check_removal_policy(policy: object, argument: str = "removal_policy", place: str = "") -> None:
    """Raise an error for what is no removal policy, and for one that has no meaning here.

    The CDK takes SNAPSHOT for all resources, and CloudFormation then refuses the template. Source:
    CloudFormation user guide, "DeletionPolicy attribute".

    Args:
        policy: the policy.
        argument: the argument's name.
        place: what the error ends with.
    """
    check_given_type(argument, policy, RemovalPolicy, f"{_ADVICE}{place}")
    if policy is RemovalPolicy.SNAPSHOT:
        raise ValueError(
            f"{argument} RemovalPolicy.SNAPSHOT is for databases and volumes: {_ADVICE}{place}"
        )
