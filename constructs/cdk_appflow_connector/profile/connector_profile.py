"""A connector profile: the settings and credentials with which AppFlow uses a connector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from aws_cdk import Resource, Stack
from aws_cdk import aws_appflow as appflow
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.access.key_access import let_function_decrypt
from cdk_appflow_connector.argument_types import check_given_type, check_kind
from cdk_appflow_connector.claims import claim
from cdk_appflow_connector.connector import labels
from cdk_appflow_connector.connector.imported_connector import ICustomConnector
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.metric_options import MetricOptions, check_metric
from cdk_appflow_connector.profile import imported_profile
from cdk_appflow_connector.profile.credentials import ConnectorCredentials
from cdk_appflow_connector.profile.imported_profile import (
    IConnectorProfile,
    ImportedConnectorProfile,
)
from cdk_appflow_connector.profile.profile_checks import check_profile
from cdk_appflow_connector.profile.profile_refresh import ProfileRefresh
from cdk_appflow_connector.profile.stored_credentials import Located, locate, secrets_of
from cdk_appflow_connector.removal_policy import RemovedByPolicy

if TYPE_CHECKING:
    from typing_extensions import Unpack

_Stored: TypeAlias = "secretsmanager.ISecret | secretsmanager.Secret"


class ConnectorProfile(ShownConstruct, RemovedByPolicy, Resource):
    """A connection to the application behind a custom connector, for flows to use.

    AppFlow stores the credentials in a secret of the account and asks the connector to validate
    them and the settings. If the connector refuses, the deployment fails with its message. The
    profile is created after the connector's registration, the permission to invoke its function
    and the function's right to read the secret, and deleted before them.

    The connection is public (the API's ``connectionMode``). Private ones exist for AppFlow's own
    connectors that support AWS PrivateLink; custom connectors are registered without it
    (``isPrivateLinkEnabled`` is false, and no property takes the service's name). To reach a
    private server, put the connector's function into its VPC.

    Example:
        ```python
        ConnectorProfile(
            stack,
            "Login",
            connector=connector,
            credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager("crm-key")),
            settings={"instanceUrl": "https://crm.example.com"},
        )
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        connector: the connector, from this app or imported.
        credentials: what AppFlow authenticates with.
        settings: the connector's runtime settings of scope ``CONNECTOR_PROFILE``: at most 50, by
            the keys that it declares. AppFlow refuses white space in a value. Default: none.
        profile_name: the profile's name, unique in account and Region. Changing it makes a new
            profile and a new secret. Default: a name from the construct's path.
        key: encrypts the secret. The connector's function is granted its use through Secrets
            Manager alone, so the key belongs in the connector's stack or one deployed before it.
            Who deploys needs the rights on the key that AppFlow's user guide lists. Default: the
            key that AppFlow manages.
        refresh_on_rotation: the secret, or the secrets, that the credentials are in. When one has
            another current version, by a rotation or by hand, a function updates the profile with
            it, and the connector validates it; if that fails, the profile keeps the old ones and
            `metric_refresh_failures` counts it. They are in the profile's account and Region,
            where the rules are. A rotation schedule of the same stack rotates at once, so let it
            wait for them: ``schedule.node.add_dependency(profile)``. Default: the profile keeps
            what CloudFormation read when it was created or last changed.
        revision: a text. When it changes, the deployment reads the secrets again, and fails if the
            connector refuses them. Needs ``refresh_on_rotation``. Default: none.

    Raises:
        TypeError: a setting is not a string, or an argument is of another type.
        ValueError: AppFlow would refuse the name or a setting, or CloudFormation a secret; another
            profile of the app has the name; the connector, or a secret to follow, is in another
            account or Region; some credentials are in none of the secrets, or can't be read again;
            or, with the function's ``preflight``, the connector doesn't declare a setting or
            doesn't take the type of the credentials.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connector: ICustomConnector,
        credentials: ConnectorCredentials,
        settings: Mapping[str, str] | None = None,
        profile_name: str | None = None,
        key: kms.IKey | kms.Key | None = None,
        refresh_on_rotation: _Stored | Sequence[_Stored] | None = None,
        revision: str | None = None,
    ) -> None:
        if profile_name is not None:
            validation.check_profile_name(profile_name)
        imported_profile.check_kind_of_connector(connector)
        advice = "give those of a factory, such as ConnectorCredentials.api_key"
        check_given_type("credentials", credentials, ConnectorCredentials, advice)
        key_advice = "give an aws_kms.Key, or refer to one with Key.from_key_arn"
        check_kind("key", key, "key_arn", key_advice)
        validation.check_properties("settings", {} if settings is None else settings)
        check_profile(connector, credentials, settings or {})
        located = _located(scope, credentials, refresh_on_rotation, revision)
        config = credentials.bind(Stack.of(scope), settings or {})
        super().__init__(scope, construct_id)
        if profile_name is not None:
            claim(self, "profile_name", profile_name)
        imported_profile.check_connector(self, connector)
        self._connector = connector
        self._asked_with = (settings or {}, credentials._given.kind)
        self._resource = appflow.CfnConnectorProfile(
            self,
            "Resource",
            connector_profile_name=profile_name or self._default_name(),
            connector_type="CustomConnector",
            connector_label=connector.connector_label,
            connection_mode="Public",
            connector_profile_config=config,
            kms_arn=key.key_arn if key else None,
        )
        if key is not None:
            grant = let_function_decrypt(self, key, connector.function)
            if grant is not None:
                grant.apply_before(self._resource)
        self._refresh: ProfileRefresh | None = None
        if located is not None:
            self._refresh = ProfileRefresh(
                self,
                "Refresh",
                profile=self._resource,
                located=located,
                key=key,
                revision=revision,
            )

    @staticmethod
    @names_construct
    def from_profile_name(
        scope: Construct, construct_id: str, profile_name: str, *, connector: ICustomConnector
    ) -> IConnectorProfile:
        """Refer to a profile of the stack's account and Region that this app doesn't manage.

        Raises:
            ValueError: AppFlow would refuse the name, or the connector is in another account or
                Region.
        """
        return ImportedConnectorProfile(
            scope, construct_id, profile_name=profile_name, connector=connector
        )

    @staticmethod
    @names_construct
    def from_profile_arn(
        scope: Construct, construct_id: str, profile_arn: str, *, connector: ICustomConnector
    ) -> IConnectorProfile:
        """Refer by ARN to a profile that this app doesn't manage.

        Raises:
            ValueError: the ARN is not a connector profile's in the stack's account and Region, or
                the connector is in another one.
        """
        return imported_profile.import_by_arn(scope, construct_id, profile_arn, connector)

    @property
    def profile_name(self) -> str:
        """The profile's name, once it is created (Ref)."""
        return self._resource.ref

    @property
    def profile_arn(self) -> str:
        """The profile's ARN."""
        return self._resource.attr_connector_profile_arn

    @property
    def credentials_arn(self) -> str:
        """The ARN of the secret that AppFlow keeps the credentials in."""
        return self._resource.attr_credentials_arn

    @property
    def connector(self) -> ICustomConnector:
        """The connector that the profile belongs to."""
        return self._connector

    @property
    def refresh_function(self) -> lambda_.IFunction | None:
        """The function that updates the profile; None without ``refresh_on_rotation``.

        It can be invoked by hand, with any event, and it can be granted the use of a secret's key.
        """
        return self._refresh.function if self._refresh else None

    @names_construct
    def metric_refresh_failures(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How often the profile could not be updated (the sum; Lambda tries each change thrice).

        Raises:
            TypeError: an option is of another type.
            ValueError: the profile has no ``refresh_on_rotation``.
        """
        check_metric(options)
        function = self.refresh_function
        if function is None:
            raise ValueError(
                f"{self.node.path!r} has no metric of refresh failures, because nothing refreshes "
                "it: give the profile refresh_on_rotation"
            )
        return function.metric_errors(**options)

    @names_construct
    def grant_use(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal create and change flows that use the profile.

        Running a flow needs no right on the profile. Neither do a stack's flows: they are created
        with the rights of the role that CloudFormation deploys with.
        """
        return imported_profile.grant_use(self.profile_arn, grantee)

    @names_construct
    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal list the entities behind the profile, and their fields.

        AppFlow asks the connector, with the profile's credentials.
        """
        return imported_profile.grant_describe(self.profile_arn, grantee)

    def _default_name(self) -> str:
        # Renaming a connector replaces its profiles, and CloudFormation creates each new one while
        # the old one still has its name.
        digest = labels.label_digest(self._connector.label)
        name = labels.default_name(self)
        return f"{name}-{digest}" if digest else name

    def _shown(self) -> dict[str, object]:
        return {"connector": self._connector.node.path}


def _located(
    scope: Construct,
    credentials: ConnectorCredentials,
    refresh_on_rotation: _Stored | Sequence[_Stored] | None,
    revision: str | None,
) -> Located | None:
    if revision is not None:
        validation.check_revision(revision, "when the secrets are to be read again")
    if refresh_on_rotation is None:
        if revision is not None:
            raise ValueError(
                f"revision {revision!r} needs refresh_on_rotation, whose function reads the "
                "secrets again: give it the secrets, too"
            )
        return None
    return locate(credentials, Stack.of(scope), secrets_of(refresh_on_rotation))
