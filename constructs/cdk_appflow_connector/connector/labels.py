"""Default names, and the check that no two constructs of an app claim one connector label."""

from __future__ import annotations

import hashlib

from aws_cdk import Names
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.tokens import is_token

_DEFAULT_MAX_LENGTH = 64


def default_name(scope: Construct) -> str:
    """A name from the construct's path, stack name first: stable, unique in account and Region."""
    return Names.unique_resource_name(
        scope, max_length=_DEFAULT_MAX_LENGTH, separator="-", allowed_special_characters="_-"
    )


def default_label(connector: Construct) -> str:
    """The default name, as a label.

    Raises:
        ValueError: AppFlow would refuse it.
    """
    label = default_name(connector)
    if problem := contract.label_problem(label):
        raise ValueError(
            f"label {label!r}, the default for {connector.node.path!r}, {problem}: give a label"
        )
    return label


def label_digest(label: str) -> str:
    """Eight characters that change with the label; empty for a token."""
    return "" if is_token(label) else hashlib.sha256(label.encode()).hexdigest()[:8]


def claim_label(scope: Construct, label: str) -> None:
    """Raise ValueError if another construct registers the label in the same account and Region.

    Where a stack's environment is known at deployment only, all stacks of its stage count as one
    environment.
    """
    if is_token(label):
        return
    environment = environment_of(scope)
    claims = state_of(environment.root, "labels", dict[tuple[str, ...], Construct])
    other = claims.setdefault((*environment.account_and_region, label), scope)
    if other is not scope:
        raise ValueError(
            f"label {label!r} is already registered by {other.node.path!r}, in the same account "
            "and Region: give one of them another label"
        )
