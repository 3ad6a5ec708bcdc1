"""What `monitor` makes for a flow and its connector, and whom it tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import Duration, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, monitor
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised
from tests.constructs.flows.shop_flows import Shop

ALARM = "AWS::CloudWatch::Alarm"
TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:on-call"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    """The properties of the alarms by their metrics."""
    found = Synthesised(stack).of_type(ALARM).values()
    return {each["Properties"]["MetricName"]: each["Properties"] for each in found}


def test_failed_runs_throttles_and_slow_calls_set_alarms_off(shop: Shop) -> None:
    flow = shop.export()
    monitor(flow, shop.connector)
    made = alarms(shop.stack)
    assert set(made) == {"FlowExecutionsFailed", "Throttles", "Duration"}
    (dimension,) = made["FlowExecutionsFailed"]["Dimensions"]
    assert dimension["Value"] == shop.flow["FlowName"]
    for alarm in made.values():
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    statistics = {name: (each["Statistic"], each["Threshold"]) for name, each in made.items()}
    assert statistics == {
        "FlowExecutionsFailed": ("Sum", 1),
        "Throttles": ("Sum", 1),
        "Duration": ("Maximum", 2400),  # the function's time-out is Lambda's three seconds
    }


@pytest.mark.parametrize(("seconds", "threshold"), [(10, 8_000), (30, 24_000), (900, 24_000)])
def test_a_call_is_slow_near_the_end_of_the_time_it_has(seconds: int, threshold: int) -> None:
    stack = Stack(unbundled_app(), "Stack")
    shop = Shop(stack, connector_function(stack, timeout=Duration.seconds(seconds)))
    monitor(shop.export(), shop.connector)
    assert alarms(stack)["Duration"]["Threshold"] == threshold


@pytest.mark.parametrize(("seconds", "threshold"), [(None, 2_400), (10, 8_000), (60, 24_000)])
def test_an_alias_is_watched_itself_and_has_its_functions_time(
    seconds: int | None, threshold: int
) -> None:
    stack = Stack(unbundled_app(), "Stack")
    timeout = None if seconds is None else Duration.seconds(seconds)
    alias = connector_function(stack, timeout=timeout).add_alias("live")
    shop = Shop(stack, alias)
    monitor(shop.export(), shop.connector)
    made = alarms(stack)["Duration"]
    assert {each["Name"] for each in made["Dimensions"]} == {"FunctionName", "Resource"}
    assert made["Threshold"] == threshold


def test_a_version_has_its_functions_time() -> None:
    stack = Stack(unbundled_app(), "Stack")
    function = connector_function(stack, timeout=Duration.seconds(10))
    shop = Shop(stack, function.current_version)
    monitor(shop.export(), shop.connector)
    assert alarms(stack)["Duration"]["Threshold"] == 8_000


def test_a_flow_alone_can_be_watched(shop: Shop) -> None:
    watched = monitor(shop.export())
    assert set(alarms(shop.stack)) == {"FlowExecutionsFailed"}
    assert watched.throttles_alarm is None
    assert watched.slow_connector_alarm is None
    assert watched.alarms == [watched.failed_runs_alarm]


def test_the_topic_is_told_of_every_alarm_and_of_a_suspended_schedule(shop: Shop) -> None:
    topic = sns.Topic(shop.stack, "OnCall")
    monitor(shop.export(), shop.connector, alarm_topic=topic)
    template = Synthesised(shop.stack)
    reference = {"Ref": template.id_of("AWS::SNS::Topic")}
    for alarm in alarms(shop.stack).values():
        assert alarm["AlarmActions"] == [reference]
    rule = template.the("AWS::Events::Rule")["Properties"]
    assert rule["EventPattern"]["detail-type"] == ["AppFlow Scheduled Flow Deactivated"]
    (target,) = rule["Targets"]
    assert target["Arn"] == reference
    assert "deactivation-reason" in json.dumps(target["InputTransformer"])


def test_the_topics_policy_admits_cloudwatch_and_eventbridge(shop: Shop) -> None:
    # The one that EventBridge's target brings replaces SNS's own, which admits alarms.
    monitor(shop.export(), shop.connector, alarm_topic=sns.Topic(shop.stack, "OnCall"))
    policy = Synthesised(shop.stack).the("AWS::SNS::TopicPolicy")["Properties"]["PolicyDocument"]
    admitted = {each["Principal"]["Service"]: each for each in policy["Statement"]}
    assert set(admitted) == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    condition = admitted["cloudwatch.amazonaws.com"]["Condition"]
    assert condition == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_topics_key_admits_cloudwatch_and_eventbridge(shop: Shop) -> None:
    key = kms.Key(shop.stack, "Key")
    topic = sns.Topic(shop.stack, "OnCall", master_key=key)
    if not hasattr(topic, "master_key"):
        pytest.skip("this release of the CDK doesn't tell a topic's key")
    monitor(shop.export(), shop.connector, alarm_topic=topic)
    policy = Synthesised(shop.stack).the("AWS::KMS::Key")["Properties"]["KeyPolicy"]
    services = {str(each["Principal"].get("Service")) for each in policy["Statement"]}
    assert {"cloudwatch.amazonaws.com", "events.amazonaws.com"} <= services


def test_a_warning_tells_that_an_imported_topic_may_keep_alarms_out(shop: Shop) -> None:
    topic = sns.Topic.from_topic_arn(shop.stack, "OnCall", TOPIC_ARN)
    monitor(shop.export(), alarm_topic=topic)
    found = Annotations.from_stack(shop.stack).find_warning(
        "/Stack/Export/Monitor", Match.string_like_regexp("'Stack/OnCall' is not managed here")
    )
    assert len(found) == 1


def test_two_flows_share_the_alarms_of_their_connector_and_tell_both_topics(shop: Shop) -> None:
    first, second = sns.Topic(shop.stack, "First"), sns.Topic(shop.stack, "Second")
    monitor(shop.export(), shop.connector, alarm_topic=first)
    other = shop.export(construct_id="Other")
    monitor(other, shop.connector, alarm_topic=second)
    monitor(other, shop.connector, alarm_topic=second, construct_id="Again")
    found = Synthesised(shop.stack).of_type(ALARM).values()
    metrics = sorted(each["Properties"]["MetricName"] for each in found)
    assert metrics == ["Duration", *["FlowExecutionsFailed"] * 3, "Throttles"]
    assert len(alarms(shop.stack)["Throttles"]["AlarmActions"]) == 2


def test_alarms_are_in_the_flows_stack_and_export_no_label() -> None:
    app = unbundled_app()
    first, second = Stack(app, "First"), Stack(app, "Second")
    connector = CustomConnector(first, "Crm", function=connector_function(first), label="Crm")
    shop = Shop(second, connector=connector)
    flow = shop.export(source=CustomConnectorSource(shop.profile, "order", api_version="v1"))
    monitor(flow, connector, alarm_topic=sns.Topic(second, "OnCall"))
    assert not Synthesised(first).of_type(ALARM)
    assert "connector Crm" in alarms(second)["Throttles"]["AlarmDescription"]


def test_graphs_go_to_the_dashboard_that_is_given(shop: Shop) -> None:
    dashboard = cloudwatch.Dashboard(shop.stack, "Mine")
    watched = monitor(shop.export(), shop.connector, dashboard=dashboard)
    assert watched.dashboard is dashboard
    body = json.dumps(Synthesised(shop.stack).the("AWS::CloudWatch::Dashboard", "Mine"))
    for metric in ("FlowExecutionsFailed", "FlowExecutionRecordsProcessed", "Throttles"):
        assert metric in body


def test_a_connector_without_its_function_is_refused_with_a_remedy(shop: Shop) -> None:
    theirs = CustomConnector.from_connector_label(shop.stack, "Theirs", "Theirs")
    with pytest.raises(ValueError, match="'Stack/Theirs' was imported without its function"):
        monitor(shop.export(), theirs)


@pytest.mark.parametrize(
    ("argument", "value", "advice"),
    [
        ("connector", "Crm", "CustomConnector.from_connector_label"),
        ("alarm_topic", TOPIC_ARN, "Topic.from_topic_arn"),
        ("dashboard", "Mine", "aws_cloudwatch.Dashboard"),
    ],
)
def test_an_argument_of_another_type_is_refused(
    shop: Shop, argument: str, value: object, advice: str
) -> None:
    given: dict[str, Any] = {argument: value}
    with pytest.raises(TypeError, match=rf"^{argument} .* \(at Stack/Export/Monitor\)$") as caught:
        monitor(shop.export(), **given)
    assert advice in str(caught.value)


@pytest.mark.parametrize("flow", [None, "orders"])
def test_something_that_is_no_flow_is_refused(flow: str | None) -> None:
    given: Any = flow
    with pytest.raises(TypeError, match="OnDemandFlow, or a ScheduledFlow"):
        monitor(given)


def test_the_function_of_a_connector_may_be_imported(shop: Shop) -> None:
    function = lambda_.Function.from_function_name(shop.stack, "Known", "crm")
    connector = CustomConnector(shop.stack, "Crm", function=function, revision="1")
    monitor(shop.export(), connector)
    made = alarms(shop.stack)
    assert ":function:crm" in json.dumps(made["Throttles"]["Dimensions"])
    assert made["Duration"]["Threshold"] == 24_000  # its time-out isn't known


def test_a_topic_of_another_region_is_refused() -> None:
    app = unbundled_app()
    shop = Shop(Stack(app, "Here", env=Environment(region="eu-west-1")))
    there = Stack(app, "There", env=Environment(region="us-east-1"))
    problem = "alarm_topic 'There/OnCall' is in the Region us-east-1, and no alarm in eu-west-1"
    with pytest.raises(ValueError, match=problem):
        monitor(shop.export(), alarm_topic=sns.Topic(there, "OnCall"))
