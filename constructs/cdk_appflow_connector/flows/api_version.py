"""The API version by which a flow calls its connector."""

from __future__ import annotations

from aws_cdk import Stack
from constructs import IConstruct

from cdk_appflow_connector import validation
from cdk_appflow_connector.connector.custom_connector import CustomConnector
from cdk_appflow_connector.profile.imported_profile import IConnectorProfile
from cdk_appflow_connector.synth_warnings import WarningId, warn

# The CDK's feature flag, and its values with which no export is imported.
_REFERENCES = "@aws-cdk/core:defaultCrossStackReferences"
_WEAK = ("both", "weak")


class ApiVersion:
    """One that was given, or the newest that the connector has.

    Args:
        profile: the connection of the flow.
        given: the version, or None.

    Raises:
        ValueError: AppFlow would refuse it, or the connector was imported without one and none is
            given.
    """

    def __init__(self, profile: IConnectorProfile, given: str | None) -> None:
        connector = profile.connector
        version = connector.api_version if given is None else given
        if version is None:
            raise ValueError(
                "api_version is missing, and the connector was imported without one: give the "
                "flow's source or destination an api_version, or from_connector_label and "
                "from_connector_arn"
            )
        validation.check_api_version(version)
        self._version = version
        # Of another app's connector it is in Parameter Store, which holds nothing up.
        self._registered = connector if given is None else None

    def of(self, flow: IConstruct) -> str:
        """Give the version for a flow, and a warning if its stack would hold the connector's up."""
        connector = self._registered
        if (
            isinstance(connector, CustomConnector)
            and _deployed_stack(connector) != _deployed_stack(flow)
            and flow.node.try_get_context(_REFERENCES) not in _WEAK
        ):
            warn(
                flow,
                WarningId.CROSS_STACK_API_VERSION,
                f"The flow takes the newest API version of {connector.node.path}, which is an "
                "export of that connector's stack: while it is in use, CloudFormation deploys no "
                "connector that has a newer one. Name the version (api_version=)",
            )
        return self._version


def _deployed_stack(construct: IConstruct) -> str:
    stack = Stack.of(construct)
    while stack.nested_stack_parent is not None:
        stack = stack.nested_stack_parent
    return stack.node.path
