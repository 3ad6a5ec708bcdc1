"""A registered connector, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

# The name in the service model. Two files of 2021 show CUSTOMCONNECTOR; today's is not known.
CUSTOM = "CustomConnector"


@dataclass(frozen=True)
class Connector:
    """One registration."""

    label: str
    arn: str
    function_arn: str
    description: str | None
    registered_at: datetime
    registered_by: str
    configuration: Mapping[str, Any]

    def updated(
        self, function_arn: str, description: str | None, configuration: Mapping[str, Any]
    ) -> Connector:
        """Return this registration with what UpdateConnectorRegistration can change."""
        return replace(
            self,
            function_arn=function_arn,
            description=description,
            configuration=configuration,
        )

    def read_configuration(self) -> dict[str, Any]:
        """Return the configuration, free to be changed by whoever asked."""
        return copy.deepcopy(dict(self.configuration))
