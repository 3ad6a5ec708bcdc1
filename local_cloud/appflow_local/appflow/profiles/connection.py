"""A connector profile together with its connector, which flows use."""

from __future__ import annotations

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.connectors.connection import Connection
from appflow_local.appflow.customer_keys import KeyProblem, check_key
from appflow_local.appflow.profiles.oauth2.refresh import refresh_token
from appflow_local.appflow.protocol.errors import ValidationException


class ProfileConnection(Connection):
    """A connector asked with the credentials of a profile, whose token AppFlow keeps fresh.

    Args:
        account: the account that has both.
        profile: whose credentials are sent.
        connector: the registered connector of the profile's label.
    """

    def __init__(self, account: Account, profile: Profile, connector: Connector) -> None:
        super().__init__(account, connector.label, connector.function_arn)
        self.profile = profile
        self.connector = connector

    def check_admission(self) -> None:
        """Check that AppFlow may invoke the function, and that the credentials can be read.

        Raises:
            AccessDeniedException, ResourceNotFoundException: see `Connection.check_admission`.
            ValidationException: see `check_own_key`.
        """
        super().check_admission()
        check_own_key(self.account, self.profile.key_arn)

    def refresh_credentials(self) -> bool:
        """Put a new access token into the profile's secret; see `refresh_token`."""
        return refresh_token(self.account.host, self.profile, self.connector)


def find_connection(account: Account, profile_name: str) -> ProfileConnection:
    """Return the profile of this name with its connector.

    Chosen of UnregisterConnector: after an unregistration by force the profiles stay, but work
    again only when a connector with their label is registered.

    Raises:
        ResourceNotFoundException: there is no such profile, or its connector is not registered.
    """
    profile = account.profiles.find(profile_name)
    return ProfileConnection(account, profile, find_connector(account, profile.label))


def find_connector(account: Account, label: str) -> Connector:
    """Return the connector that a profile is for.

    Known of CreateConnectorProfile (cdklabs/cdk-appflow#21;
    hashicorp/terraform-provider-aws#37826): the text of `ResourceNotFoundException` for a label
    that is not registered.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return account.connectors.find(
        label,
        f"Connector:{label} is not registered. Please register it first before creating "
        "ConnectorProfile.",
    )


def check_own_key(account: Account, key_arn: str | None) -> None:
    """Check the key of a profile's secret, if it is the customer's own.

    Inferred of Keys of your own: the error of a profile whose key can't be used.

    Raises:
        ValidationException: the key doesn't encrypt; see `check_key`.
    """
    if key_arn is None:
        return
    try:
        check_key(account, key_arn)
    except KeyProblem as problem:
        raise ValidationException(f"{problem}.") from None
