"""An app with many connectors, each function having ten of them; the environment says how many."""

import os

from aws_cdk import App, DefaultStackSynthesizer, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector

CONNECTORS_OF_A_FUNCTION = 10

app = App()
# The cloud has a bucket for the assets, and nothing else that a bootstrap makes.
synthesizer = DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
stack = Stack(app, "Scale", synthesizer=synthesizer)
functions: list[lambda_.Function] = []
for number in range(int(os.environ["CONNECTORS"])):
    if number % CONNECTORS_OF_A_FUNCTION == 0:
        function = lambda_.Function(
            stack,
            f"Function{len(functions)}",
            code=lambda_.Code.from_asset(os.environ["CONNECTOR_FOLDER"]),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
        )
        functions.append(function)
    CustomConnector(
        stack, f"Connector{number}", function=functions[-1], revision=os.environ["REVISION"]
    )
app.synth()
