"""Opens the client for one invocation from what AppFlow sends along with it."""

from collections.abc import Mapping

from custom_connector_sdk.connector.auth import Credentials
from custom_connector_sdk.connector.context import ConnectorContext

from datasette_connector.client import DatasetteClient
from datasette_connector.credentials import bearer
from datasette_connector.deadline import Budget, Deadline
from datasette_connector.errors import invalid
from datasette_connector.settings import base_url


def connect(
    settings: Mapping[str, object] | None, credentials: Credentials | None, budget: Budget
) -> DatasetteClient:
    """Return a client for the server and the credentials of a connection; nothing is called yet."""
    deadline = Deadline(budget)
    return DatasetteClient(base_url(settings), bearer(credentials), deadline)


def connect_in(context: ConnectorContext | None, budget: Budget) -> DatasetteClient:
    """Return a client for the connection of a metadata or record request."""
    if context is None:
        raise invalid("The request has no connectorContext")
    return connect(context.connector_runtime_settings, context.credentials, budget)
