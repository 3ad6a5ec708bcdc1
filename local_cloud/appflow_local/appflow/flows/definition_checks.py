"""What a flow's definition needs of other services, and of the fields of its entities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.customer_keys import check_key
from appflow_local.appflow.flow_definition import FlowDefinition
from appflow_local.appflow.flow_definition.ends import ConnectorDestinationEnd
from appflow_local.appflow.flows.buckets import buckets_of, check_buckets
from appflow_local.appflow.flows.catalog_access import check_catalog
from appflow_local.appflow.flows.catalog_names import CatalogNames
from appflow_local.appflow.flows.rules import broken
from appflow_local.appflow.protocol.errors import not_emulated
from appflow_local.appflow.transfer.errors import TaskError, TaskNotEmulated
from appflow_local.appflow.transfer.fields import read_fields
from appflow_local.appflow.transfer.plan import compile_plan
from appflow_local.appflow.transfer.write_rules import read_write_rules


def check_services(account: Account, name: str, definition: FlowDefinition) -> None:
    """Check the buckets, the key and the data catalog that a flow uses.

    Raises:
        BucketProblem, CatalogProblem, KeyProblem: the flow can't use one of them.
    """
    check_buckets(account, name, buckets_of(definition))
    if definition.key_arn is not None:
        check_key(account, definition.key_arn)
    if (catalog := definition.catalog) is not None:
        check_catalog(account, name, catalog, CatalogNames(catalog, name).of_schema(1))


def check_tasks(
    operation: str, definition: FlowDefinition, entities: Mapping[str, Mapping[str, Any]]
) -> None:
    """Check that the tasks fit the entities' fields; `entities` are those of each scope.

    Inferred of CreateFlow (SDK README, step 5: the entity is described while a flow is made): the
    entity must exist, and so must the tasks' fields and the fields and ID fields that the operation
    writes; the words.

    Raises:
        AppFlowError: a task reads what the source hasn't, or writes what the destination doesn't
            admit.
    """
    source, destination = definition.source, definition.destination
    fields = read_fields(entities["SOURCE"]) if "SOURCE" in entities else ()
    try:
        plan = compile_plan(definition.tasks, source.kind, fields)
    except TaskNotEmulated as limit:
        raise not_emulated(limit.what) from None
    except TaskError as error:
        raise broken(operation, str(error)) from None
    if isinstance(destination, ConnectorDestinationEnd):
        rules = read_write_rules(entities["DESTINATION"], destination.operation)
        columns = [column.name for column in plan.columns or ()]
        if mistakes := list(rules.mistakes(columns, destination.id_fields)):
            raise broken(operation, ", ".join(mistakes))
