"""Warnings and informations that `cdk synth` shows; docs/lifecycle.md says what to do about each.

Their ids are public: apps acknowledge warnings by id (``acknowledge_warning``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, cast

import jsii
from aws_cdk import Annotations, Aspects, IAspect
from constructs import Construct, IConstruct

PREFIX = "cdk-appflow-connector:"
_PROBE: Final = "AcknowledgedWarning"


class WarningId(Enum):
    """The ids of the warnings, without their prefix."""

    ALARM_TOPIC_NOT_MANAGED_HERE = "alarmTopicNotManagedHere"
    APPFLOW_NOT_IN_REGION = "appflowNotInRegion"
    CROSS_STACK_API_VERSION = "crossStackApiVersion"
    ERROR_BUCKET_NOT_MANAGED_HERE = "errorBucketNotManagedHere"
    ERROR_KEY_NOT_MANAGED_HERE = "errorKeyNotManagedHere"
    FUNCTION_IN_OTHER_ENVIRONMENT = "functionInOtherEnvironment"
    NAME_IN_UNKNOWN_ENVIRONMENT = "nameInUnknownEnvironment"
    OVERLAPPING_LABELS = "overlappingLabels"
    PREFLIGHT = "preflight"
    PREFLIGHT_SKIPPED = "preflightSkipped"
    PROFILE_KEY_NOT_GRANTED = "profileKeyNotGranted"
    ROLE_NOT_MANAGED_HERE = "roleNotManagedHere"
    SDK_ON_PYTHON_3_13 = "sdkOnPython313"
    TOO_MANY_CONNECTORS_PER_PROVIDER = "tooManyConnectorsPerProvider"
    TOO_MANY_CONNECTORS_PER_ROLE = "tooManyConnectorsPerRole"


_FORMER_IDS: Final = {
    WarningId.CROSS_STACK_API_VERSION: "exportedApiVersion",
    WarningId.ERROR_BUCKET_NOT_MANAGED_HERE: "importedErrorBucket",
    WarningId.ERROR_KEY_NOT_MANAGED_HERE: "importedErrorKey",
    WarningId.FUNCTION_IN_OTHER_ENVIRONMENT: "functionElsewhere",
    WarningId.OVERLAPPING_LABELS: "alikeLabels",
    WarningId.PROFILE_KEY_NOT_GRANTED: "importedConnectorKey",
    WarningId.ROLE_NOT_MANAGED_HERE: "roleThatCannotBeGranted",
    WarningId.TOO_MANY_CONNECTORS_PER_PROVIDER: "connectorsOfOneProvider",
}
"""What apps may have acknowledged before the ids were renamed; it is heard as well."""


def warn(construct: IConstruct, warning_id: WarningId, text: str) -> None:
    """Add a warning to a construct, which the app can acknowledge there by its id."""
    if not _is_acknowledged(construct, warning_id):
        _add_warning(construct, f"{PREFIX}{warning_id.value}", text)


def warn_of_pair(
    construct: IConstruct, other: IConstruct, warning_id: WarningId, text: str
) -> None:
    """Warn on the first construct of what two do together; the app can acknowledge it on either.

    Nothing is added before the app is synthesised, so that it doesn't matter which of the two is
    made first, and when it is acknowledged.
    """
    Aspects.of(construct).add(_Later(construct, other, warning_id, text, _add_warning))


def inform(construct: IConstruct, warning_id: WarningId, text: str) -> None:
    """Show an information, which the app can acknowledge as it does a warning."""
    Aspects.of(construct).add(_Later(construct, construct, warning_id, text, _add_info))


@jsii.implements(IAspect)
class _Later:
    def __init__(
        self,
        construct: IConstruct,
        other: IConstruct,
        warning_id: WarningId,
        text: str,
        add: Callable[[IConstruct, str, str], None],
    ) -> None:
        self._construct = construct
        self._other = other
        self._warning_id = warning_id
        self._text = text
        self._add = add

    def visit(self, node: IConstruct) -> None:
        # The children of the construct are visited, too.
        if node is self._construct and not any(
            _is_acknowledged(each, self._warning_id) for each in {self._construct, self._other}
        ):
            self._add(self._construct, f"{PREFIX}{self._warning_id.value}", self._text)


def _add_warning(construct: IConstruct, full_id: str, text: str) -> None:
    Annotations.of(construct).add_warning_v2(full_id, text)


def _add_info(construct: IConstruct, full_id: str, text: str) -> None:
    notes = Annotations.of(construct)
    if hasattr(notes, "add_info_v2"):
        notes.add_info_v2(full_id, text)
    else:  # older releases of aws-cdk-lib
        notes.add_info(f"{text} [ack: {full_id}]")


def _is_acknowledged(construct: IConstruct, warning_id: WarningId) -> bool:
    """Whether the app acknowledged a warning on the construct or around it.

    A child is asked: aws-cdk-lib 2.200.1 heeds what was acknowledged around a construct, and
    forgets what was on itself.
    """
    probe = Construct(cast("Construct", construct), _PROBE)
    ids = [warning_id.value, *filter(None, [_FORMER_IDS.get(warning_id)])]
    for each in ids:
        Annotations.of(probe).add_warning_v2(f"{PREFIX}{each}", "")
    is_silent = len(probe.node.metadata) < len(ids)
    construct.node.try_remove_child(_PROBE)
    return is_silent
