"""AWS::AppFlow::Connector.

Known (the types' schemas in the CloudFormation registry): properties, identifier, and the
operations that each create, update and delete calls.
Inferred (the schema requires no label although it identifies the resource): a connector without
`ConnectorLabel` gets a generated one.
Inferred (the schema has no such property): nothing is deleted by force: a connector in use stays,
and its stack is `DELETE_FAILED`.
Inferred: a connector is read again only when a property changes, not when its function's code does.
"""

from __future__ import annotations

from .properties import api_parameters
from .stack_type import Call, Made, Properties, StackType, without

_REQUIRED = ("ConnectorProvisioningType", "ConnectorProvisioningConfig")


class ConnectorType(StackType):
    """A registration. `Ref`: the label; `Fn::GetAtt`: ConnectorArn."""

    name_property = "ConnectorLabel"
    create_only = ("ConnectorLabel",)

    def create(self, call: Call, properties: Properties, generated_name: str) -> Made:
        """Register the connector."""
        named = {"ConnectorLabel": generated_name, **properties}
        parameters = api_parameters("RegisterConnector", named, required=_REQUIRED)
        arn = call("RegisterConnector", parameters)["connectorArn"]
        return Made(parameters["connectorLabel"], {"ConnectorArn": arn})

    def update(self, call: Call, physical_id: str, before: Properties, after: Properties) -> Made:  # noqa: ARG002 - the API takes all properties
        """Read the connector's configuration again, from the function named in the template."""
        api_parameters("RegisterConnector", after, required=_REQUIRED)
        changed = without(after, "ConnectorProvisioningType") | {"ConnectorLabel": physical_id}
        parameters = api_parameters("UpdateConnectorRegistration", changed)
        arn = call("UpdateConnectorRegistration", parameters)["connectorArn"]
        return Made(physical_id, {"ConnectorArn": arn})

    def delete(self, call: Call, physical_id: str) -> None:
        """Unregister the connector."""
        call("UnregisterConnector", {"connectorLabel": physical_id})
