"""The API version with which a flow calls its connector."""

from __future__ import annotations

from constructs import IConstruct

from cdk_appflow_connector import validation
from cdk_appflow_connector.connector.custom_connector import CustomConnector
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.profile.imported_profile import IConnectorProfile
from cdk_appflow_connector.synth_warnings import WarningId, warn

# The CDK's feature flag, and its values that avoid importing an export.
_REFERENCES = "@aws-cdk/core:defaultCrossStackReferences"
_WEAK = ("both", "weak")


class ApiVersion:
    """The given API version, or the newest one that the connector has.

    Args:
        profile: the flow's connection.
        given: the version, or None.

    Raises:
        ValueError: AppFlow would refuse the version, or none is given and the connector was
            imported without one.
    """

    def __init__(self, profile: IConnectorProfile, given: str | None) -> None:
        connector = profile.connector
        version = connector.api_version if given is None else given
        if version is None:
            raise ValueError(
                f"api_version is missing, and the connector {connector.node.path!r} was imported "
                "without one: give an api_version to the flow's source or destination, or to what "
                "imports the connector (from_connector_label, _arn or _attributes)"
            )
        validation.check_api_version(version)
        self._version = version
        # Another app's connector has it in Parameter Store, which blocks no deployment.
        self._registered = connector if given is None else None

    def of(self, flow: IConstruct) -> str:
        """Return the version; warn if the flow's stack would block updates of the connector's."""
        connector = self._registered
        if (
            isinstance(connector, CustomConnector)
            and environment_of(connector).deployed_path != environment_of(flow).deployed_path
            and flow.node.try_get_context(_REFERENCES) not in _WEAK
        ):
            warn(
                flow,
                WarningId.CROSS_STACK_API_VERSION,
                f"The flow takes the newest API version of {connector.node.path}, which is an "
                "export of that connector's stack: while it is in use, CloudFormation refuses to "
                "deploy a connector that has a newer one. Name the version (api_version=)",
            )
        return self._version
