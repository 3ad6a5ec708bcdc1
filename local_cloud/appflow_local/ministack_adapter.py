"""Everything that touches MiniStack, most of it by names it does not promise to keep.

`tests/local_cloud/test_ministack_adapter.py` says which of them a new release moved.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import Any

from ministack import app as gateway
from ministack.core import iam_evaluator, lambda_runtime, responses, router
from ministack.services import lambda_svc, secretsmanager

from appflow_local.appflow.host import (
    Caller,
    ConditionKeys,
    FunctionNotFound,
    Invocation,
    InvocationThrottled,
    InvocationTimedOut,
    SecretExists,
    SecretNotFound,
)
from appflow_local.appflow.service import AppFlow, Request

asgi_app = gateway.app
"""The server: every service of MiniStack and, once installed, AppFlow."""

_SERVICE = "appflow"
_SERVICE_PRINCIPAL = "appflow.amazonaws.com"
_MOST_INVOCATIONS = 64

_logger = logging.getLogger("appflow")

_access_key: contextvars.ContextVar[str] = contextvars.ContextVar("access_key", default="")


def install(python: Path) -> None:
    """Add AppFlow to MiniStack, and have Python functions run in the given interpreter."""
    service = AppFlow(MiniStackHost())
    gateway.SERVICE_HANDLERS[_SERVICE] = _handler(service)
    # Without an entry the first request reads all of botocore's models to know the service.
    router.SERVICE_PATTERNS[_SERVICE] = {"host_patterns": [r"^appflow\."]}
    detect = lambda_runtime._detect_runtime_binary

    def detect_runtime_binary(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return (str(python), script) if runtime.startswith("python") else (binary, script)

    lambda_runtime._detect_runtime_binary = detect_runtime_binary


def stop_functions() -> None:
    """End the processes of all functions."""
    lambda_runtime.reset()


class MiniStackHost:
    """MiniStack's IAM, Lambda and Secrets Manager, as the AppFlow model asks for them."""

    def __init__(self) -> None:
        self._invocations = ThreadPoolExecutor(_MOST_INVOCATIONS, thread_name_prefix="appflow")

    def is_allowed(
        self, caller: Caller, action: str, resource: str, keys: ConditionKeys | None = None
    ) -> bool:
        """Evaluate the caller's policies as MiniStack does for its own services."""
        if not gateway.AUTH:
            return True
        service = action.partition(":")[0]
        denied = iam_evaluator.enforce(
            _access_key.get(),
            action,
            service,
            caller.region,
            resource_arn=resource,
            service_context=dict(keys or {}),
        )
        return denied is None

    def admits_appflow(self, function_arn: str, *, source_account: str, source_arn: str) -> bool:
        """Evaluate the function's resource policy for AppFlow's service principal."""
        record, _config = _function(function_arn)
        if not gateway.AUTH:
            return True
        context = iam_evaluator.EvalContext(
            principal_arn="*",  # the service itself: no account's grant covers it
            principal_type="Service",
            principal_account="",
            action="lambda:InvokeFunction",
            resource_arn=function_arn,
            region=responses.get_region(),
            service_context={"aws:sourceaccount": source_account, "aws:sourcearn": source_arn},
        )
        policy = record.get("policy")
        result = iam_evaluator.evaluate_resource_policy(policy, context, _SERVICE_PRINCIPAL)
        return bool(result.decision == "Allow")

    def invoke(
        self, function_arn: str, payload: Mapping[str, Any], *, timeout: float
    ) -> Invocation:
        """Run the function in its own process and wait for its answer."""
        record, config = _function(function_arn)
        execution = lambda_svc._execution_record_for_config(record, config)
        running = self._invocations.submit(
            contextvars.copy_context().run,
            lambda_svc._execute_function_with_config_scope,
            execution,
            dict(payload),
        )
        try:
            result = running.result(timeout)
        except FutureTimeoutError:
            raise InvocationTimedOut(function_arn) from None
        return _invocation(result)

    def create_secret(self, caller: Caller, name: str, value: str) -> str:  # noqa: ARG002
        """Keep a secret in the request's account and region, which are the caller's."""
        arn = secretsmanager.create_secret_in_process(name, value)
        if arn is None:
            raise SecretExists(name)
        return str(arn)

    def replace_secret(self, secret_arn: str, value: str) -> str:
        """Make the value the current one; its versions stay as Secrets Manager keeps them."""
        before = secretsmanager.resolve_secret_string(secret_arn)
        if before is None or not secretsmanager.put_secret_value_in_process(secret_arn, value):
            raise SecretNotFound(secret_arn)
        return str(before)

    def delete_secret(self, secret_arn: str) -> None:
        """Delete the secret without a time to recover it."""
        secretsmanager.delete_secret_in_process(secret_arn)


def _function(function_arn: str) -> tuple[dict[str, Any], dict[str, Any]]:
    record, config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    if record is None or config is None:
        raise FunctionNotFound(function_arn)
    return record, config


def _invocation(result: Mapping[str, Any]) -> Invocation:
    if result.get("throttle"):
        raise InvocationThrottled
    body = result.get("body")
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = (result.get("function_error") or "Unhandled") if result.get("error") else None
    return Invocation(payload, error)


def _handler(service: AppFlow) -> Callable[..., Any]:
    async def handle(
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Mapping[str, Any],
    ) -> tuple[int, dict[str, str], bytes]:
        _access_key.set(router.extract_access_key_id(headers, query))
        caller = Caller(
            account_id=responses.get_account_id(),
            region=responses.get_region(),
            arn=iam_evaluator.caller_arn(),
        )
        request = Request(method=method, path=path, body=body, query=query, caller=caller)
        # In a thread of its own: a connector that takes its time must not stop the server.
        response = await asyncio.to_thread(service.handle, request)
        _logger.info("AppFlow %s %s by %s: %d", method, path, caller.arn, response.status)
        return response.status, dict(response.headers), response.body

    return handle
