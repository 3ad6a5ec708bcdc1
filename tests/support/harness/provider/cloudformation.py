"""A model of what CloudFormation and Lambda do to a custom resource.

Sources: CloudFormation's reference of custom resource requests and responses, and Lambda's
developer guide on asynchronous invocation. In short: one stack, one custom resource;

- a request is delivered asynchronously: when the function raises or is killed, twice more;
- the first response to a request counts; without one the request has failed;
- a failed Create is followed by a Delete with the id of the failure, or with an invented one;
- a failed Update is followed by an Update with old and new properties swapped;
- another physical id after an Update is a replacement: a Delete of the old id follows;
- when a sibling fails, all of that is undone the same way;
- a request that is still running then is cancelled: what undoes it is sent at once, and the two run
  side by side in two instances of the function.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from appflow_connector_provider import handler as provider_handler
from appflow_connector_provider import response
from harness.provider.endpoint import ResponseEndpoint
from harness.provider.faults import Fault, FaultyAppFlow
from harness.provider.handler import LOGICAL_ID, Context, Provider, VirtualTime
from harness.provider.killer import Killer, LambdaKilled, LambdaTimedOut
from harness.provider.overlap import OTHER_PROCESS, SideBySide

Properties = dict[str, Any]
Answer = dict[str, Any]

INVENTED_ID = f"shop-{LOGICAL_ID}-1A2B3C4D5E6F7"
_FUNCTION_SECONDS = 300.0
_DELIVERIES = 3
_WAITS_BETWEEN_DELIVERIES = (60.0, 120.0)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong while one request is delivered.

    Args:
        faults: what happens between the provider and AppFlow.
        refusals: statuses that the response endpoint answers first.
        kills: for each delivery, where the function is killed: before or after a call, or before
            the answer is sent; and before which call or after which.
        duplicates: how often the request is delivered once more after it was answered.
    """

    faults: tuple[Fault, ...] = ()
    refusals: tuple[int, ...] = ()
    kills: tuple[tuple[str, int], ...] = ()
    duplicates: int = 0


NO_TROUBLE = Trouble()


@dataclass
class Account:
    """What is counted over all sequences."""

    events: int = 0
    deliveries: int = 0
    unanswered: int = 0
    injected: Counter[str] = field(default_factory=Counter)


