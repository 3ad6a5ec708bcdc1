"""A provider that reaches AWS through a proxy."""

from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector, RegistrationProvider

app = App()
stack = Stack(app, "Crm")
function = lambda_.Function.from_function_arn(
    stack, "Function", "arn:aws:lambda:eu-west-1:123456789012:function:crm"
)
# region proxy
provider = RegistrationProvider(
    stack,
    "Provider",
    environment={"HTTPS_PROXY": "http://proxy.example.com:3128", "NO_PROXY": "169.254.169.254"},
)
CustomConnector(stack, "Connector", function=function, provider=provider)
# endregion
app.synth()
