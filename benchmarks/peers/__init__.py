"""The same connectors, registered in five ways: one minimal way per module.

Each module has `connect(stack, number, function)`, which registers one function as a connector.
"""

from typing import Final

OURS: Final = "ours"
PEERS: Final = {
    "native": "`AWS::AppFlow::Connector`",
    "aws_custom_resource": "`AwsCustomResource`",
    "provider_framework": "provider framework",
    "tutorial": "crhelper as in tutorials",
    OURS: "**this library**",
}
"""What each way is called in the documents, by its module."""
MOST_IN_A_STACK: Final = 80
"""CloudFormation admits 500 resources."""
