"""A stack whose template is checked by the schema of the custom resource, too."""

from aws_cdk import App, CloudFormationValidatePlugin, Stack, Validations
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.schema import validation_rules

app = App()
stack = Stack(app, "Crm")
function = lambda_.Function.from_function_arn(
    stack, "Function", "arn:aws:lambda:eu-west-1:123456789012:function:crm"
)
CustomConnector(stack, "Connector", function=function)
# region validator
Validations.of(app).add_plugins(CloudFormationValidatePlugin(rego_rules=[validation_rules()]))
# endregion
app.synth()
