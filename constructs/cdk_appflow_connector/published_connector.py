"""Hands a connector to another app: its ARN, label and API version in Parameter Store."""

from __future__ import annotations

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk_appflow_connector import validation
from cdk_appflow_connector.imported_connector import ImportedConnector

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


def import_published(scope: Construct, construct_id: str, prefix: str) -> ImportedConnector:
    """Refer to a connector by what another app has published of it."""
    validation.check_parameter_prefix("prefix", prefix)

    def value_of(name: str) -> str:
        return ssm.StringParameter.value_for_string_parameter(scope, f"{prefix}/{name}")

    return ImportedConnector(
        scope,
        construct_id,
        connector_arn=value_of(_ARN),
        connector_label=value_of(_LABEL),
        api_version=value_of(_API_VERSION),
    )
