"""Runs functions on this machine's interpreters, and tells why one can't start.

MiniStack answers for a function that it can't run as if the function had (`Mock response - …`).
Here that is always an error.
"""

from __future__ import annotations

import contextvars
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from appflow_local.function_runtimes import FunctionRuntimes
from appflow_local.ministack_adapter.answer_pipes import give_answers_their_own_pipes
from appflow_local.ministack_adapter.function_errors import (
    failed_with,
    forget,
    in_a_sentence,
    tell_errors_as_lambda_does,
    without_callers,
)
from appflow_local.ministack_adapter.java_functions import java_worker
from appflow_local.ministack_adapter.late_botocore import with_late_botocore
from appflow_local.ministack_adapter.output_end import marked, wait_for_the_mark
from appflow_local.node_runtime import NODE_PRELUDE

NOT_STARTED = "not_started"
"""A result's key: the reason for which the function couldn't start."""
UNSUPPORTED = "unsupported"
"""A result's key: whether the reason is a limit of the emulator."""

_Result: TypeAlias = dict[str, Any]
_Execute: TypeAlias = Callable[[dict[str, Any], Any, str], _Result]

_MOCK = "Mock response - "
_MOCKS = [
    {"statusCode": 200, "body": f"{_MOCK}{reason}"}
    for reason in ("no code deployed", "no bootstrap binary found")
]
_CANNOT_START = "Runtime.NotStarted"

_logger = logging.getLogger(__name__)
# Why a process couldn't be started, and what it had printed.
_failure: contextvars.ContextVar[tuple[str, str] | None] = contextvars.ContextVar(
    "failure", default=None
)


def run_on_this_machine(runtimes: FunctionRuntimes) -> None:
    """Run functions of every runtime that the machine has an interpreter for."""
    _choose_interpreters(runtimes)
    _choose_workers(runtimes)
    wait_for_the_mark()
    give_answers_their_own_pipes()
    tell_errors_as_lambda_does()
    for worker in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker):
        worker._spawn = _remembering(worker._spawn)
    warm, provided = lambda_svc._execute_function_warm, lambda_svc._execute_function_provided_warm
    once = lambda_svc._execute_function_provided

    def other(function: dict[str, Any], event: object, request_id: str) -> _Result:
        config = function.get("config") or function
        reason = runtimes.why_not(config.get("Runtime", ""), config.get("PackageType", "Zip"))
        if reason is not None:
            return {**_not_started(reason), UNSUPPORTED: True}
        result: _Result = lambda_svc._execute_function_provided_warm(function, event, request_id)
        return result

    lambda_svc._execute_function_warm = _explaining(warm, runtimes)
    lambda_svc._execute_function_provided_warm = _explaining(provided, runtimes)
    lambda_svc._execute_function_provided = _explaining(once, runtimes)
    lambda_svc._execute_function_docker = other


def _choose_interpreters(runtimes: FunctionRuntimes) -> None:
    detect = lambda_runtime._detect_runtime_binary
    told = set()

    def detected(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        script = marked(runtime, without_callers(script))
        if not runtime.startswith("python"):
            return binary, NODE_PRELUDE + script if runtime.startswith("nodejs") else script
        note = runtimes.another_python(runtime)
        if note is not None and runtime not in told:
            told.add(runtime)
            _logger.warning("%s", note)
        return str(runtimes.python(runtime)), with_late_botocore(script)

    lambda_runtime._detect_runtime_binary = detected


def _choose_workers(runtimes: FunctionRuntimes) -> None:
    choose = lambda_runtime._worker_class_for

    def chosen(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - MiniStack's
        if str(config.get("Runtime", "")).startswith("java"):
            return java_worker(runtimes.java)
        return choose(config)

    lambda_runtime._worker_class_for = chosen


def _remembering(spawn: Callable[..., None]) -> Callable[..., None]:
    """Remember, for the invocation that needs a process, why it couldn't be started."""

    def spawned(worker: Any, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - MiniStack's
        _failure.set(None)
        try:
            spawn(worker, *arguments, **named)
        except Exception as error:
            _failure.set((str(error), worker._drain_stderr_bounded()))
            raise

    return spawned


def _explaining(execute: _Execute, runtimes: FunctionRuntimes) -> _Execute:
    def executed(function: dict[str, Any], event: object, request_id: str) -> _Result:
        _failure.set(None)
        forget()
        result = execute(function, event, request_id)
        runtime = str((function.get("config") or function).get("Runtime", ""))
        body: Any = result.get("body")
        if (failure := _failure.get()) is not None:
            known = failed_with()
            reason = runtimes.explain(runtime, in_a_sentence(known) if known else failure[0])
            known = known or (body if isinstance(body, dict) else {})
            message = runtimes.explain(runtime, str(known.get("errorMessage", failure[0])))
            body = {**known, "errorMessage": message}
            log = "\n".join(filter(None, (failure[1], reason)))
            return {**_not_started(reason), "log": log, "body": body}
        if body in _MOCKS:
            return _not_started(str(body["body"]).removeprefix(_MOCK))
        if not result.get("error"):
            return result
        note = runtimes.another_python(runtime)
        log = f"{result.get('log', '')}\n{note}" if note else result.get("log", "")
        return {**result, "body": failed_with() or body, "log": log}

    return executed


def _not_started(reason: str) -> _Result:
    body = {"errorMessage": reason, "errorType": _CANNOT_START}
    return {"body": body, "error": True, "log": reason, NOT_STARTED: reason}
