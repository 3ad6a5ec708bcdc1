"""Custom Amazon AppFlow connectors as code.

`CustomConnector` registers a connector's Lambda with AppFlow and keeps the registration true for
the life of the stack. `RegistrationProvider` is the Lambda that does it, one per stack.
"""

from cdk_appflow_connector.custom_connector import CustomConnector
from cdk_appflow_connector.imported_connector import ICustomConnector
from cdk_appflow_connector.installed_code import installed_code
from cdk_appflow_connector.on_conflict import OnConflict
from cdk_appflow_connector.registration_provider import RegistrationProvider

__all__ = [
    "CustomConnector",
    "ICustomConnector",
    "OnConflict",
    "RegistrationProvider",
    "installed_code",
]
