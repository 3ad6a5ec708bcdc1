"""AppFlow's registration API as the lifecycle sees it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from appflow_connector_provider.budget import Budget
from appflow_connector_provider.calls import (
    ACCESS_DENIED,
    CONFLICT,
    CONNECTOR_SERVER,
    NOT_FOUND,
    call,
)
from appflow_connector_provider.failures import CallError, ConnectorInUseError
from appflow_connector_provider.properties import ConnectorProperties
from appflow_connector_provider.registration import Registration

if TYPE_CHECKING:
    from mypy_boto3_appflow import AppflowClient

_logger = logging.getLogger(__name__)

_PERMISSION: Final = frozenset({ACCESS_DENIED})
_CONNECTOR: Final = frozenset({ACCESS_DENIED, CONNECTOR_SERVER})
_NEW_CONNECTOR: Final = frozenset({ACCESS_DENIED, CONNECTOR_SERVER, NOT_FOUND})

SEEN_WITHIN: Final = 7.5
"""Seconds, five looks, after which a connector that is not found is taken for gone."""


VISIBLE_WITHIN: Final = 30.0
"""Seconds to look for a connector that was just registered, before it is taken for gone."""


class ConnectorRegistry:
    """Registers, updates, unregisters and describes connectors within one request's budget.

    Every method raises `CallError` when AppFlow refuses, or when the budget ends first.
    """

    def __init__(self, client: AppflowClient, budget: Budget) -> None:
        self._client = client
        self._budget = budget

    def register(self, properties: ConnectorProperties, token: str, *, patient: bool = True) -> str:
        """Register the connector and return its ARN. Safe to repeat with the same token.

        Args:
            properties: what to register.
            token: the client token.
            patient: wait for permissions and functions that may be too new to be seen.
        """
        request = _parameters(properties) | {"connectorProvisioningType": "LAMBDA"}
        response = call(
            self._budget,
            "RegisterConnector",
            self._client.register_connector,
            too_new=_NEW_CONNECTOR if patient else frozenset(),
            leaves_time_to_undo=patient,
            clientToken=token,
            **request,
        )
        return str(response["connectorArn"])

    def update(
        self, properties: ConnectorProperties, token: str, *, is_registered: bool = True
    ) -> str:
        """Have AppFlow read the function's configuration again, and return the ARN.

        Args:
            properties: what to register.
            token: the client token.
            is_registered: the label was seen registered: what is not found is the function.
        """
        # Always sent: left out, a description that the template dropped would stay.
        request = _parameters(properties) | {"description": properties.description}
        response = call(
            self._budget,
            "UpdateConnectorRegistration",
            self._client.update_connector_registration,
            too_new=_NEW_CONNECTOR if is_registered else _CONNECTOR,
            leaves_time_to_undo=True,
            clientToken=token,
            **request,
        )
        return str(response["connectorArn"])

    def unregister(self, label: str, *, force: bool) -> None:
        """Unregister a connector that was just seen: not found may mean that it is too new.

        A connector that is gone after some seconds is no error.

        Raises:
            ConnectorInUseError: profiles or flows use it, and `force` is not set.
        """
        for _ in self._budget.looks(SEEN_WITHIN):
            if self._is_unregistered(label, force=force):
                return

    def _is_unregistered(self, label: str, *, force: bool) -> bool:
        """Unregister the connector, and tell whether AppFlow found it.

        Raises:
            ConnectorInUseError: profiles or flows use it, and `force` is not set.
        """
        try:
            call(
                self._budget,
                "UnregisterConnector",
                self._client.unregister_connector,
                too_new=_PERMISSION,
                connectorLabel=label,
                forceDelete=force,
            )
        except CallError as failure:
            if failure.code == CONFLICT:
                users = ", ".join(self._users(label))
                known = f"{label} is used by {users}" if users else failure.message
                raise ConnectorInUseError(known) from failure
            if failure.code != NOT_FOUND:
                raise
            return False
        return True

    def describe(self, label: str, *, patient: bool = True) -> Registration | None:
        """Look the connector up; None when the label is not registered. See `register`."""
        try:
            response = call(
                self._budget,
                "DescribeConnector",
                self._client.describe_connector,
                too_new=_PERMISSION if patient else frozenset(),
                connectorType="CustomConnector",
                connectorLabel=label,
            )
        except CallError as failure:
            if failure.code == NOT_FOUND:
                return None
            raise
        return Registration.read(label, response["connectorConfiguration"])

    def find(self, label: str, seconds: float = SEEN_WITHIN) -> Registration | None:
        """Look the connector up again for some seconds, as it may be too new to be seen."""
        for _ in self._budget.looks(seconds):
            if current := self.describe(label):
                return current
        return None

    def watch(self, label: str) -> Iterator[Registration | None]:
        """Look the label up again and again while an earlier request can still register it."""
        for _ in self._budget.looks_until_earlier_requests_end():
            yield self.describe(label)

    def _users(self, label: str) -> list[str]:
        """Name the connector profiles and flows that use the connector, as far as can be seen."""
        profiles = self._items(
            "DescribeConnectorProfiles",
            self._client.describe_connector_profiles,
            "connectorProfileDetails",
            connectorType="CustomConnector",
            connectorLabel=label,
        )
        flows = self._items("ListFlows", self._client.list_flows, "flows")
        return [f"connector profile {profile['connectorProfileName']}" for profile in profiles] + [
            f"flow {flow['flowName']}"
            for flow in flows
            if label in (flow.get("sourceConnectorLabel"), flow.get("destinationConnectorLabel"))
        ]

    def _items(
        self,
        operation: str,
        method: Callable[..., Any],
        member: str,
        **parameters: Any,  # noqa: ANN401 - botocore's own signature
    ) -> Iterator[dict[str, Any]]:
        """The items of all pages. What cannot be listed is left out: it only makes a reason."""
        while True:
            try:
                page = call(self._budget, operation, method, **parameters)
            except CallError as failure:
                _logger.warning("%s: not all users of the connector can be named", failure)
                return
            yield from page.get(member, [])
            if not page.get("nextToken"):
                return
            parameters["nextToken"] = page["nextToken"]


def _parameters(properties: ConnectorProperties) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "connectorLabel": properties.label,
        "connectorProvisioningConfig": {"lambda": {"lambdaArn": properties.lambda_arn}},
    }
    if properties.description:
        parameters["description"] = properties.description
    return parameters
