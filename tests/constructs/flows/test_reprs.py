"""What is made of flows is shown in a debugger with its path and what tells it apart."""

from __future__ import annotations

from aws_cdk import CfnParameter
from cdklabs import cdk_appflow as library

from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    RunAfterDeployment,
    StartFlowAndWait,
    monitor,
)
from tests.constructs.flows.shop_flows import Shop


def test_a_scheduled_flow_is_shown_with_its_name() -> None:
    shop = Shop()
    unknown = CfnParameter(shop.stack, "Name").value_as_string
    assert repr(shop.scheduled(name="orders")) == "<ScheduledFlow 'Stack/Hourly' name='orders'>"
    assert repr(shop.scheduled("Other", name=unknown)) == "<ScheduledFlow 'Stack/Other'>"


def test_what_watches_or_runs_a_flow_is_shown_with_it() -> None:
    shop = Shop()
    flow, stack = shop.export(), shop.stack
    part = StartFlowAndWait(stack, "Load", flow=flow)
    assert repr(part) == "<StartFlowAndWait 'Stack/Load' flow='Stack/Export'>"
    once = RunAfterDeployment(stack, "Once", flow=flow)
    assert repr(once) == "<RunAfterDeployment 'Stack/Once' flow='Stack/Export' revision='1'>"
    watched = monitor(flow, shop.connector, construct_id="All")
    path, label = "Stack/Export/All", shop.connector.label
    assert repr(watched) == f"<FlowMonitor {path!r} flow='Stack/Export' connector={label!r}>"
    assert repr(monitor(flow)) == "<FlowMonitor 'Stack/Export/Monitor' flow='Stack/Export'>"


def test_a_flows_ends_are_shown_with_their_entity_and_profile() -> None:
    shop = Shop()
    source = CustomConnectorSource(shop.profile, "orders")
    assert repr(source) == "<CustomConnectorSource 'orders' profile='Stack/Shop'>"
    insert = library.WriteOperation.insert()
    made = CustomConnectorDestination(shop.profile, "orders", operation=insert)
    facts = "profile='Stack/Shop' operation='INSERT'"
    assert repr(made) == f"<CustomConnectorDestination 'orders' {facts}>"
