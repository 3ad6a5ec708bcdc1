"""Why something failed: from CloudFormation's event to AppFlow's error to the connector's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.account.executions import ERROR, Execution
from appflow_local.appflow.account.refusals import Refusal
from appflow_local.page.onlooker import StackFailure
from appflow_local.page.tracebacks import failure_of
from appflow_local.page.view import View

MOST_PROBLEMS = 50
_BEFORE_EVENT = timedelta(minutes=30)
_ALIKE = 60  # characters of AppFlow's message that a stack's reason has, too


@dataclass(frozen=True)
class FailedCall:
    """A call that failed, and why in the function's own words."""

    call: Call
    said: str | None


@dataclass(frozen=True)
class Chain:
    """A failure, from where it was seen to where it came from; what isn't known is left out."""

    title: str
    stack: StackFailure | None = None
    refusal: Refusal | None = None
    run: Execution | None = None
    calls: Sequence[FailedCall] = ()


@dataclass(frozen=True)
class Problem:
    """One line about a failure; `screen` and `parameters` are the address of its explanation."""

    at: datetime
    what: str
    message: str
    screen: str
    parameters: dict[str, object]


def problems(view: View) -> list[Problem]:
    """Return what went wrong, newest first: stacks, runs, requests that no stack tells of."""
    failures, refusals = view.stack_failures(), view.journal.refusals.newest(view.place)
    told = {found.number for each in failures if (found := _refusal_of(each, refusals))}
    every = [
        *map(_of_stack, failures),
        *(_of_refusal(each) for each in refusals if each.number not in told),
        *map(_of_run, _failed_runs(view)),
    ]
    return sorted(every, key=lambda each: each.at, reverse=True)[:MOST_PROBLEMS]


def chain_of_stack(view: View, event: str) -> Chain | None:
    """Explain a resource of a stack that failed; None if there is no such event."""
    stack = next((each for each in view.stack_failures() if each.id == event), None)
    if stack is None:
        return None
    refusal = _refusal_of(stack, view.journal.refusals.newest(view.place))
    calls = _calls(view, refusal.calls) if refusal else ()
    return Chain(f"{stack.resource} of {stack.stack}", stack, refusal, calls=calls)


def chain_of_refusal(view: View, number: int) -> Chain | None:
    """Explain a refused request; None if it isn't kept."""
    every = view.journal.refusals.newest(view.place)
    refusal = next((each for each in every if each.number == number), None)
    if refusal is None:
        return None
    stack = next((s for s in view.stack_failures() if _refusal_of(s, every) == refusal), None)
    title = f"{refusal.operation} {refusal.subject or ''}".strip()
    return Chain(title, stack, refusal, calls=_calls(view, refusal.calls))


def chain_of_run(view: View, run: Execution) -> Chain | None:
    """Explain a run that failed; None if it didn't."""
    if run.status != ERROR:
        return None
    failed = view.journal.lines(view.place, 1, run=run.id, only_failures=True)
    calls = _calls(view, [each.number for each in failed])
    return Chain(f"A run of {run.flow}", run=run, calls=calls)


def _calls(view: View, numbers: Sequence[int]) -> Sequence[FailedCall]:
    found = [call for each in numbers if (call := view.journal.find(view.place, each))]
    failed = [call for call in found if call.has_failed] or found[-1:]
    return [FailedCall(call, failure_of(call)) for call in failed]


def _refusal_of(stack: StackFailure, refusals: Sequence[Refusal]) -> Refusal | None:
    """Return the refused request that a stack tells of: it has the error's words."""
    for each in refusals:
        is_before = timedelta(0) <= stack.at - each.at + timedelta(seconds=5) <= _BEFORE_EVENT
        if is_before and each.message[:_ALIKE] in stack.reason:
            return each
    return None


def _failed_runs(view: View) -> Iterator[Execution]:
    every = view.journal.runs.newest(view.place, MOST_PROBLEMS)
    return (run for run in every if run.status == ERROR)


def _of_stack(each: StackFailure) -> Problem:
    what = f"{each.stack}: {each.resource} ({each.resource_type})"
    return Problem(each.at, what, each.reason, "failure", {"event": each.id})


def _of_refusal(each: Refusal) -> Problem:
    what = f"{each.operation} {each.subject or ''}".strip()
    return Problem(
        each.at, what, f"{each.code}: {each.message}", "failure", {"refusal": each.number}
    )


def _of_run(run: Execution) -> Problem:
    what = f"Run {run.number} of {run.flow}"
    return Problem(run.last_updated_at, what, run.message or "", "run", {"id": run.id})
