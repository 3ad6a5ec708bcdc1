"""What the journal keeps of one call to a connector."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.connectors.injection import Injection
from appflow_local.appflow.host import Invocation
from appflow_local.appflow.protocol.errors import AppFlowError

_LONGEST_OUTCOME = 300


@dataclass
class Entry:
    """A call that is being made.

    `invocation` and `answer` are what came of it, so far; `number` is the journal's, once the call
    is kept.
    """

    account: Account
    label: str
    function_arn: str
    request: Mapping[str, Any]
    text: str
    invocation: Invocation | None = None
    answer: Mapping[str, Any] | None = None
    injection: Injection | None = None
    number: int = 0

    @property
    def operation(self) -> str:
        """The protocol's name of what is asked, such as QueryData."""
        return str(self.request.get("type", "")).removesuffix("Request")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the call when the block ends, however it ends, unless all was reset meanwhile."""
        began_at, start = self.account.now(), time.perf_counter()
        begun = self.account.journal.clearings
        error: str | None = None
        try:
            yield
        except AppFlowError as failure:
            error = f"{failure.code}: {failure}"
            raise
        finally:
            injection = self.injection
            skipped = injection.skipped.total_seconds() if injection else 0.0
            took = (time.perf_counter() - start + skipped) * 1000

            def make(number: int) -> Call:
                context = self.request.get("connectorContext") or {}
                returned, sent = self.invocation, self.text.encode()
                return Call(
                    number=number,
                    began_at=began_at,
                    place=self.account.place,
                    label=self.label,
                    function_arn=self.function_arn,
                    operation=self.operation,
                    request=sent,
                    answer=returned.payload if returned else None,
                    error=error,
                    milliseconds=took,
                    request_bytes=len(sent),
                    answer_bytes=len(returned.payload) if returned else 0,
                    printed=returned.printed if returned else "",
                    flow=context.get("flowName"),
                    run=context.get("executionId"),
                    subject=_subject(self.request),
                    outcome=_failure(returned) or error or _outcome(self.answer),
                    is_failure=self.answer is None or self.answer.get("isSuccess") is not True,
                    fault=injection.name if injection else None,
                )

            self.number = self.account.journal.add(make, begun)


def _subject(request: Mapping[str, Any]) -> str:
    """Say what a request asks for, beside its operation."""
    entity = request.get("entityIdentifier") or request.get("entitiesPath")
    page = request.get("nextToken")
    return " ".join([*([str(entity)] if entity else []), *([f"page {page}"] if page else [])])


def _failure(invocation: Invocation | None) -> str | None:
    """Say in the function's own words why it failed; None if it returned."""
    if invocation is None or invocation.function_error is None:
        return None
    try:
        payload = json.loads(invocation.payload)
        said = f"{payload['errorType']}: {payload['errorMessage']}"
    except (ValueError, LookupError, TypeError):
        return None
    return said[:_LONGEST_OUTCOME]


def _outcome(answer: Mapping[str, Any] | None) -> str:
    """Say what an answer brings, in a few words."""
    if answer is None:
        return "no answer"
    if answer.get("isSuccess") is not True:
        details = answer.get("errorDetails")
        if not isinstance(details, Mapping):
            return "no success"
        return f"{details.get('errorCode')}: {details.get('errorMessage')}"[:_LONGEST_OUTCOME]
    records = answer.get("records") or answer.get("writeRecordResults")
    return f"{len(records)} records" if isinstance(records, list) else "success"
