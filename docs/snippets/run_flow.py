"""A state machine that starts a flow, waits for its run, and returns what came of it."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from cdklabs.cdk_appflow import IFlow
from constructs import Construct


# region machine
def run_flow(scope: Construct, construct_id: str, flow: IFlow) -> sfn.StateMachine:
    """Start the flow, look until its run has ended, and return the run's record."""
    start = tasks.CallAwsService.jsonata(
        scope,
        "Start",
        service="appflow",
        action="startFlow",
        parameters={"FlowName": flow.name},
        iam_resources=[flow.arn],
        assign={"run": "{% $states.result.ExecutionId %}"},
    )
    look = tasks.CallAwsService.jsonata(
        scope,
        "Look",
        service="appflow",
        action="describeFlowExecutionRecords",
        parameters={"FlowName": flow.name},
        iam_resources=[flow.arn],
        outputs="{% $states.result.FlowExecutions[ExecutionId = $run] %}",
    )
    wait = sfn.Wait.jsonata(scope, "Wait", time=sfn.WaitTime.duration(Duration.seconds(5)))
    runs = sfn.Condition.jsonata("{% $states.input.ExecutionStatus = 'InProgress' %}")
    went_well = sfn.Condition.jsonata("{% $states.input.ExecutionStatus = 'Successful' %}")
    ended = (
        sfn.Choice.jsonata(scope, "Ended?")
        .when(runs, wait.next(look))
        .when(went_well, sfn.Succeed.jsonata(scope, "Done"))
        .otherwise(sfn.Fail.jsonata(scope, "Failed", error="FlowRunFailed"))
    )
    definition = sfn.DefinitionBody.from_chainable(start.next(look).next(ended))
    return sfn.StateMachine(scope, construct_id, definition_body=definition)


# endregion
