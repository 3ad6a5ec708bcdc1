"""A registered connector, as AppFlow keeps it. State only; no rules of the API."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from appflow_local.appflow.account.token_style import TokenStyle

# The name in the service model. Two files of 2021 show CUSTOMCONNECTOR; today's is not known.
CUSTOM = "CustomConnector"


@dataclass(frozen=True)
class Connector:
    """One registration; `token_style` is the part of the configuration that the API hides."""

    label: str
    arn: str
    function_arn: str
    description: str | None
    registered_at: datetime
    registered_by: str
    configuration: Mapping[str, Any]
    token_style: TokenStyle = field(default_factory=TokenStyle)
    tags: Mapping[str, str] = field(default_factory=dict)

    def updated(
        self,
        function_arn: str,
        description: str | None,
        configuration: Mapping[str, Any],
        token_style: TokenStyle,
    ) -> Connector:
        """Return this registration with what UpdateConnectorRegistration can change."""
        return replace(
            self,
            function_arn=function_arn,
            description=description,
            configuration=configuration,
            token_style=token_style,
        )

    def read_configuration(self) -> dict[str, Any]:
        """Return the configuration, as a copy that may be changed."""
        return copy.deepcopy(dict(self.configuration))
