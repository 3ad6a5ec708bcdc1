"""Custom Amazon AppFlow connectors as code.

`CustomConnector` registers a connector's Lambda function with AppFlow and keeps the registration up
to date for the life of the stack. `RegistrationProvider` is the Lambda function that does so, one
per stack. `ConnectorProfile` holds the settings and credentials with which flows use the connector;
flows are in `cdk_appflow_connector.flows`, which needs the extra of that name, and what helps to
test your own apps in `cdk_appflow_connector.testing`.

Import the names below from here: all modules but those two and `cdk_appflow_connector.schema` are
private.
"""

from cdk_appflow_connector.connector.custom_connector import CustomConnector
from cdk_appflow_connector.connector.imported_connector import ICustomConnector
from cdk_appflow_connector.connector.on_conflict import OnConflict
from cdk_appflow_connector.function.installed_code import installed_code
from cdk_appflow_connector.function.python_connector_function import PythonConnectorFunction
from cdk_appflow_connector.profile.connector_profile import ConnectorProfile
from cdk_appflow_connector.profile.credentials import ConnectorCredentials
from cdk_appflow_connector.profile.imported_profile import IConnectorProfile
from cdk_appflow_connector.profile.oauth2 import OAuth2GrantType
from cdk_appflow_connector.provider.registration_provider import RegistrationProvider

__all__ = [
    "ConnectorCredentials",
    "ConnectorProfile",
    "CustomConnector",
    "IConnectorProfile",
    "ICustomConnector",
    "OAuth2GrantType",
    "OnConflict",
    "PythonConnectorFunction",
    "RegistrationProvider",
    "installed_code",
]
