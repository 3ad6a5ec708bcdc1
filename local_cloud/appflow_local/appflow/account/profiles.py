"""A connector profile, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Profile:
    """One connection to an instance of a connector's data source.

    `properties` is the API's CustomConnectorProfileProperties. The credentials are in Secrets
    Manager only; `authentication_type` names their kind as connectors are told it.
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

    @property
    def settings(self) -> dict[str, str]:
        """The connector's runtime settings of scope CONNECTOR_PROFILE."""
        return dict(self.properties.get("profileProperties", {}))

    @property
    def credentials(self) -> dict[str, str]:
        """The `credentials` of a request to the connector."""
        return {"secretArn": self.credentials_arn, "authenticationType": self.authentication_type}

    def read_properties(self) -> dict[str, Any]:
        """Return the properties, free to be changed by whoever asked."""
        return copy.deepcopy(dict(self.properties))
