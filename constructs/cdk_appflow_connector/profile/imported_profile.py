"""Connector profiles as flows see them, and imported ones."""

from __future__ import annotations

from typing import NoReturn, Protocol

from aws_cdk import IResource, RemovalPolicy, Resource, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.argument_types import check_given, check_grantee
from cdk_appflow_connector.arns import name_in_arn
from cdk_appflow_connector.connector.imported_connector import ICustomConnector, ImportedConnector
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.environment import check_same_environment


class IConnectorProfile(IResource, Protocol):
    """A connection to the application behind a custom connector, from this app or imported.

    It is a construct with ``node`` and ``stack``.

    Example:
        ```python
        theirs: IConnectorProfile = ConnectorProfile.from_profile_name(
            stack, "Theirs", "crm-login", connector=connector
        )
        theirs.grant_use(role)
        ```
    """

    @property
    def profile_name(self) -> str:
        """The name by which flows refer to the profile."""

    @property
    def profile_arn(self) -> str:
        """The profile's ARN: ``arn:PARTITION:appflow:REGION:ACCOUNT:connectorprofile/NAME``."""

    @property
    def connector(self) -> ICustomConnector:
        """The connector that the profile belongs to."""

    def grant_use(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal create and change flows that use the profile."""

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal list the entities behind the profile, and their fields."""


class ImportedConnectorProfile(ShownConstruct, Resource):
    """A connector profile that this app refers to, but doesn't manage."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        profile_name: str,
        connector: ICustomConnector,
        profile_arn: str | None = None,
    ) -> None:
        validation.check_profile_name(profile_name)
        check_kind_of_connector(connector)
        super().__init__(scope, construct_id, environment_from_arn=profile_arn)
        check_connector(self, connector)
        self._name = profile_name
        self._arn = profile_arn
        self._connector = connector

    @property
    def profile_name(self) -> str:
        """The name by which flows refer to the profile."""
        return self._name

    @property
    def profile_arn(self) -> str:
        """The profile's ARN: the one that was given, or in the stack's account and Region."""
        return self._arn or self._arn_of(self._name)

    @property
    def connector(self) -> ICustomConnector:
        """The connector that the profile belongs to."""
        return self._connector

    @names_construct
    def grant_use(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal create and change flows that use the profile."""
        return grant_use(self._arn_in_policies(), grantee)

    def apply_removal_policy(self, policy: RemovalPolicy) -> NoReturn:
        """Not possible: whoever made the profile decides on it."""
        raise ValueError(
            f"{self.node.path!r} is imported, so it has no removal policy ({policy!r}): give it to "
            "the ConnectorProfile in the app that makes the profile"
        )

    def _arn_in_policies(self) -> str:
        if self._arn:
            return literal(self, self._arn)
        return self._arn_of(literal(self, self._name))

    @names_construct
    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal list the entities behind the profile, and their fields."""
        return grant_describe(self._arn_in_policies(), grantee)

    def _arn_of(self, name: str) -> str:
        return Stack.of(self).format_arn(
            service="appflow", resource="connectorprofile", resource_name=name
        )

    def _shown(self) -> dict[str, object]:
        return {"profile_name": self._name}


def import_by_arn(
    scope: Construct, construct_id: str, arn: str, connector: ICustomConnector
) -> ImportedConnectorProfile:
    """Refer to a profile by its ARN."""
    name = name_in_arn(scope, "profile_arn", arn, "connectorprofile")
    return ImportedConnectorProfile(
        scope, construct_id, profile_name=name, connector=connector, profile_arn=arn
    )


def check_kind_of_connector(connector: object) -> None:
    """Raise TypeError for something that is no connector, such as a label or an ARN."""
    advice = "give a CustomConnector, or refer to one with CustomConnector.from_connector_label"
    check_given("connector", connector, "connector_label", advice)


def check_connector(profile: Construct, connector: ICustomConnector) -> None:
    """Raise ValueError if the connector is known to be in another account or Region."""
    check_same_environment(profile, connector, "the connector", "AppFlow can't use it")
    if isinstance(connector, ImportedConnector):
        connector.check_usable_in(profile)


def grant_use(profile_arn: str, grantee: iam.IGrantable) -> iam.Grant:
    """Grant the right on a profile that CreateFlow and UpdateFlow need.

    Running a flow needs none. Source: Service Authorization Reference.
    """
    check_grantee(grantee)
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=["appflow:UseConnectorProfile"],
        resource_arns=[profile_arn],
    )


def grant_describe(profile_arn: str, grantee: iam.IGrantable) -> iam.Grant:
    """Grant ListConnectorEntities and DescribeConnectorEntity by way of a profile.

    Source: Service Authorization Reference, whose resource type for both is the profile.
    """
    check_grantee(grantee)
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=["appflow:DescribeConnectorEntity", "appflow:ListConnectorEntities"],
        resource_arns=[profile_arn],
    )
