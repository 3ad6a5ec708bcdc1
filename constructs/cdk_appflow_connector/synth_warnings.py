"""What `cdk synth` warns of; docs/lifecycle.md says of each what to do.

The names are public: with them, an app acknowledges a warning (``acknowledge_warning``).
"""

from __future__ import annotations

from enum import Enum

from aws_cdk import Annotations
from constructs import IConstruct

PREFIX = "cdk-appflow-connector:"


class Warned(Enum):
    """The names of the warnings, without their prefix."""

    ALIKE_LABELS = "alikeLabels"
    CONNECTORS_OF_ONE_PROVIDER = "connectorsOfOneProvider"
    EXPORTED_API_VERSION = "exportedApiVersion"
    FUNCTION_ELSEWHERE = "functionElsewhere"
    IMPORTED_CONNECTOR_KEY = "importedConnectorKey"
    IMPORTED_ERROR_BUCKET = "importedErrorBucket"
    IMPORTED_ERROR_KEY = "importedErrorKey"
    PREFLIGHT = "preflight"
    PREFLIGHT_SKIPPED = "preflightSkipped"
    ROLE_THAT_CANNOT_BE_GRANTED = "roleThatCannotBeGranted"
    SDK_ON_PYTHON_3_13 = "sdkOnPython313"


def warn(construct: IConstruct, name: Warned, text: str) -> None:
    """Warn of something about a construct; the app can acknowledge it."""
    Annotations.of(construct).add_warning_v2(f"{PREFIX}{name.value}", text)
