"""What AppFlow tells of a registered connector."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from appflow_connector_provider import timing
from appflow_connector_provider.shown_text import one_line

_TOKENS_LIVE: Final = timedelta(hours=8)
_LONGEST_REQUEST: Final = timedelta(minutes=15)
"""Source: Lambda quotas, function time-out."""
_LONGEST_PROVENANCE: Final = 1024


@dataclass(frozen=True)
class Registration:
    """What AppFlow tells of a registered connector (DescribeConnector)."""

    label: str
    arn: str
    lambda_arn: str
    description: str
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
            description=configuration.get("connectorDescription") or "",
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
        told = f"for function {function or self.lambda_arn}{since}{by}"
        return f" {one_line(told, _LONGEST_PROVENANCE)}"

    def is_for(self, lambda_arn: str) -> bool:
        """Whether it is registered for this function, with any version or alias."""
        return _unqualified(self.lambda_arn) == _unqualified(lambda_arn)

    def shows(self, lambda_arn: str, description: str) -> bool:
        """Whether a write of these could be the last one; no description can look like any."""
        return self.lambda_arn == lambda_arn and description in ("", self.description)

    @property
    def is_made_here(self) -> bool:
        """Whether this provider registered it.

        Inferred: `registeredBy` is the caller's ARN, and a Lambda function's credentials belong
        to a session that has the function's name.
        """
        name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        return bool(name) and self.registered_by.endswith(f"/{name}")

    @property
    def predates_what_runs(self) -> bool:
        """Whether no request of this provider that still runs can have registered it."""
        is_by_others = bool(self.registered_by) and not self.is_made_here
        return is_by_others or self._is_older_than(_LONGEST_REQUEST)

    @property
    def outlived_its_token(self) -> bool:
        """Whether AppFlow has forgotten the client token that it was registered with.

        Source: API reference, RegisterConnector: a token is active for 8 hours.
        """
        return self._is_older_than(_TOKENS_LIVE)

    def _is_older_than(self, age: timedelta) -> bool:
        registered = self.registered_at
        return registered is not None and timing.now() - registered >= age


def _arn(label: str, lambda_arn: str) -> str:
    """The connector's ARN, from that of its function: both are of one account and Region.

    Source: Service Authorization Reference, the resource type ``connector``.
    """
    _, partition, _, region, account, *_ = [*lambda_arn.split(":"), *[""] * 5]
    return f"arn:{partition}:appflow:{region}:{account}:connector/{label}" if account else ""


def _unqualified(lambda_arn: str) -> str:
    # arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME, then perhaps a version or an alias.
    return ":".join(lambda_arn.split(":")[:7])


def _numbers(version: str) -> list[tuple[int, str]]:
    # By length first, not by value: a connector may name a number too long for Python to read.
    numbers = [number.lstrip("0") for number in re.findall(r"\d+", version, re.ASCII)]
    return [(len(number), number) for number in numbers]
