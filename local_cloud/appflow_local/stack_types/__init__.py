"""Maps AWS::AppFlow::Connector, ::ConnectorProfile and ::Flow from templates to AppFlow's API.

Depends on CloudFormation's terms and the AppFlow model, not on a host.

Known (the types' schemas in the CloudFormation registry): names, required properties, `Ref`,
`Fn::GetAtt`, and what replaces a resource; unknown and missing properties; numbers and booleans as
text.
"""

from __future__ import annotations

from collections.abc import Mapping

from .connector import ConnectorType
from .connector_profile import ConnectorProfileType
from .flow import FlowType
from .properties import InvalidProperties
from .stack_type import Made, StackType

__all__ = ["STACK_TYPES", "InvalidProperties", "Made", "StackType"]

STACK_TYPES: Mapping[str, StackType] = {
    "AWS::AppFlow::Connector": ConnectorType(),
    "AWS::AppFlow::ConnectorProfile": ConnectorProfileType(),
    "AWS::AppFlow::Flow": FlowType(),
}
"""The types, by their name in templates."""
