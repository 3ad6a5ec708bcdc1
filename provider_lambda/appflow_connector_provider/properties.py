"""Reads and checks the ``ResourceProperties`` of an event. Makes no call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appflow_connector_provider import contract
from appflow_connector_provider.failures import InvalidPropertiesError


@dataclass(frozen=True)
class ConnectorProperties:
    """What one custom resource asks AppFlow to hold, and how.

    `revision` changes whenever the connector's code does; AppFlow never sees it.
    """

    label: str
    lambda_arn: str
    description: str
    revision: str
    adopt: bool
    force_unregister: bool

    @classmethod
    def parse(cls, properties: object) -> ConnectorProperties:
        """Read properties as CloudFormation sends them, every scalar as a string.

        Raises:
            InvalidPropertiesError: a property is missing or has a value AppFlow would refuse.
        """
        if not isinstance(properties, Mapping):
            raise InvalidPropertiesError("ResourceProperties", properties, "must be an object")
        return cls(
            label=_label(properties),
            lambda_arn=_lambda_arn(properties),
            description=_description(properties),
            revision=_text(properties, contract.REVISION, default=""),
            adopt=_on_conflict(properties) == contract.ON_CONFLICT_ADOPT,
            force_unregister=_boolean(properties, contract.FORCE_UNREGISTER),
        )

    def same_registration(self, other: ConnectorProperties) -> bool:
        """Whether AppFlow would hold the same for both."""
        mine = (self.label, self.lambda_arn, self.description, self.revision)
        return mine == (other.label, other.lambda_arn, other.description, other.revision)


def _text(properties: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    value = properties.get(name, default)
    if value is None:
        raise InvalidPropertiesError(name, None, "is required")
    if not isinstance(value, str):
        raise InvalidPropertiesError(name, value, "must be a string")
    return value


def _label(properties: Mapping[str, Any]) -> str:
    label = _text(properties, contract.CONNECTOR_LABEL)
    if problem := contract.label_problem(label):
        raise InvalidPropertiesError(contract.CONNECTOR_LABEL, label, problem)
    return label


def _lambda_arn(properties: Mapping[str, Any]) -> str:
    arn = _text(properties, contract.LAMBDA_ARN)
    too_long = len(arn) > contract.LAMBDA_ARN_MAX_LENGTH
    if too_long or not contract.LAMBDA_ARN_PATTERN.fullmatch(arn):
        raise InvalidPropertiesError(
            contract.LAMBDA_ARN, arn, "must be the ARN of a Lambda function"
        )
    return arn


def _description(properties: Mapping[str, Any]) -> str:
    description = _text(properties, contract.DESCRIPTION, default="")
    if problem := contract.description_problem(description):
        raise InvalidPropertiesError(contract.DESCRIPTION, description, problem)
    return description


def _on_conflict(properties: Mapping[str, Any]) -> str:
    choice = _text(properties, contract.ON_CONFLICT, default=contract.ON_CONFLICT_FAIL)
    if choice not in (contract.ON_CONFLICT_FAIL, contract.ON_CONFLICT_ADOPT):
        raise InvalidPropertiesError(contract.ON_CONFLICT, choice, "must be FAIL or ADOPT")
    return choice


def _boolean(properties: Mapping[str, Any], name: str) -> bool:
    # CloudFormation turns booleans into strings on their way to a custom resource.
    value = properties.get(name, False)
    text = str(value).lower() if isinstance(value, (bool, str)) else ""
    if text not in ("true", "false"):
        raise InvalidPropertiesError(name, value, "must be true or false")
    return text == "true"
