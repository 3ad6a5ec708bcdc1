"""A part of a state machine that runs a flow and waits until the run has ended."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from cdk_appflow_connector.argument_types import check_given_type, check_type
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.flows.on_demand import check_on_demand, check_startable_from
from cdk_appflow_connector.flows.state_names import LONGEST_NAME, StateNames

_DEFAULT_INTERVAL = Duration.seconds(10)
# The same for each attempt of one state, so that a repeated StartFlow starts one run. A digest,
# because an execution's name may have letters that AppFlow's clientToken doesn't admit.
_TOKEN = "{% $hash($states.context.Execution.Name & '-' & $states.context.State.EnteredTime, 'SHA-256') %}"  # noqa: E501, S105 - JSONata
_RUNNING = "{% $not($exists($states.input.run)) or $states.input.run.ExecutionStatus in ['InProgress', 'CancelStarted'] %}"  # noqa: E501
_SUCCESSFUL = "{% $states.input.run.ExecutionStatus = 'Successful' %}"
_WAIT, _FAILED, _ENDED, _HAS_ENDED = "wait", "failed", "ended", "has it ended?"
_THROTTLED = ["Appflow.ThrottlingException", "Appflow.InternalServerException"]


class StartFlowAndWait(ShownConstruct, sfn.StateMachineFragment):
    """Starts an on-demand flow, waits for the end of that run, and fails with its message.

    The state machine's role gets the rights to start this flow and to read its runs. What comes
    next has the run's execution record as its input, with ``ExecutionId``, ``ExecutionResult`` and
    so on (API reference, ExecutionRecord). A run that fails or is canceled fails the state machine
    with the error ``FlowRunFailed`` and AppFlow's message as the cause; to catch it, put the states
    into a Parallel (``to_single_state``). Give the state machine a timeout.

    Example:
        ```python
        StartFlowAndWait(stack, "Load", flow=flow)
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent. The names of the states begin with the path in the
            stack; of a path that is too long for Step Functions, with its end and a digest.
        flow: an on-demand flow.
        poll_interval: how long to wait between two looks at the run: whole seconds. Each look is a
            state transition. Default: 10 seconds.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the flow is scheduled, so that starting it would only activate it, or in another
            account or Region; the interval is not of whole seconds.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        flow: cdk_appflow.IFlow,
        poll_interval: Duration = _DEFAULT_INTERVAL,
    ) -> None:
        check_on_demand(flow)
        check_startable_from(scope, flow, "a state machine")
        _check_interval(poll_interval)
        super().__init__(scope, construct_id)
        self._flow = flow
        self._names = StateNames(self, _WAIT, _FAILED, _ENDED, _HAS_ENDED)
        self._prefixes = 0
        # A name of its own: in branches of a Parallel, a variable can't hide one outside.
        self._variable = f"run{self.node.addr[-8:]}"
        self._start = self._call(
            "Start",
            "startFlow",
            flow,
            {"FlowName": flow.name, "ClientToken": _TOKEN},
            assign={self._variable: "{% $states.result.ExecutionId %}"},
        )
        this_run = f"$states.result.FlowExecutions[ExecutionId = ${self._variable}]"
        look = self._call(
            "Look",
            "describeFlowExecutionRecords",
            flow,
            {"FlowName": flow.name},
            outputs=f'{{% {{"run": {this_run}}} %}}',
        )
        wait = sfn.Wait.jsonata(
            self,
            "Wait",
            state_name=self._names.name(_WAIT),
            time=sfn.WaitTime.duration(poll_interval),
        )
        failed = sfn.Fail.jsonata(
            self,
            "Failed",
            state_name=self._names.name(_FAILED),
            error="FlowRunFailed",
            cause=self._cause,
        )
        self._end = sfn.Pass.jsonata(
            self, "Ended", state_name=self._names.name(_ENDED), outputs="{% $states.input.run %}"
        )
        ended = sfn.Choice.jsonata(self, "HasEnded", state_name=self._names.name(_HAS_ENDED))
        ended.when(sfn.Condition.jsonata(_RUNNING), wait)
        ended.when(sfn.Condition.jsonata(_SUCCESSFUL), self._end)
        ended.otherwise(failed)
        wait.next(look)
        self._start.next(look).next(ended)

    @property
    def start_state(self) -> sfn.State:
        """The state that starts the flow."""
        return self._start

    @property
    def end_states(self) -> list[sfn.INextable]:
        """The state after a run that went well."""
        return [self._end]

    @property
    def _cause(self) -> str:
        run = "$states.input.run"
        message = f"{run}.ExecutionResult.ErrorInfo.ExecutionMessage"
        ended = f"'The run ' & ${self._variable} & ' ended with ' & {run}.ExecutionStatus"
        return f"{{% {ended} & ($exists({message}) ? ': ' & {message} : '') %}}"

    @names_construct
    def prefix_states(self, prefix: str | None = None) -> StartFlowAndWait:
        """Let the names of the states begin with a prefix more, as ``to_single_state`` does.

        Args:
            prefix: the prefix. Default: the id and a colon.

        Raises:
            TypeError: it is no text.
            ValueError: a name would be too long for Step Functions.
        """
        advice = "give a text, such as 'Nightly: '"
        check_type("prefix", prefix, str, advice)
        text = prefix or f"{self.node.id}: "
        longest = len(text) + self._prefixes + self._names.longest
        if longest > LONGEST_NAME:
            raise ValueError(
                f"prefix {text!r} would make a state's name of {longest} characters; Step "
                f"Functions admits {LONGEST_NAME}: give a shorter one (to_single_state: "
                "prefix_states=), or this construct a shorter id"
            )
        self._prefixes += len(text)
        super().prefix_states(prefix)
        return self

    def _shown(self) -> dict[str, object]:
        return {"flow": self._flow.node.path}

    def _call(
        self,
        construct_id: str,
        action: str,
        flow: cdk_appflow.IFlow,
        parameters: dict[str, str],
        *,
        assign: dict[str, str] | None = None,
        outputs: str | None = None,
    ) -> tasks.CallAwsService:
        call = tasks.CallAwsService.jsonata(
            self,
            construct_id,
            state_name=self._names.name(construct_id.lower()),
            service="appflow",
            action=action,
            parameters=parameters,
            iam_action=f"appflow:{action[0].upper()}{action[1:]}",
            iam_resources=[flow.arn],
            assign=assign,
            outputs=outputs,
        )
        call.add_retry(errors=_THROTTLED, max_attempts=6, backoff_rate=2)
        return call


def _check_interval(interval: Duration) -> None:
    advice = "give a Duration of whole seconds, such as Duration.seconds(10)"
    check_given_type("poll_interval", interval, Duration, advice)
    if not interval.is_unresolved():
        seconds = interval.to_seconds(integral=False)
        if seconds < 1 or seconds != int(seconds):
            raise ValueError(f"poll_interval {seconds} s can't be waited for: {advice}")
