"""Functions that hang: they time out, and don't hold up others."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable

import pytest

from appflow_local.invocations import GivenUp, Invocations, TooManyGivenUp

INSTANT = 0.01  # seconds


def hang_until_refused(invocations: Invocations, hang: Callable[[], object]) -> int:
    """Invoke a function that hangs for as long as that is allowed; return how often it was."""
    for count in range(100):
        try:
            invocations.run("hanging", hang, timeout=INSTANT)
        except GivenUp:
            continue
        except TooManyGivenUp:
            return count
    raise AssertionError("a hundred processes hang")


def test_functions_that_hang_do_not_hold_up_another_one() -> None:
    invocations, end = Invocations(), threading.Event()
    for number in range(100):
        with pytest.raises(GivenUp):
            invocations.run(f"hanging {number}", end.wait, timeout=INSTANT / 10)
    assert invocations.run("healthy", lambda: "answer", timeout=5) == "answer"
    end.set()


def test_a_function_that_always_hangs_is_throttled_until_its_invocations_end() -> None:
    invocations, end = Invocations(), threading.Event()
    assert hang_until_refused(invocations, end.wait) == 16
    assert invocations.run("healthy", lambda: "answer", timeout=5) == "answer"
    end.set()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert invocations.run("hanging", lambda: "at last", timeout=5) == "at last"
            return
        except TooManyGivenUp:
            time.sleep(INSTANT)
    raise AssertionError("it is throttled for ever")


def test_an_invocation_raises_what_its_work_raises_and_sees_the_callers_context() -> None:
    account = contextvars.ContextVar("account", default="none")
    account.set("111111111111")
    invocations = Invocations()
    assert invocations.run("function", account.get, timeout=5) == "111111111111"
    with pytest.raises(ZeroDivisionError):
        invocations.run("function", lambda: 1 // 0, timeout=5)
