"""A connector profile together with its connector: what flows are made with."""

from __future__ import annotations

from dataclasses import dataclass

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.host import Caller


@dataclass(frozen=True)
class Connection:
    """A profile whose connector is registered."""

    profile: Profile
    connector: Connector


def find_connection(context: Context, caller: Caller, profile_name: str) -> Connection:
    """Return the profile of this name with its connector.

    Not documented: what becomes of the profiles of a connector that is unregistered by force. Here
    they stay, of no use until a connector of their label is registered again.

    Raises:
        ResourceNotFoundException: there is no such profile, or its connector is not registered.
    """
    profile = find_profile(context, caller, profile_name)
    return Connection(profile, find_connector(context, caller, profile.label))


def find_profile(context: Context, caller: Caller, name: str) -> Profile:
    """Return the profile of this name. Source of the words: a public report.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return context.profiles.find(
        caller, name, f"Connector Profile with name {name} does not exist."
    )


def find_connector(context: Context, caller: Caller, label: str) -> Connector:
    """Return the connector that a profile is for. Source of the words: public reports.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return context.connectors.find(
        caller,
        label,
        f"Connector:{label} is not registered. Please register it first before creating "
        "ConnectorProfile.",
    )
