"""A connector profile together with its connector: what flows are made with."""

from __future__ import annotations

from dataclasses import dataclass

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import Profile


@dataclass(frozen=True)
class Connection:
    """A profile whose connector is registered."""

    profile: Profile
    connector: Connector


def find_connection(account: Account, profile_name: str) -> Connection:
    """Return the profile of this name with its connector.

    Not documented: what becomes of the profiles of a connector that is unregistered by force. Here
    they stay, of no use until a connector of their label is registered again.

    Raises:
        ResourceNotFoundException: there is no such profile, or its connector is not registered.
    """
    profile = account.profiles.find(profile_name)
    return Connection(profile, find_connector(account, profile.label))


def find_connector(account: Account, label: str) -> Connector:
    """Return the connector that a profile is for. Source of the words: public reports.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return account.connectors.find(
        label,
        f"Connector:{label} is not registered. Please register it first before creating "
        "ConnectorProfile.",
    )
