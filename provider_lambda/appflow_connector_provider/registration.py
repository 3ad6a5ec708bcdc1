"""What AppFlow tells of a registered connector."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from appflow_connector_provider import timing
from appflow_connector_provider.shown_text import printable

_TOKENS_LIVE: Final = timedelta(hours=8)


@dataclass(frozen=True)
class Registration:
    """What AppFlow tells of a registered connector (DescribeConnector)."""

    label: str
    arn: str
    lambda_arn: str
    name: str
    version: str
    owner: str
    registered_by: str
    registered_at: datetime | None
    api_versions: tuple[str, ...]

    @classmethod
    def read(cls, label: str, configuration: Mapping[str, Any]) -> Registration:
        """Read a connectorConfiguration; members that are absent read as empty."""
        provisioning = configuration.get("connectorProvisioningConfig") or {}
        lambda_arn = (provisioning.get("lambda") or {}).get("lambdaArn") or ""
        return cls(
            label=label,
            # AWS's own records of 2021 have no ARN; flows must not lose it over an update.
            arn=configuration.get("connectorArn") or _arn(label, lambda_arn),
            lambda_arn=lambda_arn,
            name=configuration.get("connectorName") or "",
            version=configuration.get("connectorVersion") or "",
            owner=configuration.get("connectorOwner") or "",
            registered_by=configuration.get("registeredBy") or "",
            registered_at=configuration.get("registeredAt"),
            api_versions=tuple(configuration.get("supportedApiVersions") or ()),
        )

    @property
    def newest_api_version(self) -> str:
        """The highest supported version, by its numbers: v10.0 is newer than v9.1."""
        return max(self.api_versions, key=_numbers, default="")

    @property
    def provenance(self) -> str:
        """For which function it is registered, since when and by whom, to end a sentence.

        A reason is short: account and Region, which are the reader's own, are left out.
        """
        _, _, function = self.lambda_arn.rpartition(":function:")
        since = f" since {self.registered_at:%Y-%m-%d}" if self.registered_at else ""
        _, _, who = self.registered_by.rpartition(":")
        by = f" by {who}" if who else ""
        return printable(f" for function {function or self.lambda_arn}{since}{by}")

    @property
    def outlived_its_token(self) -> bool:
        """Whether AppFlow has forgotten the client token that it was registered with.

        Source: API reference, RegisterConnector: a token is active for 8 hours.
        """
        registered = self.registered_at
        return registered is not None and timing.now() - registered >= _TOKENS_LIVE


def _arn(label: str, lambda_arn: str) -> str:
    """The connector's ARN, from that of its function: both are of one account and Region.

    Source: Service Authorization Reference, the resource type ``connector``.
    """
    _, partition, _, region, account, *_ = [*lambda_arn.split(":"), *[""] * 5]
    return f"arn:{partition}:appflow:{region}:{account}:connector/{label}" if account else ""


def _numbers(version: str) -> list[tuple[int, str]]:
    # By length first, not by value: a connector may name a number too long for Python to read.
    numbers = [number.lstrip("0") for number in re.findall(r"\d+", version, re.ASCII)]
    return [(len(number), number) for number in numbers]
