"""Connectors that another stack, app or person registered, and what all connectors have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

from aws_cdk import IResource, RemovalPolicy, Resource
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.access.function_access import check_function
from cdk_appflow_connector.arns import name_in_arn
from cdk_appflow_connector.connector.observed import Observed
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.metric_options import MetricOptions
from cdk_appflow_connector.tokens import is_token

if TYPE_CHECKING:
    from typing_extensions import Unpack


class ICustomConnector(IResource, Protocol):
    """A registered connector, of this app or imported: a construct with ``node`` and ``stack``.

    Example:
        ```python
        imported: ICustomConnector = CustomConnector.from_connector_label(stack, "Crm", "crm")
        CfnOutput(stack, "CrmLabel", value=imported.label)
        ```
    """

    @property
    def connector_arn(self) -> str:
        """The connector's ARN: ``arn:PARTITION:appflow:REGION:ACCOUNT:connector/LABEL``."""

    @property
    def connector_label(self) -> str:
        """The label that connector profiles and flows name the connector by."""

    @property
    def label(self) -> str:
        """The same label as text where it is known at synth, and as a token elsewhere."""

    @property
    def api_version(self) -> str | None:
        """The API version that flows use by default; None if it isn't known."""

    @property
    def function(self) -> lambda_.IFunction | None:
        """The connector's function; None if it isn't known."""

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal read this connector's configuration."""

    def metric_errors(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many calls of the connector failed."""

    def metric_duration(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How long calls of the connector took, in milliseconds."""

    def metric_throttles(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """How many calls of the connector Lambda refused."""


class ImportedConnector(Observed, ShownConstruct, Resource):
    """A connector that this app refers to, but doesn't manage.

    The app that registers the connector lets its function read the secrets of connector profiles,
    and refreshes the registration when the code changes.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connector_arn: str,
        connector_label: str,
        api_version: str | None = None,
        function: lambda_.IFunction | None = None,
    ) -> None:
        if api_version is not None:
            validation.check_api_version(api_version)
        if function is not None:
            check_function(function)
        # An empty ARN, of a connector in Parameter Store, is the stack's own environment.
        super().__init__(scope, construct_id, environment_from_arn=connector_arn or None)
        self._arn = connector_arn
        self._label = connector_label
        self._api_version = api_version
        self._function = function

    @property
    def connector_arn(self) -> str:
        """The connector's ARN."""
        return self._arn

    @property
    def connector_label(self) -> str:
        """The connector's label."""
        return self._label

    @property
    def label(self) -> str:
        """The connector's label."""
        return self.connector_label

    @property
    def api_version(self) -> str | None:
        """The API version that the connector was imported with."""
        return self._api_version

    @property
    def function(self) -> lambda_.IFunction | None:
        """The function that the connector was imported with."""
        return self._function

    def apply_removal_policy(self, policy: RemovalPolicy) -> NoReturn:
        """Not possible: the app that registers the connector decides on it."""
        raise ValueError(
            f"{self.node.path!r} is imported, so it has no removal policy ({policy!r}): give it to "
            "the CustomConnector in the app that registers it"
        )

    def check_usable_in(self, scope: Construct) -> None:
        """Raise ValueError if its ARN is plain text, of another account or Region than the scope's.

        The stack in which it was imported may not know its own.
        """
        if self._arn and not is_token(self._arn):
            name_in_arn(scope, "connector_arn", self._arn, "connector")

    def _shown(self) -> dict[str, object]:
        return {"label": self._label} if self._label else {}

    def _arn_for_grants(self) -> str:
        return literal(self, self.connector_arn)


def connector_arn_of(scope: Construct, label: str) -> str:
    """Return the ARN of a connector in the account and Region of a construct's stack."""
    return environment_of(scope).arn("appflow", f"connector/{label}")


def import_connector(
    scope: Construct,
    construct_id: str,
    *,
    label: str | None,
    arn: str | None,
    api_version: str | None,
    function: lambda_.IFunction | None = None,
) -> ImportedConnector:
    """Refer to a connector by its label, of the stack's account and Region, or by its ARN."""
    if arn is None:
        if label is None:
            raise ValueError(
                "connector_label and connector_arn are both missing: give the one you know"
            )
        validation.check_label(label, "connector_label")
        arn = connector_arn_of(scope, label)
    else:
        label = _label_in(scope, arn, label)
    return ImportedConnector(
        scope,
        construct_id,
        connector_arn=arn,
        connector_label=label,
        api_version=api_version,
        function=function,
    )


def _label_in(scope: Construct, arn: str, given: str | None) -> str:
    """The label of an ARN, which must be the given one if both are plain text."""
    label = name_in_arn(scope, "connector_arn", arn, "connector")
    if given is None:
        validation.check_label(label, "connector_arn: the label")
        return label
    validation.check_label(given, "connector_label")
    if given != label and not (is_token(given) or is_token(arn)):
        raise ValueError(
            f"connector_label {given!r} is not the one in connector_arn {arn!r}: give one of them"
        )
    return given