class CloudFormation:
    """One stack with one `Custom::AppFlowConnector` in it."""

    def __init__(
        self,
        provider: Provider,
        appflow: FaultyAppFlow,
        killer: Killer,
        account: Account,
        after_event: Callable[[], None],
    ) -> None:
        self.endpoint: ResponseEndpoint = provider.endpoint
        self.time: VirtualTime = provider.time
        self.provider = provider
        self.appflow = appflow
        self.killer = killer
        self.account = account
        self.after_event = after_event
        self.physical_id: str | None = None
        self.properties: Properties | None = None
        self.history: list[dict[str, Any]] = []
        self.successes: list[dict[str, Any]] = []

    @property
    def exists(self) -> bool:
        return self.physical_id is not None

    def create(
        self,
        wanted: Properties,
        trouble: Trouble,
        aftermath: Trouble = NO_TROUBLE,
        *,
        sibling: str = "",
    ) -> bool:
        """Create the stack; `sibling` is `fails` or `cancels` for another resource's doing.

        `aftermath` is what goes wrong while the failure is rolled back.
        """
        provider_handler._ended.clear()  # another stack has another id
        answer = self._request("Create", trouble, ResourceProperties=wanted)
        known = answer is not None and sibling != "cancels"
        self.physical_id = answer["PhysicalResourceId"] if answer and known else INVENTED_ID
        self.properties = wanted
        if answer and answer["Status"] == "SUCCESS" and not sibling:
            return True
        assert self.delete(aftermath), "ROLLBACK_FAILED"
        return False

    def update(
        self,
        wanted: Properties,
        trouble: Trouble,
        aftermath: Trouble = NO_TROUBLE,
        *,
        sibling_fails: bool = False,
    ) -> bool:
        assert self.physical_id
        assert self.properties
        before_id, before = self.physical_id, self.properties
        answer = self._update(before_id, before, wanted, trouble)
        succeeded = answer is not None and answer["Status"] == "SUCCESS"
        if answer and succeeded:
            self.physical_id = answer["PhysicalResourceId"]
        if succeeded and not sibling_fails:
            self.properties = wanted
            self._clean_up(before_id, before, aftermath)
            return True
        self._roll_back(before, wanted, aftermath)
        return False

    def update_and_delete_without_rollback(self, wanted: Properties, *, sends_old: bool) -> None:
        """Update the stack, and delete it after a sibling failed with rollback disabled.

        Which properties CloudFormation then sends is not documented: `sends_old` those before the
        update.
        """
        assert self.physical_id
        assert self.properties
        before_id, before = self.physical_id, self.properties
        answer = self._update(before_id, before, wanted, NO_TROUBLE)
        if answer and answer["Status"] == "SUCCESS" and answer["PhysicalResourceId"] != before_id:
            self.physical_id, self.properties = answer["PhysicalResourceId"], wanted
            self._clean_up(before_id, before, NO_TROUBLE)
        else:
            self.properties = before if sends_old else wanted
        assert self.delete(NO_TROUBLE), "DELETE_FAILED"

    def create_cancelled(self, wanted: Properties, faults: tuple[Fault, ...], after: float) -> None:
        """Create the stack, and cancel it after some seconds: a sibling has failed."""
        create = self._event("Create", ResourceProperties=wanted)

        def undo() -> dict[str, Any]:
            answer = self._answer_to(create)
            physical_id = answer["PhysicalResourceId"] if answer else INVENTED_ID
            return self._event("Delete", PhysicalResourceId=physical_id, ResourceProperties=wanted)

        answer = self._overlap(create, undo, faults, after)
        assert answer["Status"] == "SUCCESS", f"ROLLBACK_FAILED: {answer['Reason']}"
        self.after_event()

    def update_cancelled(self, wanted: Properties, faults: tuple[Fault, ...], after: float) -> None:
        """Update the stack, and roll it back after some seconds: a sibling has failed."""
        assert self.physical_id
        assert self.properties
        before_id, before = self.physical_id, self.properties
        both = {"OldResourceProperties": before, "ResourceProperties": wanted}
        update = self._event("Update", PhysicalResourceId=before_id, **both)

        def undo() -> dict[str, Any]:
            answer = self._answer_to(update)
            swapped = {"OldResourceProperties": wanted, "ResourceProperties": before}
            if answer and answer["Status"] == "SUCCESS":
                self.physical_id = answer["PhysicalResourceId"]
            return self._event("Update", PhysicalResourceId=self.physical_id, **swapped)

        answer = self._overlap(update, undo, faults, after)
        assert answer["Status"] == "SUCCESS", f"UPDATE_ROLLBACK_FAILED: {answer['Reason']}"
        tried_id, self.physical_id = self.physical_id, answer["PhysicalResourceId"]
        self._clean_up(tried_id, wanted, NO_TROUBLE)
        self.after_event()

    def _answer_to(self, event: dict[str, Any]) -> Answer | None:
        answers = (a for a in self.endpoint.accepted if a["RequestId"] == event["RequestId"])
        return next(answers, None)

    def _event(self, request_type: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401
        event = self.provider.event(request_type, **members)
        self.history.append({k: event[k] for k in event if k not in ("ResponseURL", "StackId")})
        self.account.events += 1
        return event

    def _overlap(
        self,
        first: dict[str, Any],
        undo: Callable[[], dict[str, Any]],
        faults: tuple[Fault, ...],
        after: float,
    ) -> Answer:
        """Deliver a request, and after some seconds what undoes it; return the second answer."""
        self.history.append({"faults": repr(faults), "cancelled after": after})
        self.appflow.faults[:] = faults
        for process in (provider_handler, OTHER_PROCESS):
            # A minute passes between two updates of a stack.
            process._ended.clear()
        second: list[dict[str, Any]] = []

        def deliver_second() -> None:
            second.append(undo())
            is_over = self._answer_to(first) is not None
            self._handle(provider_handler if is_over else OTHER_PROCESS, second[0])

        works = (0.0, lambda: self._handle(provider_handler, first)), (after, deliver_second)
        SideBySide(self.time, works).run()
        self.time.drop_calls()
        self.appflow.faults.clear()
        assert self._answer_to(first), "no answer"
        answer = self._answer_to(second[0])
        assert answer, "no answer"
        return answer

    def _handle(self, process: ModuleType, event: dict[str, Any]) -> None:
        self.account.deliveries += 1
        process.handler(json.loads(json.dumps(event)), Context(self.time, _FUNCTION_SECONDS))

    def delete(self, trouble: Trouble) -> bool:
        """Delete the stack; False leaves it DELETE_FAILED."""
        assert self.properties
        answer = self._request(
            "Delete",
            trouble,
            PhysicalResourceId=self.physical_id,
            ResourceProperties=self.properties,
        )
        if answer is None or answer["Status"] != "SUCCESS":
            return False
        self.physical_id = self.properties = None
        self.forget_successes()  # the provider's function goes with the stack
        return True

    def forget_successes(self) -> None:
        """No request of the past is delivered again."""
        self.successes.clear()

    def deliver_late(self, number: int) -> None:
        """Deliver a request that AppFlow remembers once more, long after it was answered."""
        event = self.successes[number % len(self.successes)]
        self.time.advance(600)
        self._invoke(event)
        self.after_event()

    def _update(
        self, physical_id: str, old: Properties, new: Properties, trouble: Trouble
    ) -> Answer | None:
        return self._request(
            "Update",
            trouble,
            PhysicalResourceId=physical_id,
            OldResourceProperties=old,
            ResourceProperties=new,
        )

    def _roll_back(self, before: Properties, failed: Properties, aftermath: Trouble) -> None:
        assert self.physical_id
        tried_id = self.physical_id
        answer = self._update(tried_id, failed, before, aftermath)
        assert answer is not None, "UPDATE_ROLLBACK_FAILED: no answer"
        assert answer["Status"] == "SUCCESS", f"UPDATE_ROLLBACK_FAILED: {answer['Reason']}"
        self.physical_id = answer["PhysicalResourceId"]
        self._clean_up(tried_id, failed, aftermath)

    def _clean_up(self, old_id: str, old: Properties, aftermath: Trouble) -> None:
        if old_id == self.physical_id:
            return
        answer = self._request(
            "Delete", aftermath, PhysicalResourceId=old_id, ResourceProperties=old
        )
        assert answer is not None
        assert answer["Status"] == "SUCCESS", f"an orphan: {answer['Reason']}"

    def _request(self, request_type: str, trouble: Trouble, **members: Any) -> Answer | None:  # noqa: ANN401
        event = json.loads(json.dumps(self.provider.event(request_type, **members)))
        self.history.append(
            {k: event[k] for k in event if k not in ("ResponseURL", "StackId")}
            | {"trouble": repr(trouble)}
        )
        self.account.events += 1
        self.appflow.faults[:] = trouble.faults
        self.endpoint.script[:] = trouble.refusals
        before, calls_before = len(self.endpoint.accepted), len(self.appflow.calls)
        killed = self._deliver(event, trouble.kills)
        answers = self.endpoint.accepted[before:]
        self._check_answers(event, answers, killed=killed)
        succeeded = answers and answers[0]["Status"] == "SUCCESS" and request_type != "Delete"
        if succeeded and remembered(self.appflow.calls[calls_before:]):
            self.successes.append(event)
        for _ in range(trouble.duplicates):
            self._invoke(event)
        self.appflow.faults.clear()
        self.endpoint.script.clear()
        self.after_event()
        return answers[0] if answers else None

    def _deliver(self, event: dict[str, Any], kills: tuple[tuple[str, int], ...]) -> bool:
        """Deliver as Lambda does; True when the function was killed each time."""
        for attempt in range(_DELIVERIES):
            if attempt:
                self.time.advance(_WAITS_BETWEEN_DELIVERIES[attempt - 1])
            if self._invoke(event, kills[attempt] if attempt < len(kills) else None):
                return False
        return len(kills) == _DELIVERIES

    def _invoke(self, event: dict[str, Any], kill: tuple[str, int] | None = None) -> bool:
        """Invoke the function; False when it did not return, so that Lambda tries again."""
        self.account.deliveries += 1
        before = len(self.endpoint.accepted)
        context = Context(self.time, _FUNCTION_SECONDS)
        self.killer.arm(kill, context)
        try:
            provider_handler.handler(json.loads(json.dumps(event)), context)
        except (LambdaKilled, LambdaTimedOut, response.ResponseError):
            return False
        finally:
            self.killer.arm(None, None)
            self.time.drop_calls()
            answers = self.endpoint.accepted[before:]
            assert len(answers) <= 1, f"{len(answers)} answers to one delivery"
        assert answers, "the function returned without an answer"
        return True

    def _check_answers(self, event: dict[str, Any], answers: list[Answer], *, killed: bool) -> None:
        if not answers:
            self.account.unanswered += not killed
            assert killed, "no answer"
        for answer in answers:
            for member in ("RequestId", "StackId", "LogicalResourceId"):
                assert answer[member] == event[member]
            assert 1 <= len(answer["PhysicalResourceId"].encode()) <= 1024
            assert answer["Status"] == "SUCCESS" or 1 <= len(answer["Reason"]) <= 256


def remembered(operations: list[str]) -> bool:
    """Tell whether AppFlow knows the request again that made these calls and succeeded.

    It remembers no reading and no refusal, such as that of a label which is registered already
    (docs/lifecycle.md, Limits).
    """
    writes = [name for name in operations if name != "DescribeConnector"]
    refused = "RegisterConnector" in writes and writes[-1] == "UpdateConnectorRegistration"
    return bool(writes) and not refused
