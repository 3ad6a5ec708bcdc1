"""Refuses a connector's arguments while the app is synthesised."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from cdk_appflow_connector import validation
from cdk_appflow_connector.connector.on_conflict import OnConflict
from cdk_appflow_connector.removal_policy import check_removal_policy


def check_texts(
    label: str | None, description: str | None, revision: str | None, publish_to_ssm: str | None
) -> None:
    """Raise an error for a text that AppFlow, or Parameter Store, would refuse."""
    if label is not None:
        validation.check_label(label)
    if description is not None:
        validation.check_description(description)
    if revision is not None:
        validation.check_revision(revision)
    if publish_to_ssm is not None:
        validation.check_parameter_prefix("publish_to_ssm", publish_to_ssm)


def check_choices(
    on_conflict: OnConflict, force_unregister: bool, removal_policy: RemovalPolicy | None
) -> None:
    """Raise an error for a choice that there isn't."""
    if not isinstance(on_conflict, OnConflict):
        raise TypeError(f"on_conflict {on_conflict!r} must be OnConflict.FAIL or OnConflict.ADOPT")
    if not isinstance(force_unregister, bool):
        raise TypeError(f"force_unregister {force_unregister!r} must be True or False")
    if removal_policy is not None:
        check_removal_policy(removal_policy)
