"""What starts a flow: a state machine, EventBridge Scheduler or a deployment; what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from aws_cdk import Duration, Environment, Stack, Stage
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_events import Schedule
from cdklabs import cdk_appflow as library
from constructs import Construct

from cdk_appflow_connector.flows import (
    CustomConnectorSource,
    RunAfterDeployment,
    ScheduledFlow,
    StartFlowAndWait,
    map_all,
    start_flow_target,
)
from harness.synth.apps import unbundled_app
from harness.synth.creation_order import awaited_by
from harness.synth.templates import flat
from tests.constructs.flows.shop_flows import FLOW, Shop

RUN = "Custom::AppFlowRun"
NOON = scheduler.ScheduleExpression.at(datetime(2027, 1, 1, 12, tzinfo=timezone.utc))
Flow = library.IFlow


@pytest.fixture
def shop() -> Shop:
    return Shop()


def wait(shop: Shop, flow: Flow, **given: Any) -> object:  # noqa: ANN401 - of StartFlowAndWait
    return StartFlowAndWait(shop.stack, "Made", flow=flow, **given)


def after(shop: Shop, flow: Flow, **given: Any) -> object:  # noqa: ANN401 - of RunAfterDeployment
    return RunAfterDeployment(shop.stack, "Made", flow=flow, **given)


def target(_shop: Shop, flow: Flow, **given: Any) -> object:  # noqa: ANN401 - of start_flow_target
    return start_flow_target(flow, **given)


EACH = pytest.mark.parametrize("make", [wait, after, target])
HERE, THERE = Environment(region="eu-west-1"), Environment(region="us-east-1")


def schedule(scope: Construct, flow: Flow) -> object:
    return scheduler.Schedule(scope, "Made", schedule=NOON, target=start_flow_target(flow))


def definition(shop: Shop, *parts: sfn.IChainable) -> dict[str, Any]:
    """The states of a machine of these parts."""
    chain = sfn.Chain.start(parts[0])
    for part in parts[1:]:
        chain = chain.next(part)
    sfn.StateMachine(
        shop.stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(chain)
    )
    machine = shop.template.the("AWS::StepFunctions::StateMachine")["Properties"]
    states: dict[str, Any] = json.loads(flat(machine["DefinitionString"]))["States"]
    return states


def test_a_state_machine_may_start_the_flow_and_read_its_runs_only(shop: Shop) -> None:
    definition(shop, StartFlowAndWait(shop.stack, "Load", flow=shop.export()))
    flow = f"${{{shop.template.id_of(FLOW)}.FlowArn}}"
    granted = {
        each["Action"]: flat(each["Resource"]) for each in shop.template.statements("Machine")
    }
    assert granted == {"appflow:StartFlow": flow, "appflow:DescribeFlowExecutionRecords": flow}


def test_it_looks_again_after_the_interval_until_the_run_has_ended(shop: Shop) -> None:
    part = StartFlowAndWait(
        shop.stack, "Load", flow=shop.export(), poll_interval=Duration.minutes(1)
    )
    states = definition(shop, part)
    assert states["Load: wait"]["Seconds"] == 60
    assert states["Load: wait"]["Next"] == "Load: look"
    again, done = states["Load: has it ended?"]["Choices"]
    assert (again["Next"], done["Next"]) == ("Load: wait", "Load: ended")
    assert states["Load: has it ended?"]["Default"] == "Load: failed"


def test_a_repeated_start_has_the_same_client_token(shop: Shop) -> None:
    states = definition(shop, StartFlowAndWait(shop.stack, "Load", flow=shop.export()))
    assert "$states.context.State.EnteredTime" in states["Load: start"]["Arguments"]["ClientToken"]


def test_two_flows_run_one_after_the_other_in_states_of_their_own(shop: Shop) -> None:
    flows = shop.export(), shop.export(construct_id="Other")
    first, second = (
        StartFlowAndWait(shop.stack, name, flow=flow)
        for name, flow in zip(("First", "Second"), flows, strict=True)
    )
    states = definition(shop, first, second)
    assert states["First: ended"]["Next"] == "Second: start"
    variables = {*states["First: start"]["Assign"], *states["Second: start"]["Assign"]}
    assert len(variables) == 2


def test_two_flows_run_side_by_side(shop: Shop) -> None:
    both = sfn.Parallel(shop.stack, "Both")
    for name in ("First", "Second"):
        flow = shop.export(construct_id=f"{name}Flow")
        both.branch(StartFlowAndWait(shop.stack, name, flow=flow))
    assert len(definition(shop, both)["Both"]["Branches"]) == 2


def test_parts_of_one_id_have_states_of_their_own_in_one_machine(shop: Shop) -> None:
    flow = shop.export()
    first, second = (
        StartFlowAndWait(Construct(shop.stack, name), "Load", flow=flow) for name in ("One", "Two")
    )
    states = definition(shop, first, second)
    assert {"One/Load: start", "Two/Load: start"} <= states.keys()


def test_a_part_in_a_stage_is_named_by_its_path_in_the_stack() -> None:
    shop = Shop(Stack(Stage(unbundled_app(), "Production"), "Stack"))
    states = definition(shop, StartFlowAndWait(shop.stack, "Load", flow=shop.export()))
    assert "Load: start" in states


@pytest.mark.parametrize("length", [65, 66, 200])
def test_states_of_a_long_id_have_names_that_step_functions_admits(shop: Shop, length: int) -> None:
    flow, ids = shop.export(), ["L" * length, f"M{'L' * (length - 1)}"]
    states = definition(shop, *(StartFlowAndWait(shop.stack, each, flow=flow) for each in ids))
    assert len(states) == 12
    assert max(map(len, states)) == 80
    assert (f"{ids[0]}: start" in states) is (length == 65)


def test_a_part_becomes_a_single_state(shop: Shop) -> None:
    part = StartFlowAndWait(shop.stack, "Load", flow=shop.export())
    states = definition(shop, part.to_single_state(prefix_states="Nightly: "))
    (branch,) = states["Load"]["Branches"]
    assert "Nightly: Load: start" in branch["States"]


def test_a_prefix_that_makes_a_name_too_long_is_refused(shop: Shop) -> None:
    part = StartFlowAndWait(shop.stack, "L" * 30, flow=shop.export())
    part.prefix_states("x" * 35)
    with pytest.raises(ValueError, match=r"^prefix 'y' .* of 81 characters; .*\(at Stack/L+\)$"):
        part.prefix_states("y")
    wrong: Any = 3
    with pytest.raises(TypeError, match=r"^prefix 3 .*\(at Stack/L+\)$"):
        part.prefix_states(wrong)
    with pytest.raises(RuntimeError, match=r"^prefix '(L+): ' .*prefix_states=.*\(at Stack/L+\)$"):
        part.to_single_state()


def test_a_schedule_may_start_the_flow_only(shop: Shop) -> None:
    queue = sqs.Queue(shop.stack, "Lost")
    made = start_flow_target(
        shop.export(), dead_letter_queue=queue, retry_attempts=2, max_event_age=Duration.hours(1)
    )
    scheduler.Schedule(shop.stack, "Noon", schedule=NOON, target=made)
    properties = shop.template.the("AWS::Scheduler::Schedule")["Properties"]["Target"]
    assert flat(properties["Arn"]).endswith(":scheduler:::aws-sdk:appflow:startFlow")
    assert json.loads(flat(properties["Input"])) == {"FlowName": shop.flow["FlowName"]}
    assert properties["RetryPolicy"] == {
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 3600,
    }
    granted = [
        each
        for each in shop.template.statements("SchedulerRole")
        if each["Action"] == "appflow:StartFlow"
    ]
    assert [flat(each["Resource"]) for each in granted] == [
        f"${{{shop.template.id_of(FLOW)}.FlowArn}}"
    ]
    policy = shop.template.id_of("AWS::IAM::Policy", "SchedulerRole")
    assert policy in awaited_by(shop.template, shop.template.id_of("AWS::Scheduler::Schedule"))


def test_a_role_of_your_own_starts_the_flow(shop: Shop) -> None:
    role = iam.Role(shop.stack, "Own", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
    made = start_flow_target(shop.export(), role=role)
    scheduler.Schedule(shop.stack, "Noon", schedule=NOON, target=made)
    assert "appflow:StartFlow" in str(shop.template.statements("Own"))


def test_a_flow_is_started_after_it_and_what_is_named_are_deployed(shop: Shop) -> None:
    queue = sqs.Queue(shop.stack, "Queue")
    RunAfterDeployment(shop.stack, "Once", flow=shop.export(), revision="7", execute_after=[queue])
    template = shop.template
    started = template.the(RUN)["Properties"]
    assert json.loads(flat(started["Create"]))["physicalResourceId"] == {"id": "7"}
    assert "Delete" not in started
    awaited = awaited_by(template, template.id_of(RUN))
    assert {template.id_of(FLOW), template.id_of("AWS::SQS::Queue")} <= awaited


def test_the_id_of_the_run_is_known_after_the_deployment(shop: Shop) -> None:
    made = RunAfterDeployment(shop.stack, "Once", flow=shop.export())
    found = shop.stack.resolve(made.execution_id)
    assert found == {"Fn::GetAtt": [shop.template.id_of(RUN), "executionId"]}


@EACH
def test_a_scheduled_flow_is_refused_because_starting_it_would_not_run_it(
    shop: Shop, make: Callable[..., object]
) -> None:
    flow = ScheduledFlow(
        shop.stack,
        "Hourly",
        source=CustomConnectorSource(shop.profile, "order"),
        destination=shop.to_bucket,
        mappings=[map_all()],
        schedule=Schedule.rate(Duration.hours(1)),
    )
    with pytest.raises(ValueError, match="flow 'Stack/Hourly' is scheduled, so StartFlow would"):
        make(shop, flow)


@EACH
def test_something_that_is_no_flow_is_refused(shop: Shop, make: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="flow 'orders' has another type"):
        make(shop, "orders")


@pytest.mark.parametrize(
    ("make", "argument", "value", "advice"),
    [
        (wait, "poll_interval", 10, "Duration.seconds"),
        (after, "revision", 2, "give a text"),
        (after, "execute_after", "Queue", "list of constructs"),
        (target, "role", "arn:aws:iam::123456789012:role/own", "aws_iam.Role"),
        (target, "dead_letter_queue", "lost", "aws_sqs.Queue"),
    ],
)
def test_an_argument_of_another_type_is_refused(
    shop: Shop, make: Callable[..., object], argument: str, value: object, advice: str
) -> None:
    flow = shop.export()
    with pytest.raises(TypeError, match=f"^{argument} ") as caught:
        make(shop, flow, **{argument: value})
    assert advice in str(caught.value)


@pytest.mark.parametrize("interval", [Duration.millis(1500), Duration.seconds(0)])
def test_an_interval_that_cannot_be_waited_for_is_refused(shop: Shop, interval: Duration) -> None:
    flow = shop.export()
    with pytest.raises(ValueError, match=r"^poll_interval .* can't be waited for.*Stack/Made"):
        wait(shop, flow, poll_interval=interval)


def test_an_empty_revision_is_refused(shop: Shop) -> None:
    flow = shop.export()
    with pytest.raises(ValueError, match=r"^revision '' is empty.* \(at Stack/Made\)$"):
        after(shop, flow, revision="")


SECONDS = Duration.seconds


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        *[("retry_attempts", value) for value in (-1, 186, 1.5, float("nan"), float("inf"))],
        *[("max_event_age", SECONDS(value)) for value in (0, 59, 86_401, 90.5)],
    ],
)
def test_a_policy_that_the_scheduler_would_refuse_is_refused(
    shop: Shop, argument: str, value: object
) -> None:
    flow = shop.export()
    with pytest.raises(
        ValueError, match=rf"^{argument} .* is out of range: .*\(at Stack/Export\)$"
    ):
        target(shop, flow, **{argument: value})


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        *[("retry_attempts", value) for value in (0, 185)],
        *[("max_event_age", value) for value in (SECONDS(60), Duration.hours(24))],
    ],
)
def test_a_policy_that_the_scheduler_takes_is_taken(
    shop: Shop, argument: str, value: object
) -> None:
    assert target(shop, shop.export(), **{argument: value})


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda scope, flow: StartFlowAndWait(scope, "Made", flow=flow), "a state machine"),
        (lambda scope, flow: RunAfterDeployment(scope, "Made", flow=flow), "a deployment"),
        (schedule, "a schedule"),
    ],
)
def test_a_flow_of_another_region_is_refused(
    make: Callable[[Construct, Flow], object], what: str
) -> None:
    app = unbundled_app()
    flow = Shop(Stack(app, "Here", env=HERE)).export()
    make(Stack(app, "Near", env=HERE), flow)
    problem = f"the flow 'Here/Export' is in another Region than 'There.*, and {what} can't start"
    with pytest.raises((ValueError, RuntimeError), match=problem):
        make(Stack(app, "There", env=THERE), flow)
