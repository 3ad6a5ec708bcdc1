"""A connector profile, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class OAuth2Properties:
    """Where a profile's tokens come from, and by which of the API's grant types.

    `parameters` are added to every token request.
    """

    token_url: str
    grant_type: str
    parameters: Mapping[str, str]


def read_oauth2_properties(properties: Mapping[str, Any]) -> OAuth2Properties | None:
    """Read the oAuth2Properties of a CustomConnectorProfileProperties; None if it has none."""
    given = properties.get("oAuth2Properties")
    if given is None:
        return None
    return OAuth2Properties(
        given["tokenUrl"], given["oAuth2GrantType"], given.get("tokenUrlCustomProperties", {})
    )


@dataclass(frozen=True)
class Profile:
    """One connection to an instance of a connector's data source.

    `properties` is the API's CustomConnectorProfileProperties. The credentials are in Secrets
    Manager only; `authentication_type` names their kind in requests to connectors. `key_arn` is the
    key that the secret is encrypted with, if it is the customer's own.
    """

    name: str
    arn: str
    label: str
    connection_mode: str
    properties: Mapping[str, Any]
    credentials_arn: str
    authentication_type: str
    created_at: datetime
    last_updated_at: datetime
    key_arn: str | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The connector's runtime settings of scope CONNECTOR_PROFILE."""
        return dict(self.properties.get("profileProperties", {}))

    @property
    def oauth2(self) -> OAuth2Properties | None:
        """The OAuth 2.0 part of the properties."""
        return read_oauth2_properties(self.properties)

    @property
    def credentials(self) -> dict[str, str]:
        """The `credentials` of a request to the connector."""
        return {"secretArn": self.credentials_arn, "authenticationType": self.authentication_type}

    def read_properties(self) -> dict[str, Any]:
        """Return the properties, as a copy that may be changed."""
        return copy.deepcopy(dict(self.properties))
