"""What templates say about the credentials of a connector profile."""

from __future__ import annotations

from typing import Any

from aws_cdk import SecretValue, Stack

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.templates import Synthesised


def stored(name: str) -> SecretValue:
    """A secret of Secrets Manager."""
    return SecretValue.secrets_manager(name)


def resolved(name: str) -> str:
    """How the template refers to it."""
    return f"{{{{resolve:secretsmanager:{name}:SecretString:::}}}}"


def config_of(credentials: ConnectorCredentials, stack: Stack | None = None) -> dict[str, Any]:
    """What the template says about a profile with these credentials."""
    stack = stack or Stack(unbundled_app(), "Stack")
    connector = CustomConnector.from_connector_label(stack, "Connector", "Shop")
    ConnectorProfile(stack, "Profile", connector=connector, credentials=credentials)
    profile = Synthesised(stack).the("AWS::AppFlow::ConnectorProfile")
    config: dict[str, Any] = profile["Properties"]["ConnectorProfileConfig"]
    return config


def credentials_of(credentials: ConnectorCredentials) -> dict[str, Any]:
    """The credentials of that profile."""
    found: dict[str, Any] = config_of(credentials)["ConnectorProfileCredentials"]["CustomConnector"]
    return found
