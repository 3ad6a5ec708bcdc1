"""An app of one connector, whose code is in the folder that CONNECTOR names."""

import os

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector

STACK = LABEL = "Edits"


def main() -> None:
    """Synthesise the app."""
    app = App()
    stack = Stack(app, STACK)
    function = lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_asset(os.environ["CONNECTOR"]),
        handler="shop.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        timeout=Duration.seconds(30),
    )
    CustomConnector(stack, "Connector", function=function, label=LABEL)
    app.synth()


if __name__ == "__main__":
    main()
