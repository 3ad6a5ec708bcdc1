"""Updates a connector profile with what its secrets hold now.

The entry point of a function that belongs to one profile. EventBridge invokes it when a secret has
another current version, CloudFormation for a changed revision, and people by hand, with any event.
AppFlow has the connector validate the new credentials, and keeps the old ones if it refuses.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from appflow_connector_provider import contract
from appflow_connector_provider.budget import Budget
from appflow_connector_provider.calls import (
    ACCESS_DENIED,
    CONFLICT,
    call,
    longest_call,
    new_client,
    new_secrets_client,
)
from appflow_connector_provider.failures import CallError, RegistrationError
from appflow_connector_provider.resource import ConnectorResource, LambdaContext
from appflow_connector_provider.stored_credentials import Stored, StoredCredentials

if TYPE_CHECKING:
    from mypy_boto3_appflow import AppflowClient

_logger = logging.getLogger(__name__)

_MARGIN: Final = 5.0
_GRACE: Final = 60.0
"""Seconds to wait for a permission that is too new to be seen, or for another change to end."""
_PASSING: Final = frozenset({ACCESS_DENIED, CONFLICT})
_MOST_ROUNDS: Final = 3


class _Revision(ConnectorResource):
    advice_when_late = "Deploy again."


helper = _Revision()


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle a request of CloudFormation, or anything else, for which the profile is refreshed.

    Args:
        event: a custom resource request, or any other event.
        context: Lambda's context object.

    Raises:
        RegistrationError: the profile keeps its old credentials. Lambda delivers events again, and
            counts an error.
    """
    if isinstance(event, Mapping) and "ResponseURL" in event:
        helper(dict(event), context)
    else:
        _refresh(lambda: float(context.get_remaining_time_in_millis()) / 1000, _MARGIN)


@helper.create
@helper.update
def write_revision(event: dict[str, Any], _context: LambdaContext) -> str:
    """Refresh the profile for a revision that isn't this resource's already."""
    wanted = _id_of(event)
    # Of a failed update, CloudFormation sends the rollback with the old id and the old revision.
    if event.get("PhysicalResourceId") != wanted:
        helper.check_answerable()
        _refresh(helper.remaining, helper.margin)
    return wanted


@helper.delete
def forget_revision(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Do nothing: the profile stays as it is."""


def _id_of(event: Mapping[str, Any]) -> str:
    revision = str(event.get("ResourceProperties", {}).get(contract.REVISION, ""))
    return f"revision-{hashlib.sha256(revision.encode()).hexdigest()[:16]}"


def _refresh(remaining: Callable[[], float], margin: float) -> None:
    """Write what the secrets hold to the profile, until both are the same.

    Two rotations can be handled side by side: the one that writes last may have read first.
    """
    seconds = longest_call(remaining())
    budget = Budget(remaining, margin, seconds, _GRACE)
    name = os.environ[contract.REFRESHED_PROFILE]
    stored = StoredCredentials.parse(os.environ[contract.REFRESHED_CREDENTIALS])
    secrets, appflow = _secrets(seconds), _appflow(seconds)

    def read() -> dict[str, Any]:
        return stored.read(lambda each: _secret(budget, secrets, each))

    credentials = read()
    for _ in range(_MOST_ROUNDS):
        _update(budget, appflow, name, credentials)
        current = read()
        if current == credentials:
            _logger.info("The profile %s has the current credentials", name)
            return
        credentials = current
    raise RegistrationError(
        f"Profile {name}",
        "its secrets changed again and again while it was updated",
        "Invoke the function once more when they don't.",
    )


def _update(budget: Budget, appflow: AppflowClient, name: str, credentials: dict[str, Any]) -> None:
    """Update the credentials, and leave the rest of the profile as AppFlow has it."""
    described = call(
        budget,
        "DescribeConnectorProfiles",
        appflow.describe_connector_profiles,
        too_new=_PASSING,
        connectorProfileNames=[name],
        connectorType="CustomConnector",
    )
    found = described.get("connectorProfileDetails", [])
    if not found:
        raise RegistrationError(f"Profile {name}", "it doesn't exist", "Deploy the stack again.")
    call(
        budget,
        "UpdateConnectorProfile",
        appflow.update_connector_profile,
        too_new=_PASSING,
        connectorProfileName=name,
        connectionMode=found[0]["connectionMode"],
        connectorProfileConfig={
            "connectorProfileProperties": found[0]["connectorProfileProperties"],
            "connectorProfileCredentials": {"CustomConnector": credentials},
        },
    )


def _secret(budget: Budget, secrets: Any, stored: Stored) -> dict[str, Any]:  # noqa: ANN401 - botocore's
    try:
        return call(
            budget,
            "GetSecretValue",
            secrets.get_secret_value,
            too_new=_PASSING,
            SecretId=stored.secret,
            VersionStage=stored.label,
        )
    except CallError as error:
        raise RegistrationError(
            f"GetSecretValue: {error.code}",
            error.message,
            f"Check {stored.secret}, and that the function may read and decrypt it.",
        ) from error


@cache
def _appflow(seconds: int) -> AppflowClient:
    return new_client(seconds)


@cache
def _secrets(seconds: int) -> Any:  # noqa: ANN401 - botocore's
    return new_secrets_client(seconds)
