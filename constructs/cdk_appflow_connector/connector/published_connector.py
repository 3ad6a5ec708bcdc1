"""Shares a connector with other apps: its ARN, label and API version, in Parameter Store."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.connector.imported_connector import ImportedConnector

_ARN, _LABEL, _API_VERSION = "connector-arn", "connector-label", "api-version"


def publish(scope: Construct, prefix: str, arn: str, label: str, api_version: str) -> None:
    """Write three String parameters under the prefix, once the connector is registered.

    Construct ids are public: ``ArnParameter``, ``LabelParameter`` and ``ApiVersionParameter``.
    """
    parameters = (
        ("ArnParameter", _ARN, arn),
        ("LabelParameter", _LABEL, label),
        ("ApiVersionParameter", _API_VERSION, api_version),
    )
    for construct_id, name, value in parameters:
        ssm.StringParameter(
            scope, construct_id, parameter_name=f"{prefix}/{name}", string_value=value
        )


class PublishedConnector(ImportedConnector):
    """A connector that another app published; only the parameters in use are looked up."""

    def __init__(self, scope: Construct, construct_id: str, prefix: str) -> None:
        validation.check_parameter_prefix("prefix", prefix)
        super().__init__(scope, construct_id, connector_arn="", connector_label="")
        self._prefix = prefix

    @property
    def connector_arn(self) -> str:
        """The connector's ARN, read from Parameter Store when the stack is deployed."""
        return self._value_of(_ARN)

    @property
    def connector_label(self) -> str:
        """The connector's label, read in the same way."""
        return self._value_of(_LABEL)

    @property
    def api_version(self) -> str:
        """The newest API version that the connector had when it was published."""
        return self._value_of(_API_VERSION)

    def _value_of(self, name: str) -> str:
        # The CDK makes one template parameter per name and stack, even if called again.
        return ssm.StringParameter.value_for_string_parameter(
            Stack.of(self), f"{self._prefix}/{name}"
        )
