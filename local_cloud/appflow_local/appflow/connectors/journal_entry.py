"""What the journal keeps of one call to a connector."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.journal import Call
from appflow_local.appflow.connectors.injection import Injection
from appflow_local.appflow.host import Invocation
from appflow_local.appflow.protocol.errors import AppFlowError


@dataclass
class Entry:
    """A call that is being made.

    `invocation` is what came of it, so far; `number` is the journal's, once the call is kept.
    """

    account: Account
    label: str
    function_arn: str
    request: Mapping[str, Any]
    text: str
    invocation: Invocation | None = None
    injection: Injection | None = None
    number: int = 0

    @property
    def operation(self) -> str:
        """The protocol's name of what is asked, such as QueryData."""
        return str(self.request.get("type", "")).removesuffix("Request")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the call when the block ends, however it ends."""
        began_at, start = self.account.now(), time.perf_counter()
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
                returned = self.invocation
                return Call(
                    number=number,
                    began_at=began_at,
                    place=self.account.place,
                    label=self.label,
                    function_arn=self.function_arn,
                    operation=self.operation,
                    request=self.text.encode(),
                    answer=returned.payload if returned else None,
                    error=error,
                    milliseconds=took,
                    printed=returned.printed if returned else "",
                    flow=context.get("flowName"),
                    run=context.get("executionId"),
                    fault=injection.name if injection else None,
                )

            self.number = self.account.journal.add(make)
