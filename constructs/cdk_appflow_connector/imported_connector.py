"""Connectors that another stack, app or person registered."""

from __future__ import annotations

from typing import Protocol

from aws_cdk import ArnFormat, Stack, Token
from constructs import Construct

from cdk_appflow_connector import validation


class ICustomConnector(Protocol):
    """A registered connector, of this app or imported."""

    @property
    def connector_arn(self) -> str:
        """The connector's ARN: ``arn:PARTITION:appflow:REGION:ACCOUNT:connector/LABEL``."""

    @property
    def connector_label(self) -> str:
        """The label that connector profiles and flows name the connector by."""


class ImportedConnector(Construct):
    """A connector that this app refers to, but does not manage."""

    def __init__(
        self, scope: Construct, construct_id: str, *, connector_arn: str, connector_label: str
    ) -> None:
        super().__init__(scope, construct_id)
        self._arn = connector_arn
        self._label = connector_label

    @property
    def connector_arn(self) -> str:
        """The connector's ARN."""
        return self._arn

    @property
    def connector_label(self) -> str:
        """The connector's label."""
        return self._label


def connector_arn_of(stack: Stack, label: str) -> str:
    """The ARN of a connector of the stack's account and Region."""
    return stack.format_arn(service="appflow", resource="connector", resource_name=label)


def import_by_label(scope: Construct, construct_id: str, label: str) -> ImportedConnector:
    """Refer to a connector of the stack's account and Region by its label."""
    validation.check_label(label)
    arn = connector_arn_of(Stack.of(scope), label)
    return ImportedConnector(scope, construct_id, connector_arn=arn, connector_label=label)


def import_by_arn(scope: Construct, construct_id: str, arn: str) -> ImportedConnector:
    """Refer to a connector by its ARN."""
    parts = Stack.of(scope).split_arn(arn, ArnFormat.SLASH_RESOURCE_NAME)
    known = not Token.is_unresolved(arn)
    if known and (parts.service, parts.resource) != ("appflow", "connector"):
        raise ValueError(
            f"connector_arn {arn!r} is not a connector's: "
            "give arn:PARTITION:appflow:REGION:ACCOUNT:connector/LABEL"
        )
    label = parts.resource_name or ""
    validation.check_label(label)
    return ImportedConnector(scope, construct_id, connector_arn=arn, connector_label=label)
