"""Default names, and the check that no two constructs claim the same connector label."""

from __future__ import annotations

import hashlib

from aws_cdk import Names, Stack, Stage, Token
from constructs import Construct

_CLAIMS = "_appflow_connector_labels"
_DEFAULT_MAX_LENGTH = 64


def path_name(scope: Construct) -> str:
    """A name from the construct's path, stack name first: stable, unique in account and Region."""
    return Names.unique_resource_name(
        scope, max_length=_DEFAULT_MAX_LENGTH, separator="-", allowed_special_characters="_-"
    )


def digest(label: str) -> str:
    """Eight characters that change with the label; none for one that is known at deployment."""
    return "" if Token.is_unresolved(label) else hashlib.sha256(label.encode()).hexdigest()[:8]


def claim_label(scope: Construct, label: str) -> None:
    """Raise ValueError if another construct of the app registers the label in the same place.

    A label is unique per account and Region. Where a stack's environment is only known at
    deployment, stacks of one stage count as the same place.
    """
    if Token.is_unresolved(label):
        return
    place = (*_place(Stack.of(scope)), label)
    # Kept on the root of the tree, so that it lives and ends with the app.
    claims: dict[tuple[str, ...], str] = vars(scope.node.root).setdefault(_CLAIMS, {})
    other = claims.setdefault(place, scope.node.path)
    if other != scope.node.path:
        raise ValueError(
            f"label {label!r} is registered by {other!r} already, in the same account and Region: "
            "give one of the two another label"
        )


def _place(stack: Stack) -> tuple[str, str]:
    stage = Stage.of(stack)
    unknown = f"unknown environment of {stage.node.path if stage else ''}"
    known = (stack.account, stack.region)
    account, region = ("unknown" if Token.is_unresolved(part) else part for part in known)
    return (account, region) if "unknown" not in (account, region) else (unknown, region)
