"""Default names: of connectors, their labels, and of profiles."""

from __future__ import annotations

import hashlib

from aws_cdk import Names
from constructs import Construct

from appflow_connector_provider import contract
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
