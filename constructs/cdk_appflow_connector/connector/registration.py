"""The custom resource that registers a connector, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import CfnResource, RemovalPolicy
from constructs import Construct, IDependable

from appflow_connector_provider import contract
from cdk_appflow_connector.connector.circle import REGISTRATION
from cdk_appflow_connector.synthesis import add_dependency


def register(
    connector: Construct,
    properties: Mapping[str, str | bool | None],
    removal_policy: RemovalPolicy | None,
) -> CfnResource:
    """Make the connector's registration with the properties that have a value."""
    resource = CfnResource(
        connector,
        REGISTRATION,
        type=contract.RESOURCE_TYPE,
        properties={name: value for name, value in properties.items() if value is not None},
    )
    if removal_policy is not None:
        resource.apply_removal_policy(removal_policy)
    return resource


def wait_for(registration: CfnResource, permissions: Iterable[IDependable]) -> None:
    """Let the registration be made after the permissions, and deleted before them."""
    for permission in permissions:
        if isinstance(permission, CfnResource):  # which takes one call to Node.js less
            add_dependency(registration, permission)
        else:
            registration.node.add_dependency(permission)
