"""A custom AppFlow connector: its permissions, its registration and what flows need from it."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import CfnResource, RemovalPolicy, Resource, Token
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IDependable

from appflow_connector_provider import contract
from cdk_appflow_connector import environment
from cdk_appflow_connector.access import function_access, secrets_access
from cdk_appflow_connector.access.deployed_text import check_label_from_deployment, literal
from cdk_appflow_connector.access.function_access import check_function
from cdk_appflow_connector.argument_types import check_type
from cdk_appflow_connector.claims import claim
from cdk_appflow_connector.connector import imported_connector, labels, published_connector
from cdk_appflow_connector.connector.argument_checks import check_choices, check_texts
from cdk_appflow_connector.connector.circle import REGISTRATION, refuse_circles
from cdk_appflow_connector.connector.imported_connector import ICustomConnector
from cdk_appflow_connector.connector.observed import Observed
from cdk_appflow_connector.connector.on_conflict import OnConflict
from cdk_appflow_connector.connector.regions import inform_of_region
from cdk_appflow_connector.connector.revision import follow_code
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.provider.registration_provider import RegistrationProvider
from cdk_appflow_connector.removal_policy import RemovedByPolicy
from cdk_appflow_connector.synthesis import add_dependency


class CustomConnector(Observed, ShownConstruct, RemovedByPolicy, Resource):
    """A Lambda function, registered with Amazon AppFlow as a custom connector.

    It lets AppFlow invoke the function, lets the function read the secrets that AppFlow makes for
    the connector's profiles, and then registers the connector. Each deployment keeps the
    registration up to date, and deleting the stack unregisters the connector.

    Example:
        ```python
        connector = CustomConnector(stack, "Orders", function=function, description="Our orders")
        CfnOutput(stack, "Label", value=connector.connector_label)
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        function: any function that speaks AppFlow's custom connector protocol, from a zip file or
            a container image, in this stack, in another one or imported. AppFlow invokes an alias
            or a version if you give one. For a function in another account or Region, a warning
            says what its owner has to allow.
        label: AppFlow's connectorLabel, by which profiles and flows name the connector. Default: a
            name from the construct's path. Changing it registers a new connector and unregisters
            the old one. A parameter (CfnParameter) without an ``allowed_pattern`` is given one.
        description: shown with the connector: ASCII letters, digits, white space and
            ``_ / ! @ # + = . -``. Default: none.
        revision: a text. When it changes, AppFlow reads the connector's configuration again.
            Default: a digest of the function's code (of a container image, its URI), handler,
            runtime, layers and environment variables. An imported function's aren't known: its
            registration is refreshed only if you give a revision. Give one, too, if you move an
            image's tag, or if a variable or another stack's layer gets its value at deployment. A
            hotswap of the CDK CLI refreshes nothing; ``cdk watch --no-hotswap`` does.
        on_conflict: what to do if the label is already registered. Default: fail.
        force_unregister: unregister the connector even while connector profiles use it. Default:
            False, and deleting it then fails.
        provider: registers the connector. Default: one provider shared by the stack's connectors.
        removal_policy: ``RETAIN`` leaves the connector registered when it leaves the stack.
            Default: unregister it.
        publish_to_ssm: a prefix such as ``/connectors/orders``, from which another app imports the
            connector with `from_ssm`. Default: nothing is published.

    Raises:
        TypeError: an argument is of another type, such as an ARN or a CfnFunction as the function.
        ValueError: AppFlow would refuse the label or the description, or Parameter Store the
            prefix, or another connector of the app has the label or the prefix; or the label is a
            parameter that admits what AppFlow refuses, or a dynamic reference.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction | lambda_.FunctionBase,
        label: str | None = None,
        description: str | None = None,
        revision: str | None = None,
        on_conflict: OnConflict = OnConflict.FAIL,
        force_unregister: bool = False,
        provider: RegistrationProvider | None = None,
        removal_policy: RemovalPolicy | None = None,
        publish_to_ssm: str | None = None,
    ) -> None:
        check_texts(label, description, revision, publish_to_ssm)
        if label is not None:
            check_label_from_deployment(scope, label)
        check_choices(on_conflict, force_unregister, removal_policy)
        check_function(function)
        check_type("provider", provider, RegistrationProvider, "give a RegistrationProvider")
        super().__init__(scope, construct_id)
        environment.inherit_environment(self, scope)
        self._function = function
        self._label = labels.default_label(self) if label is None else label
        claim(self, "label", self._label, taken="registered")
        if publish_to_ssm is not None:
            claim(self, "publish_to_ssm", publish_to_ssm)
        self._provider = provider or RegistrationProvider.of_stack(self)
        environment.check_same_environment(
            self, self._provider, "the provider", "CloudFormation can't call it"
        )
        function_arn = function.function_arn
        properties = {
            contract.CONNECTOR_LABEL: self._label,
            contract.LAMBDA_ARN: function_arn,
            contract.DESCRIPTION: description or None,
            contract.REVISION: revision,
            contract.ON_CONFLICT: None if on_conflict is OnConflict.FAIL else on_conflict.value,
            contract.FORCE_UNREGISTER: force_unregister or None,
        }
        self._resource = self._build_resource(properties, removal_policy)
        environment.node_of(self).default_child = self._resource
        if revision is None:
            follow_code(self, self._resource, function)
        self._wait_for(
            function_access.let_appflow_invoke(self, function, function_arn, self._label)
        )
        self._wait_for(
            secrets_access.let_function_read_secrets(self, self._resource, function, self._label)
        )
        self._provider.grant_registration(
            self,
            registration=self._resource,
            label=self._label,
            connector_arn=self._arn_for_grants(),
            function=function,
            function_arn=function_arn,
        )
        refuse_circles(self)
        inform_of_region(self)
        if publish_to_ssm is not None:
            arn, label = self.connector_arn, self.connector_label
            published_connector.publish(self, publish_to_ssm, arn, label, self.api_version)

    @staticmethod
    @names_construct
    def from_connector_label(
        scope: Construct, construct_id: str, connector_label: str, *, api_version: str | None = None
    ) -> ICustomConnector:
        """Refer to a connector of the stack's account and Region that this app doesn't manage.

        Without an API version, each flow that uses the connector has to name one.

        Raises:
            ValueError: AppFlow would refuse the label or the API version.
        """
        return imported_connector.import_connector(
            scope, construct_id, label=connector_label, arn=None, api_version=api_version
        )

    @staticmethod
    @names_construct
    def from_connector_arn(
        scope: Construct, construct_id: str, connector_arn: str, *, api_version: str | None = None
    ) -> ICustomConnector:
        """Refer by ARN to a connector that this app doesn't manage.

        Without an API version, each flow that uses the connector has to name one.

        Raises:
            ValueError: the ARN is not a connector's in the stack's account and Region, or AppFlow
                would refuse the API version.
        """
        return imported_connector.import_connector(
            scope, construct_id, label=None, arn=connector_arn, api_version=api_version
        )

    @staticmethod
    @names_construct
    def from_connector_attributes(
        scope: Construct,
        construct_id: str,
        *,
        connector_label: str | None = None,
        connector_arn: str | None = None,
        api_version: str | None = None,
        function: lambda_.IFunction | lambda_.FunctionBase | None = None,
    ) -> ICustomConnector:
        """Refer to a connector that this app doesn't manage, by what you know of it.

        Args:
            scope: the parent construct.
            construct_id: the id in the parent.
            connector_label: its label. Default: the one in the ARN.
            connector_arn: its ARN. Default: the label's in the stack's account and Region.
            api_version: the one that flows use by default. Default: each flow names one.
            function: its function, also imported. A profile's key is then granted to the function's
                role, if that is known. Default: unknown.

        Raises:
            TypeError: an argument is of another type.
            ValueError: neither label nor ARN is given, they contradict each other, the ARN is of
                another account or Region, or AppFlow would refuse the label or the API version.
        """
        return imported_connector.import_connector(
            scope,
            construct_id,
            label=connector_label,
            arn=connector_arn,
            api_version=api_version,
            function=function,
        )

    @staticmethod
    @names_construct
    def from_ssm(scope: Construct, construct_id: str, prefix: str) -> ICustomConnector:
        """Refer to a connector that another app published with ``publish_to_ssm``.

        CloudFormation reads the parameters at each deployment of this app, so deploy the other app
        first. Nothing keeps the other app from being deleted, or its connector from being renamed,
        while this one uses it.

        Raises:
            ValueError: the prefix can't begin the name of a parameter.
        """
        return published_connector.PublishedConnector(scope, construct_id, prefix)

    @property
    def label(self) -> str:
        """The connector's label as text, known at synth unless a token was given.

        The function's own environment variables can hold it. They can't hold the attributes below,
        which exist once the connector is registered, after its function.
        """
        return self._label

    @property
    def connector_arn(self) -> str:
        """The ARN that RegisterConnector returned."""
        return self._attribute(contract.ATTR_ARN)

    @property
    def connector_label(self) -> str:
        """The connector's label, once it is registered: Ref, as with AWS::AppFlow::Connector."""
        return self._resource.ref

    @property
    def connector_name(self) -> str:
        """The name in the connector's configuration (DescribeConnector)."""
        return self._attribute(contract.ATTR_NAME)

    @property
    def connector_version(self) -> str:
        """The version in the connector's configuration (DescribeConnector)."""
        return self._attribute(contract.ATTR_VERSION)

    @property
    def connector_owner(self) -> str:
        """The owner in the connector's configuration (DescribeConnector)."""
        return self._attribute(contract.ATTR_OWNER)

    @property
    def api_version(self) -> str:
        """The newest API version that the connector supports (DescribeConnector)."""
        return self._attribute(contract.ATTR_API_VERSION)

    @property
    def function(self) -> lambda_.IFunction:
        """The connector's function."""
        return self._function

    @property
    def provider(self) -> RegistrationProvider:
        """The provider that registers this connector."""
        return self._provider

    def _arn_for_grants(self) -> str:
        # Not the attribute, which the function itself can't wait for.
        return imported_connector.connector_arn_of(self, literal(self, self._label))

    def _shown(self) -> dict[str, object]:
        return {"label": self._label}

    def _attribute(self, name: str) -> str:
        return Token.as_string(self._resource.get_att(name))

    def _build_resource(
        self, properties: dict[str, str | bool | None], removal_policy: RemovalPolicy | None
    ) -> CfnResource:
        given = {name: value for name, value in properties.items() if value is not None}
        resource = CfnResource(
            self,
            REGISTRATION,
            type=contract.RESOURCE_TYPE,
            properties=self._provider.properties | given,
        )
        if removal_policy is not None:
            resource.apply_removal_policy(removal_policy)
        return resource

    def _wait_for(self, permissions: Iterable[IDependable]) -> None:
        for permission in permissions:
            if isinstance(permission, CfnResource):  # which takes one call to Node.js less
                add_dependency(self._resource, permission)
            else:
                self._resource.node.add_dependency(permission)
