"""For the tests of your own apps: what a template holds, and what a deployment does.

`has_connector`, `has_profile`, `has_flow` and `hides_credentials` assert on the CDK's
``assertions.Template``. `deployed` deploys an app on the local cloud with the CDK CLI.

Import the names below from here: the modules in this package are private.
"""

from cdk_appflow_connector.testing.deployment import Deployed, deployed
from cdk_appflow_connector.testing.hidden_credentials import hides_credentials
from cdk_appflow_connector.testing.templates import (
    has_connector,
    has_flow,
    has_profile,
)

__all__ = [
    "Deployed",
    "deployed",
    "has_connector",
    "has_flow",
    "has_profile",
    "hides_credentials",
]
