"""One call to a connector, as the journal keeps it, and what a list shows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.host import Place


@dataclass(frozen=True)
class Call:
    """One call of a connector's function.

    Attributes:
        number: Counts the calls of this AppFlow, from 1.
        began_at: When it began, aware.
        place: The account and Region.
        label: The connector's label.
        function_arn: Its function.
        operation: The protocol's name, such as QueryData.
        request: What was sent, as JSON.
        answer: What came back, JSON or not; None if nothing did.
        error: Why the call failed; None if the function returned.
        milliseconds: How long it took.
        request_bytes: How long the request was, secrets included.
        answer_bytes: How long the answer was; 0 if there was none.
        printed: What the function printed.
        flow: The flow that it was made for; None outside a run.
        run: The execution ID of its run.
        subject: What was asked for: an entity, and the token of a page.
        outcome: What came of it, in a few words.
        is_failure: Whether the connector failed, or said that it did.
        fault: What was done to it on purpose; see `account.faults`.
        refusal: Why AppFlow refused an answer that says that it is a success.
    """

    number: int
    began_at: datetime
    place: Place
    label: str
    function_arn: str
    operation: str
    request: bytes
    answer: bytes | None
    error: str | None
    milliseconds: float
    request_bytes: int
    answer_bytes: int
    printed: str = ""
    flow: str | None = None
    run: str | None = None
    subject: str = ""
    outcome: str = ""
    is_failure: bool = False
    fault: str | None = None
    refusal: str | None = None

    def hidden_by(self, hide: Hider, *, brief: bool = False) -> Call:
        """Return the call without secrets; see `Journal.calls` for `brief`."""
        answer = None if brief and not self.is_failure else self.answer
        return replace(
            self,
            request=b"{}" if brief else hide(self.request),
            answer=None if answer is None else hide(answer),
            error=None if self.error is None else hide.text(self.error),
            refusal=None if self.refusal is None else hide.text(self.refusal),
            printed=hide.text(self.printed),
            subject=hide.text(self.subject),
            outcome=hide.text(self.outcome),
        )

    def line(self, hide: Hider) -> CallLine:
        """Return what a list shows of the call, without secrets."""
        return CallLine(
            number=self.number,
            began_at=self.began_at,
            label=self.label,
            operation=self.operation,
            subject=hide.text(self.subject),
            outcome=hide.text(self.refusal or self.outcome),
            is_failure=self.has_failed,
            milliseconds=self.milliseconds,
            answer_bytes=self.answer_bytes,
            flow=self.flow,
            run=self.run,
        )

    @property
    def has_failed(self) -> bool:
        """Whether the connector failed, said that it did, or gave an answer that was refused."""
        return self.is_failure or self.refusal is not None

    @property
    def function(self) -> str:
        """The function's name."""
        return self.function_arn.partition(":function:")[2].partition(":")[0]

    @property
    def size(self) -> int:
        """The bytes that it takes."""
        return self.request_bytes + self.answer_bytes + len(self.printed)


@dataclass(frozen=True)
class CallLine:
    """What a list shows of a call; see `Call`."""

    number: int
    began_at: datetime
    label: str
    operation: str
    subject: str
    outcome: str
    is_failure: bool
    milliseconds: float
    answer_bytes: int
    flow: str | None
    run: str | None
