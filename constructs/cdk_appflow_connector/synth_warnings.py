"""Warnings that `cdk synth` shows; docs/lifecycle.md says what to do about each.

Their ids are public: apps acknowledge warnings by id (``acknowledge_warning``).
"""

from __future__ import annotations

from enum import Enum

from aws_cdk import Annotations
from constructs import IConstruct

PREFIX = "cdk-appflow-connector:"


class WarningId(Enum):
    """The ids of the warnings, without their prefix."""

    CROSS_STACK_API_VERSION = "crossStackApiVersion"
    ERROR_BUCKET_NOT_MANAGED_HERE = "errorBucketNotManagedHere"
    ERROR_KEY_NOT_MANAGED_HERE = "errorKeyNotManagedHere"
    FUNCTION_IN_OTHER_ENVIRONMENT = "functionInOtherEnvironment"
    OVERLAPPING_LABELS = "overlappingLabels"
    PREFLIGHT = "preflight"
    PREFLIGHT_SKIPPED = "preflightSkipped"
    PROFILE_KEY_NOT_GRANTED = "profileKeyNotGranted"
    ROLE_NOT_MANAGED_HERE = "roleNotManagedHere"
    SDK_ON_PYTHON_3_13 = "sdkOnPython313"
    TOO_MANY_CONNECTORS_PER_PROVIDER = "tooManyConnectorsPerProvider"
    TOO_MANY_CONNECTORS_PER_ROLE = "tooManyConnectorsPerRole"


def warn(construct: IConstruct, warning_id: WarningId, text: str) -> None:
    """Add a warning to a construct, which the app can acknowledge by its id."""
    Annotations.of(construct).add_warning_v2(f"{PREFIX}{warning_id.value}", text)
