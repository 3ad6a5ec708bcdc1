"""Connectors that another stack, app or person registered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from aws_cdk import ArnFormat, Stack, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.argument_types import check_type
from cdk_appflow_connector.connector.observed import Observed
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.metric_options import MetricOptions
from cdk_appflow_connector.tokens import is_token

if TYPE_CHECKING:
    from typing_extensions import Unpack

_ARN: Final = re.compile(r"arn:[\w-]+:appflow:([a-z0-9-]+):(\d{12}):connector/.+")


class ICustomConnector(Protocol):
    """A registered connector, of this app or imported."""

    @property
    def connector_arn(self) -> str:
        """The connector's ARN: ``arn:PARTITION:appflow:REGION:ACCOUNT:connector/LABEL``."""

    @property
    def connector_label(self) -> str:
        """The label that connector profiles and flows name the connector by."""

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


class ImportedConnector(Observed, Construct):
    """A connector that this app refers to, but doesn't manage.

    Its function isn't known here. The app that registers the connector lets the function read the
    secrets of connector profiles, and refreshes the registration when the code changes. If you
    encrypt a profile with a key, grant the function its use yourself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connector_arn: str,
        connector_label: str,
        api_version: str | None = None,
    ) -> None:
        if api_version is not None:
            validation.check_api_version(api_version)
        super().__init__(scope, construct_id)
        self._arn = connector_arn
        self._label = connector_label
        self._api_version = api_version

    @property
    def connector_arn(self) -> str:
        """The connector's ARN."""
        return self._arn

    @property
    def connector_label(self) -> str:
        """The connector's label."""
        return self._label

    @property
    def api_version(self) -> str | None:
        """The API version that the connector was imported with."""
        return self._api_version

    def check_usable_in(self, scope: Construct) -> None:
        """Raise ValueError if its ARN is plain text, of another account or Region than the scope's.

        The stack in which it was imported may not know its own.
        """
        if self._arn and not is_token(self._arn):
            _check_arn(scope, self._arn)

    @property
    def function(self) -> None:
        """Always None: not known here."""
        return None

    def _arn_for_grants(self) -> str:
        return literal(self, self.connector_arn)


def connector_arn_of(scope: Construct, label: str) -> str:
    """Return the ARN of a connector in the account and Region of a construct's stack."""
    return environment_of(scope).arn("appflow", f"connector/{label}")


def import_by_label(
    scope: Construct, construct_id: str, label: str, api_version: str | None
) -> ImportedConnector:
    """Refer to a connector of the stack's account and Region by its label."""
    validation.check_label(label)
    arn = connector_arn_of(scope, label)
    return ImportedConnector(
        scope, construct_id, connector_arn=arn, connector_label=label, api_version=api_version
    )


def import_by_arn(
    scope: Construct, construct_id: str, arn: str, api_version: str | None
) -> ImportedConnector:
    """Refer to a connector by its ARN."""
    check_type("connector_arn", arn, str, "give the connector's ARN as text")
    if not Token.is_unresolved(arn):
        _check_arn(scope, arn)
    label = Stack.of(scope).split_arn(arn, ArnFormat.SLASH_RESOURCE_NAME).resource_name or ""
    validation.check_label(label)
    return ImportedConnector(
        scope, construct_id, connector_arn=arn, connector_label=label, api_version=api_version
    )


def _check_arn(scope: Construct, arn: str) -> None:
    found = _ARN.fullmatch(arn)
    if not found:
        raise ValueError(
            f"connector_arn {arn!r} is not a connector's: "
            "give arn:PARTITION:appflow:REGION:ACCOUNT:connector/LABEL"
        )
    here = environment_of(scope)
    region, account = found.groups()
    if (here.is_region_known and region != here.region) or (
        here.is_account_known and account != here.account
    ):
        raise ValueError(
            f"connector_arn {arn!r} is not in the stack's account {here.account} and Region "
            f"{here.region}, where its profiles and flows run: give a connector from there"
        )
