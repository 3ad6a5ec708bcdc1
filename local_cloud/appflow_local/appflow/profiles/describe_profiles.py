"""DescribeConnectorProfiles: lists profiles, never their credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import CUSTOM
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.clock import seconds
from appflow_local.appflow.protocol.paging import page
from appflow_local.appflow.protocol.validation import validate


def describe_connector_profiles(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the profiles that match the given names, connector type and label.

    Known (API reference DescribeConnectorProfiles): the members of the answer, which has no
    credentials.
    Known (hashicorp/terraform-provider-aws, its AppFlow connector profile): the list is empty if no
    profile matches.

    Raises:
        AppFlowError: the caller may not, or the nextToken is not valid.
    """
    account.authorize("appflow:DescribeConnectorProfiles")
    validate("DescribeConnectorProfiles", parameters)
    every = account.profiles.in_order()
    matching = [profile for profile in every if _matches(profile, parameters)]
    found = page(
        account.place,
        "DescribeConnectorProfiles",
        parameters,
        matching,
        key=lambda profile: profile.name,
    )
    return {
        "connectorProfileDetails": [_shown(item) for item in found.items],
        **found.token_member(),
    }


def _matches(profile: Profile, parameters: Mapping[str, Any]) -> bool:
    return (
        profile.name in parameters.get("connectorProfileNames", [profile.name])
        and parameters.get("connectorType", CUSTOM) == CUSTOM
        and parameters.get("connectorLabel", profile.label) == profile.label
    )


def _shown(profile: Profile) -> dict[str, Any]:
    return {
        "connectorProfileArn": profile.arn,
        "connectorProfileName": profile.name,
        "connectorType": CUSTOM,
        "connectorLabel": profile.label,
        "connectionMode": profile.connection_mode,
        "credentialsArn": profile.credentials_arn,
        "connectorProfileProperties": {CUSTOM: profile.read_properties()},
        "createdAt": seconds(profile.created_at),
        "lastUpdatedAt": seconds(profile.last_updated_at),
    }
