"""A flow's definition, parsed once from CreateFlow or UpdateFlow; knows no account or connector."""

from appflow_local.appflow.flow_definition.definition import FlowDefinition
from appflow_local.appflow.flow_definition.reading import DefinitionError, read_definition

__all__ = ["DefinitionError", "FlowDefinition", "read_definition"]
