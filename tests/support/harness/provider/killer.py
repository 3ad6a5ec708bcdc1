"""Ends the provider's Lambda where a test wants it, or when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appflow_connector_provider import calls, registry, response
from harness.provider.handler import Context


class LambdaKilled(BaseException):
    """The function's process ended in the middle of its work."""


class LambdaTimedOut(BaseException):
    """The function's time was over."""


class Killer:
    """Ends the function at a chosen point of a delivery, or when its time is over."""

    def __init__(self) -> None:
        self._point: tuple[str, int] | None = None
        self._context: Context | None = None
        self._calls = 0

    def arm(self, point: tuple[str, int] | None, context: Context | None) -> None:
        self._point, self._context, self._calls = point, context, 0

    def call(self, perform: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        self._calls += 1
        self._kill_if("before call", self._calls)
        try:
            return perform(*args, **kwargs)
        finally:
            self._kill_if("after call", self._calls)

    def answer(self) -> None:
        self._kill_if("before answer", 0)

    def _kill_if(self, where: str, number: int) -> None:
        if self._point == (where, number):
            raise LambdaKilled
        if self._context and self._context.get_remaining_time_in_millis() <= 0:
            raise LambdaTimedOut


def install_killer(patch: Any, killer: Killer) -> None:  # noqa: ANN401 - pytest's, untyped here
    """Put the killer between the provider and its calls and answers."""
    call, put = calls.call, response._put

    def killing_call(budget: Any, operation: str, method: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        def perform(**parameters: Any) -> Any:  # noqa: ANN401
            return killer.call(method, **parameters)

        return call(budget, operation, perform, **kwargs)

    def killing_put(*args: Any) -> Any:  # noqa: ANN401
        killer.answer()
        return put(*args)

    patch.setattr(registry, "call", killing_call)
    patch.setattr(response, "_put", killing_put)
