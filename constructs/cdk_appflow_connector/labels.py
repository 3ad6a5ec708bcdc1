"""Default names, and the check that no two constructs claim the same connector label."""

from __future__ import annotations

import hashlib

from aws_cdk import Names, Stage, Token
from constructs import Construct

from cdk_appflow_connector.place import place_of

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
    node = scope.node
    path = node.path
    # Kept on the root of the tree, so that it lives and ends with the app.
    claims: dict[tuple[str, ...], str] = vars(node.root).setdefault(_CLAIMS, {})
    other = claims.setdefault((*_account_and_region(scope), label), path)
    if other != path:
        raise ValueError(
            f"label {label!r} is registered by {other!r} already, in the same account and Region: "
            "give one of the two another label"
        )


def _account_and_region(scope: Construct) -> tuple[str, str]:
    place = place_of(scope)
    if place.is_account_known and place.is_region_known:
        return place.account, place.region
    stage = Stage.of(place.stack)
    unknown = f"unknown environment of {stage.node.path if stage else ''}"
    return unknown, place.region if place.is_region_known else "unknown"
