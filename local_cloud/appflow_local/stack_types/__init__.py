"""AWS::AppFlow::Connector, ::ConnectorProfile and ::Flow: from a template's properties to the API.

Knows CloudFormation's words and the AppFlow model; no host. Source of all names: the types' schemas
in the CloudFormation registry.
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
"""The types, by the name that templates use."""
