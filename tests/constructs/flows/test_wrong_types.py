"""What an argument of flows can't be is refused by its name, its value and a construct's path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from cdklabs import cdk_appflow as library

from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    FlowMonitor,
    RunAfterDeployment,
    ScheduledFlow,
    StartFlowAndWait,
    grant_read,
    grant_run,
    map_all,
    monitor,
    on_deactivated,
    on_run_failed,
    start_flow_target,
)
from harness.synth.apps import unbundled_app
from tests.constructs.flows.shop_flows import Shop
from tests.constructs.wrong_types import arguments_of, check_refusals


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.fixture(scope="module")
def by_hand(shop: Shop) -> library.OnDemandFlow:
    return shop.export()


@pytest.fixture(scope="module")
def hourly(shop: Shop) -> ScheduledFlow:
    return shop.scheduled()


@pytest.fixture(scope="module")
def topic(shop: Shop) -> sns.Topic:
    return sns.Topic(shop.stack, "Topic")


@pytest.mark.parametrize(("call", "argument"), arguments_of(ScheduledFlow))
def test_a_flows_is_refused(shop: Shop, call: Callable[..., object], argument: str) -> None:
    assert call is ScheduledFlow
    check_refusals(lambda wrong: shop.scheduled("Made", **wrong), argument, "(at Stack/Made)")


@pytest.mark.parametrize(
    ("call", "argument"),
    arguments_of(RunAfterDeployment, StartFlowAndWait, FlowMonitor),
)
def test_what_watches_or_runs_a_flow_refuses_it(
    shop: Shop, by_hand: library.OnDemandFlow, call: Callable[..., object], argument: str
) -> None:
    check_refusals(
        lambda wrong: call(shop.stack, "Made", **{"flow": by_hand, **wrong}),
        argument,
        "(at Stack/Made)",
    )


@pytest.mark.parametrize(
    ("call", "argument"),
    arguments_of(on_run_failed, on_deactivated, monitor, start_flow_target, grant_run, grant_read),
)
def test_a_function_of_a_flow_refuses_it_with_the_flows_path(
    shop: Shop, by_hand: library.OnDemandFlow, call: Callable[..., object], argument: str
) -> None:
    right: dict[str, Any] = {"flow": by_hand}
    if call in (on_run_failed, on_deactivated, monitor):
        right["construct_id"] = "Made"
    if call in (grant_run, grant_read):
        right["grantee"] = shop.connector.function
    path = "Stack/Export/Made" if "construct_id" in right else "Stack/Export"
    ending = "" if argument == "flow" else f"(at {path})"
    check_refusals(lambda wrong: call(**{**right, **wrong}), argument, ending)


@pytest.mark.parametrize(
    "method", ["on_deactivated", "on_event", "on_run_started", "on_run_completed"]
)
@pytest.mark.parametrize(
    "argument", ["target", "event_pattern", "description", "rule_name", "cross_stack_scope"]
)
def test_a_flows_rules_refuse_it(hourly: ScheduledFlow, method: str, argument: str) -> None:
    check_refusals(
        lambda wrong: getattr(hourly, method)("Made", **wrong), argument, "(at Stack/Hourly/Made)"
    )


RULES: dict[str, Callable[..., object]] = {
    "on_run_failed": on_run_failed,
    "on_deactivated": on_deactivated,
    "flow.on_deactivated": ScheduledFlow.on_deactivated,
    "flow.on_event": ScheduledFlow.on_event,
    "flow.on_run_started": ScheduledFlow.on_run_started,
    "flow.on_run_completed": ScheduledFlow.on_run_completed,
}


@pytest.mark.parametrize("rule", RULES)
def test_a_topic_or_another_kind_of_action_is_no_target(
    hourly: ScheduledFlow, by_hand: library.OnDemandFlow, topic: sns.Topic, rule: str
) -> None:
    advice = r"^target <.*SnsTopic\(topic\) \(at Stack/Hourly/Made\)$"
    for wrong in (topic, actions.SnsAction(topic), start_flow_target(by_hand), map_all()):
        with pytest.raises(TypeError, match=advice):
            RULES[rule](hourly, "Made", target=wrong)


@pytest.mark.parametrize("method", ["on_deactivated", "on_event", "on_run_started"])
def test_a_target_of_a_flows_rule_gets_the_event(method: str) -> None:
    shop = Shop()
    flow = shop.scheduled()
    target = targets.SnsTopic(sns.Topic(shop.stack, "Topic"))
    rule: events.Rule = getattr(flow, method)("Made", target=target, description="Tell us")
    properties = shop.template.the("AWS::Events::Rule")["Properties"]
    assert (rule.node.path, len(properties["Targets"])) == ("Stack/Hourly/Made", 1)
    assert properties["Description"] == "Tell us"


@pytest.mark.parametrize(
    ("call", "argument"), arguments_of(CustomConnectorSource, CustomConnectorDestination)
)
def test_one_of_its_ends_is_refused(shop: Shop, call: Callable[..., object], argument: str) -> None:
    given: dict[str, Any] = {"profile": shop.profile, "entity": "orders"}
    if call is CustomConnectorDestination:
        given["operation"] = library.WriteOperation.insert()
    ending = "" if argument == "profile" else "(with the profile Stack/Shop)"
    check_refusals(lambda wrong: call(**{**given, **wrong}), argument, ending)


def test_what_belongs_to_another_argument_is_refused(shop: Shop) -> None:
    source = CustomConnectorSource(shop.profile, "orders")
    field = library.Field(name="id", data_type="boolean")
    only = library.Filter.when(library.FilterCondition.boolean_equals(field, True))
    wrong: dict[str, object] = {
        "source": shop.to_bucket,
        "destination": source,
        "mappings": [only],
        "filters": [map_all()],
        "validations": [only],
        "transforms": [library.Mapping.map(field, name="id")],
    }
    for argument, value in wrong.items():
        with pytest.raises(TypeError, match=rf"^{argument} <.* another type .*\(at Stack/Made\)$"):
            shop.scheduled("Made", **{argument: value})


def test_a_second_construct_of_one_id_is_refused(by_hand: library.OnDemandFlow) -> None:
    taken = r"^construct_id '{0}' is taken: 'Stack/Export' has .*\(at Stack/Export/{0}\)$"
    monitor(by_hand)
    with pytest.raises(ValueError, match=taken.format("Monitor")):
        monitor(by_hand)
    on_run_failed(by_hand, "Failed")
    with pytest.raises(ValueError, match=taken.format("Failed")):
        on_run_failed(by_hand, "Failed")


def test_a_rule_of_one_id_twice_is_refused(hourly: ScheduledFlow) -> None:
    hourly.on_run_completed("Done")
    # Node.js is between the method and the rule.
    with pytest.raises(RuntimeError, match=r"^id 'Done' is taken.* \(at Stack/Hourly/Done\)$"):
        hourly.on_run_completed("Done")


def test_a_flow_is_in_no_app_by_itself(shop: Shop) -> None:
    given: Any = unbundled_app()
    with pytest.raises(ValueError, match=r"^scope <aws_cdk\.App .* is in no stack"):
        StartFlowAndWait(given, "Made", flow=shop.export(construct_id="Placeless"))
