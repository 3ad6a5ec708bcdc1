"""A custom AppFlow connector: its permissions, its registration and what flows need of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from aws_cdk import ArnFormat, CustomResource, RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector import imported_connector, labels, validation
from cdk_appflow_connector.imported_connector import ImportedConnector
from cdk_appflow_connector.on_conflict import OnConflict
from cdk_appflow_connector.registration_provider import RegistrationProvider
from cdk_appflow_connector.revision import code_revision


class CustomConnector(Construct):
    """A Lambda function, registered with Amazon AppFlow as a custom connector.

    It lets AppFlow invoke the function, lets the function read the secrets that AppFlow makes for
    the connector's profiles, and registers it once both are in place. From then on each deployment
    keeps the registration true; deleting the stack unregisters the connector.

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        function: the connector: any function that speaks AppFlow's custom connector protocol.
        label: AppFlow's connectorLabel, by which profiles and flows name the connector. Default: a
            name from the construct's path. Changing it registers a new connector in place of the
            old one.
        description: shown with the connector; ASCII letters, digits, white space and
            ``_ / ! @ # + = . -``. Default: none.
        revision: a text; AppFlow reads the connector's configuration again when it changes.
            Default: a digest of the function's code, handler, runtime and layers. An imported
            function's are not known: it is not refreshed unless you give a revision. Give one,
            too, if the configuration depends on environment variables.
        on_conflict: what to do when the label is registered already. Default: fail.
        force_unregister: unregister the connector even while connector profiles use it. Default:
            False, deleting it then fails.
        provider: registers the connector. Default: one provider shared by the stack's connectors.
        removal_policy: ``RETAIN`` leaves the connector registered when it leaves the stack.
            Default: it is unregistered.

    Raises:
        ValueError: AppFlow would refuse the label or the description, or another construct of the
            app registers the same label.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        label: str | None = None,
        description: str | None = None,
        revision: str | None = None,
        on_conflict: OnConflict = OnConflict.FAIL,
        force_unregister: bool = False,
        provider: RegistrationProvider | None = None,
        removal_policy: RemovalPolicy | None = None,
    ) -> None:
        _check_arguments(label, description, revision, on_conflict, removal_policy)
        super().__init__(scope, construct_id)
        self._function = function
        self._label = labels.default_label(self) if label is None else label
        labels.claim_label(self, self._label)
        self._provider = provider or RegistrationProvider.of_stack(self)
        properties = {
            contract.CONNECTOR_LABEL: self._label,
            contract.LAMBDA_ARN: function.function_arn,
            contract.DESCRIPTION: description or None,
            contract.REVISION: revision or code_revision(function),
            contract.ON_CONFLICT: None if on_conflict is OnConflict.FAIL else on_conflict.value,
            contract.FORCE_UNREGISTER: force_unregister or None,
        }
        permissions = [self._build_invoke_permission(), self._build_registration_policy()]
        self._resource = self._build_resource(properties, permissions, removal_policy)
        self._grant_secrets()

    @staticmethod
    def from_connector_label(
        scope: Construct, construct_id: str, connector_label: str
    ) -> ImportedConnector:
        """Refer to a connector of the stack's account and Region that this app does not manage.

        Raises:
            ValueError: AppFlow would refuse the label.
        """
        return imported_connector.import_by_label(scope, construct_id, connector_label)

    @staticmethod
    def from_connector_arn(
        scope: Construct, construct_id: str, connector_arn: str
    ) -> ImportedConnector:
        """Refer to a connector that this app does not manage by its ARN.

        Raises:
            ValueError: the ARN is not a connector's.
        """
        return imported_connector.import_by_arn(scope, construct_id, connector_arn)

    @property
    def connector_arn(self) -> str:
        """The ARN that RegisterConnector answered."""
        return self._resource.get_att_string(contract.ATTR_ARN)

    @property
    def connector_label(self) -> str:
        """The connector's label, once it is registered; Ref, as with AWS::AppFlow::Connector."""
        return self._resource.ref

    @property
    def connector_name(self) -> str:
        """The name that the connector's configuration gives (DescribeConnector)."""
        return self._resource.get_att_string(contract.ATTR_NAME)

    @property
    def connector_version(self) -> str:
        """The version that the connector's configuration gives (DescribeConnector)."""
        return self._resource.get_att_string(contract.ATTR_VERSION)

    @property
    def connector_owner(self) -> str:
        """The owner that the connector's configuration gives (DescribeConnector)."""
        return self._resource.get_att_string(contract.ATTR_OWNER)

    @property
    def api_version(self) -> str:
        """The newest API version that the connector supports (DescribeConnector)."""
        return self._resource.get_att_string(contract.ATTR_API_VERSION)

    @property
    def function(self) -> lambda_.IFunction:
        """The connector's function."""
        return self._function

    @property
    def provider(self) -> RegistrationProvider:
        """The provider that registers this connector."""
        return self._provider

    def _build_invoke_permission(self) -> lambda_.CfnPermission:
        # Both conditions: AppFlow must act for this account, and on something of this account's.
        stack = Stack.of(self)
        return lambda_.CfnPermission(
            self,
            "InvokePermission",
            action="lambda:InvokeFunction",
            function_name=self._function.function_arn,
            principal="appflow.amazonaws.com",
            source_account=stack.account,
            source_arn=stack.format_arn(
                service="appflow", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME
            ),
        )

    def _build_registration_policy(self) -> iam.Policy:
        # The id follows the label: a renamed connector gets a new policy, and the old one stays
        # until CloudFormation has unregistered the old label.
        digest = hashlib.sha256(self._label.encode()).hexdigest()[:8]
        suffix = "" if Token.is_unresolved(self._label) else digest
        return self._provider.grant_registration(
            self,
            f"RegistrationPolicy{suffix}",
            connector_arn=imported_connector.connector_arn_of(Stack.of(self), self._label),
            function_arn=self._function.function_arn,
        )

    def _build_resource(
        self,
        properties: dict[str, str | bool | None],
        permissions: Sequence[Construct],
        removal_policy: RemovalPolicy | None,
    ) -> CustomResource:
        resource = CustomResource(
            self,
            "Registration",
            resource_type=contract.RESOURCE_TYPE,
            service_token=self._provider.service_token,
            service_timeout=self._provider.service_timeout,
            removal_policy=removal_policy,
            properties={name: value for name, value in properties.items() if value is not None},
        )
        resource.node.add_dependency(*permissions)
        return resource

    def _grant_secrets(self) -> None:
        stack = Stack.of(self)
        secrets = stack.format_arn(
            service="secretsmanager",
            resource="secret",
            # AppFlow names a profile's secret appflow!ACCOUNT-LABEL-PROFILE.
            resource_name=f"appflow!{stack.account}-{self._label}-*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        # Of a function whose role is not known here, the CDK warns what its role must be granted.
        grant = iam.Grant.add_to_principal(
            grantee=self._function,
            actions=["secretsmanager:GetSecretValue"],
            resource_arns=[secrets],
        )
        grant.apply_before(self._resource)


def _check_arguments(
    label: str | None,
    description: str | None,
    revision: str | None,
    on_conflict: OnConflict,
    removal_policy: RemovalPolicy | None,
) -> None:
    if label is not None:
        validation.check_label(label)
    if description is not None:
        validation.check_description(description)
    if revision is not None:
        validation.check_revision(revision)
    if not isinstance(on_conflict, OnConflict):
        raise TypeError(f"on_conflict {on_conflict!r} must be OnConflict.FAIL or OnConflict.ADOPT")
    if removal_policy is not None:
        validation.check_removal_policy(removal_policy)
