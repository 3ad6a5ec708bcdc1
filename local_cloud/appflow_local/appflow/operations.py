"""The operations of the API that are emulated, each with the function that answers it.

Refused: the API's other operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from appflow_local.appflow.account import Account
from appflow_local.appflow.connectors.describe_connectors import (
    describe_connector,
    describe_connectors,
    list_connectors,
)
from appflow_local.appflow.connectors.registration import (
    register_connector,
    unregister_connector,
    update_connector_registration,
)
from appflow_local.appflow.execution.run_operations import (
    cancel_flow_executions,
    describe_flow_execution_records,
    start_flow,
    stop_flow,
)
from appflow_local.appflow.flows.describe_flows import describe_flow, list_flows
from appflow_local.appflow.flows.flow_operations import create_flow, delete_flow, update_flow
from appflow_local.appflow.metadata.entities import (
    describe_connector_entity,
    list_connector_entities,
)
from appflow_local.appflow.metadata.reset import reset_connector_metadata_cache
from appflow_local.appflow.profiles.describe_profiles import describe_connector_profiles
from appflow_local.appflow.profiles.profile_operations import (
    create_connector_profile,
    delete_connector_profile,
    update_connector_profile,
)
from appflow_local.appflow.tags import list_tags_for_resource, tag_resource, untag_resource

Operation: TypeAlias = Callable[[Account, Mapping[str, Any]], dict[str, Any]]

OPERATIONS: Mapping[str, Operation] = {
    "CancelFlowExecutions": cancel_flow_executions,
    "CreateConnectorProfile": create_connector_profile,
    "CreateFlow": create_flow,
    "DeleteConnectorProfile": delete_connector_profile,
    "DeleteFlow": delete_flow,
    "DescribeConnector": describe_connector,
    "DescribeConnectorEntity": describe_connector_entity,
    "DescribeConnectorProfiles": describe_connector_profiles,
    "DescribeConnectors": describe_connectors,
    "DescribeFlow": describe_flow,
    "DescribeFlowExecutionRecords": describe_flow_execution_records,
    "ListConnectorEntities": list_connector_entities,
    "ListConnectors": list_connectors,
    "ListFlows": list_flows,
    "ListTagsForResource": list_tags_for_resource,
    "RegisterConnector": register_connector,
    "ResetConnectorMetadataCache": reset_connector_metadata_cache,
    "StartFlow": start_flow,
    "StopFlow": stop_flow,
    "TagResource": tag_resource,
    "UnregisterConnector": unregister_connector,
    "UntagResource": untag_resource,
    "UpdateConnectorProfile": update_connector_profile,
    "UpdateConnectorRegistration": update_connector_registration,
    "UpdateFlow": update_flow,
}
