"""Rules for runs that failed and schedules that AppFlow suspended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns

from cdk_appflow_connector.flows import on_deactivated, on_run_failed
from harness.synth.templates import Synthesised, flat
from tests.constructs.flows.shop_flows import FLOW, Shop

RULE = "AWS::Events::Rule"
BOTH = pytest.mark.parametrize("make", [on_run_failed, on_deactivated])


@pytest.fixture
def shop() -> Shop:
    return Shop()


def pattern(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = Synthesised(shop.stack).the(RULE)["Properties"]["EventPattern"]
    return found


def test_a_rule_matches_the_runs_of_its_flow_that_neither_succeeded_nor_were_canceled(
    shop: Shop,
) -> None:
    on_run_failed(shop.export(), "Failed")
    found = pattern(shop)
    assert found["source"] == ["aws.appflow"]
    assert found["detail-type"] == ["AppFlow End Flow Run Report"]
    assert flat(found["resources"]) == f"${{{shop.template.id_of(FLOW)}.FlowArn}}"
    not_failed = ["Execution Successful", "Execution Canceled"]
    assert found["detail"] == {"status": [{"anything-but": not_failed}]}


def test_a_rule_matches_the_suspension_of_its_flows_schedule(shop: Shop) -> None:
    on_deactivated(shop.export(), "Deactivated")
    found = pattern(shop)
    assert found["detail-type"] == ["AppFlow Scheduled Flow Deactivated"]
    assert flat(found["resources"]) == f"${{{shop.template.id_of(FLOW)}.FlowArn}}"


@BOTH
def test_a_rule_has_the_target_description_and_name_it_is_given(
    shop: Shop, make: Callable[..., events.Rule]
) -> None:
    target = targets.SnsTopic(sns.Topic(shop.stack, "OnCall"))
    rule = make(shop.export(), "Rule", target=target, description="Call us", rule_name="orders")
    made = Synthesised(shop.stack).the(RULE)["Properties"]
    assert (made["Description"], made["Name"]) == ("Call us", "orders")
    assert len(made["Targets"]) == 1
    assert rule.node.path == "Stack/Export/Rule"


@BOTH
def test_something_else_than_a_target_is_refused(
    shop: Shop, make: Callable[..., events.Rule]
) -> None:
    with pytest.raises(TypeError, match=r"^target .*SnsTopic.* \(at Stack/Export/Rule\)$"):
        make(shop.export(), "Rule", target=sns.Topic(shop.stack, "OnCall"))


@BOTH
def test_something_else_than_a_flow_is_refused(make: Callable[..., events.Rule]) -> None:
    with pytest.raises(TypeError, match="flow 'orders' has another type"):
        make("orders", "Rule")
