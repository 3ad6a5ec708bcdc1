"""Default names, and the check that no two constructs claim the same connector label."""

from __future__ import annotations

import hashlib

from aws_cdk import Names
from constructs import Construct

from cdk_appflow_connector.environment import Place, place_of
from cdk_appflow_connector.tokens import is_token

_CLAIMS = "_appflow_connector_labels"
_DEFAULT_MAX_LENGTH = 64


def path_name(scope: Construct) -> str:
    """A name from the construct's path, stack name first: stable, unique in account and Region."""
    return Names.unique_resource_name(
        scope, max_length=_DEFAULT_MAX_LENGTH, separator="-", allowed_special_characters="_-"
    )


def digest(label: str) -> str:
    """Eight characters that change with the label; none for one that is known at deployment."""
    return "" if is_token(label) else hashlib.sha256(label.encode()).hexdigest()[:8]


def claim_label(scope: Construct, label: str) -> None:
    """Raise ValueError if another construct of the app registers the label in the same place.

    A label is unique per account and Region. Where a stack's environment is only known at
    deployment, stacks of one stage count as the same place.
    """
    if is_token(label):
        return
    place = place_of(scope)
    # Kept on the root of the tree, so that it lives and ends with the app.
    claims: dict[tuple[str, ...], Construct] = vars(place.root).setdefault(_CLAIMS, {})
    other = claims.setdefault((*account_and_region(place), label), scope)
    if other is not scope:
        raise ValueError(
            f"label {label!r} is registered by {other.node.path!r} already, in the same account "
            "and Region: give one of the two another label"
        )


def account_and_region(place: Place) -> tuple[str, str]:
    """What tells places apart in which a label is unique, as far as that is known at synth."""
    if place.is_account_known and place.is_region_known:
        return place.account, place.region
    unknown = f"unknown environment of {place.stage_path}"
    return unknown, place.region if place.is_region_known else "unknown"
