"""AppFlow's registration API as the lifecycle sees it: four calls, retried, with one error.

All of boto3 is in this module.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from appflow_connector_provider.budget import Budget
from appflow_connector_provider.failures import CallError
from appflow_connector_provider.properties import ConnectorProperties

if TYPE_CHECKING:
    from mypy_boto3_appflow import AppflowClient

_logger = logging.getLogger(__name__)

# RegisterConnector waits for the connector, which AppFlow gives 10 seconds, cold start included.
_TIMEOUTS: Final = {"connect_timeout": 5, "read_timeout": 30}

_TRANSIENT: Final = frozenset({"ThrottlingException", "InternalServerException"})
# These also mean that a permission or a function is so new that AppFlow cannot see it yet.
_MAYBE_TOO_NEW: Final = frozenset(
    {"AccessDeniedException", "ConnectorServerException", "ResourceNotFoundException"}
)
_ADVICE: Final = {
    "AccessDeniedException": "Check the provider role's policy and the function's permission.",
    "ConnectorAuthenticationException": "Check the connector's authentication configuration.",
    "ConnectorServerException": "Read the connector function's log and its resource policy.",
    "ConflictException": "Delete what uses the connector first, or set force_unregister=True.",
    "ResourceNotFoundException": "Check that the connector function exists in this Region.",
    "ServiceQuotaExceededException": "Unregister unused connectors or ask for a higher quota.",
    "ThrottlingException": "Deploy again; fewer connectors at once.",
    "ValidationException": "Correct the template.",
}


def new_client() -> AppflowClient:
    """Make the AppFlow client. Region, endpoint and credentials come from the environment."""
    # One attempt per call: the budget decides on the next one, not botocore.
    config = Config(retries={"total_max_attempts": 1}, **_TIMEOUTS)  # type: ignore[arg-type]
    client: AppflowClient = boto3.client("appflow", config=config)
    return client


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
        return cls(
            label=label,
            arn=configuration.get("connectorArn") or "",
            lambda_arn=(provisioning.get("lambda") or {}).get("lambdaArn") or "",
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
        """Who registered it, when and for which function, as the end of a sentence."""
        by = f" by {self.registered_by}" if self.registered_by else ""
        on = f" on {self.registered_at:%Y-%m-%d}" if self.registered_at else ""
        return f"{by}{on} for {self.lambda_arn}"


class ConnectorRegistry:
    """Registers, updates, unregisters and describes connectors within one request's budget.

    Every method raises `CallError` when AppFlow refuses, or when the budget ends first.
    """

    def __init__(self, client: AppflowClient, budget: Budget) -> None:
        self._client = client
        self._budget = budget

    def register(self, properties: ConnectorProperties, token: str) -> str:
        """Register the connector and return its ARN. Safe to repeat with the same token."""
        request = self._parameters(properties) | {"connectorProvisioningType": "LAMBDA"}
        response = self._call(
            "RegisterConnector", self._client.register_connector, clientToken=token, **request
        )
        return str(response["connectorArn"])

    def update(self, properties: ConnectorProperties, token: str) -> str:
        """Have AppFlow read the function's configuration again, and return the ARN."""
        # Always sent: left out, a description that the template dropped would stay.
        request = self._parameters(properties) | {"description": properties.description}
        response = self._call(
            "UpdateConnectorRegistration",
            self._client.update_connector_registration,
            too_new={"AccessDeniedException", "ConnectorServerException"},
            clientToken=token,
            **request,
        )
        return str(response["connectorArn"])

    def unregister(self, label: str, *, force: bool) -> None:
        """Unregister the connector; a connector that is not registered is no error."""
        try:
            self._call(
                "UnregisterConnector",
                self._client.unregister_connector,
                too_new={"AccessDeniedException"},
                connectorLabel=label,
                forceDelete=force,
            )
        except CallError as failure:
            if failure.code != "ResourceNotFoundException":
                raise

    def describe(self, label: str) -> Registration | None:
        """Look the connector up; None when the label is not registered."""
        try:
            response = self._call(
                "DescribeConnector",
                self._client.describe_connector,
                too_new={"AccessDeniedException"},
                connectorType="CustomConnector",
                connectorLabel=label,
            )
        except CallError as failure:
            if failure.code == "ResourceNotFoundException":
                return None
            raise
        return Registration.read(label, response["connectorConfiguration"])

    @staticmethod
    def _parameters(properties: ConnectorProperties) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "connectorLabel": properties.label,
            "connectorProvisioningConfig": {"lambda": {"lambdaArn": properties.lambda_arn}},
        }
        if properties.description:
            parameters["description"] = properties.description
        return parameters

    def _call(
        self,
        operation: str,
        method: Callable[..., Any],
        *,
        too_new: frozenset[str] | set[str] = _MAYBE_TOO_NEW,
        **parameters: Any,  # noqa: ANN401 - botocore's own signature
    ) -> dict[str, Any]:
        unknown = False
        attempt = 0
        while True:
            try:
                response: dict[str, Any] = method(**parameters)
            except (ClientError, BotoCoreError) as error:
                failure = _failure(operation, error)
                unknown = failure.outcome_unknown = unknown or failure.outcome_unknown
                missing = failure.code in too_new
                retriable = missing or failure.outcome_unknown or failure.code in _TRANSIENT
                if not retriable or not self._budget.wait(attempt, permission_missing=missing):
                    raise failure from error
                _logger.warning("%s (attempt %d), trying again", failure, attempt + 1)
                attempt += 1
            else:
                _logger.info("%s %s", operation, parameters["connectorLabel"])
                return response


def _failure(operation: str, error: ClientError | BotoCoreError) -> CallError:
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        message = str(error.response.get("Error", {}).get("Message", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        advice = _ADVICE.get(code, "")
        # A server error may come from behind the point where the registration was written.
        unknown = status >= 500
        return CallError(operation, code, message, advice, outcome_unknown=unknown)
    never_sent = isinstance(error, ParamValidationError)
    code = type(error).__name__
    return CallError(operation, code, str(error), "", outcome_unknown=not never_sent)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
