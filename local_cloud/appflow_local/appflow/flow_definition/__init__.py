"""What CreateFlow and UpdateFlow say of a flow, read once. It knows no account and no connector."""

from appflow_local.appflow.flow_definition.definition import FlowDefinition
from appflow_local.appflow.flow_definition.reading import DefinitionError, read_definition

__all__ = ["DefinitionError", "FlowDefinition", "read_definition"]
