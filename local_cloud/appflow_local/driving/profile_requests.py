"""The request that makes a connector profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.driving.credentials_file import GivenCredentials


def profile_request(
    label: str, name: str, credentials: GivenCredentials, settings: Mapping[str, str]
) -> dict[str, Any]:
    """Return the members of CreateConnectorProfile for a custom connector."""
    properties: dict[str, Any] = {"profileProperties": dict(settings)}
    if credentials.oauth2_properties:
        properties["oAuth2Properties"] = credentials.oauth2_properties
    return {
        "connectorProfileName": name,
        "connectorType": "CustomConnector",
        "connectorLabel": label,
        "connectionMode": "Public",
        "connectorProfileConfig": {
            "connectorProfileProperties": {"CustomConnector": properties},
            "connectorProfileCredentials": {"CustomConnector": credentials.api},
        },
    }
