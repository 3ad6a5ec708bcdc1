"""AWS::AppFlow::ConnectorProfile.

Inferred (the schema): other credentials or properties of a profile are an update in place, and the
connector validates them again; a profile in use is not deleted by force.
"""

from __future__ import annotations

from contextlib import suppress

from appflow_local.appflow.protocol.errors import AppFlowError, not_emulated

from .properties import api_parameters
from .stack_type import Call, Made, Properties, StackType, without

_REQUIRED = ("ConnectorProfileName", "ConnectionMode", "ConnectorType")
_NOT_UPDATED = ("ConnectorType", "ConnectorLabel", "KMSArn")


class ConnectorProfileType(StackType):
    """A profile. `Ref`: its name; `Fn::GetAtt`: ConnectorProfileArn and CredentialsArn."""

    name_property = "ConnectorProfileName"
    create_only = ("ConnectorProfileName", "ConnectorType", "ConnectorLabel")

    def create(self, call: Call, properties: Properties, generated_name: str) -> Made:  # noqa: ARG002 - the schema requires a name
        """Create the profile and read its ARNs."""
        parameters = api_parameters("CreateConnectorProfile", properties, required=_REQUIRED)
        call("CreateConnectorProfile", parameters)
        name = parameters["connectorProfileName"]
        try:
            return _read(call, name)
        except AppFlowError:
            with suppress(AppFlowError):
                self.delete(call, name)
            raise

    def update(self, call: Call, physical_id: str, before: Properties, after: Properties) -> Made:
        """Update the profile's properties and credentials; the connector validates them."""
        api_parameters("CreateConnectorProfile", after, required=_REQUIRED)
        if before.get("KMSArn") != after.get("KMSArn"):
            raise not_emulated("Changing the key (KMSArn) of a connector profile is not emulated.")
        parameters = api_parameters("UpdateConnectorProfile", without(after, *_NOT_UPDATED))
        call("UpdateConnectorProfile", parameters)
        return _read(call, physical_id)

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the profile."""
        call("DeleteConnectorProfile", {"connectorProfileName": physical_id})


def _read(call: Call, name: str) -> Made:
    (profile,) = call("DescribeConnectorProfiles", {"connectorProfileNames": [name]})[
        "connectorProfileDetails"
    ]
    attributes = {
        "ConnectorProfileArn": profile["connectorProfileArn"],
        "CredentialsArn": profile["credentialsArn"],
    }
    return Made(name, attributes)
