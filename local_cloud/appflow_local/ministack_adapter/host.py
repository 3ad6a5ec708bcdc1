"""Implements the AppFlow model's host with MiniStack's services."""

from __future__ import annotations

import contextvars
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ministack import app as gateway
from ministack.core import iam_evaluator, responses
from ministack.services import lambda_svc, secretsmanager

from appflow_local import http_client
from appflow_local.appflow.host import (
    Caller,
    ConditionKeys,
    FunctionNotStarted,
    Invocation,
    InvocationThrottled,
    InvocationTimedOut,
    SecretExists,
    SecretNotFound,
)
from appflow_local.appflow.web import WebRequest, WebResponse
from appflow_local.function_runtimes import FunctionRuntimes
from appflow_local.invocations import GivenUp, Invocations, TooManyGivenUp
from appflow_local.ministack_adapter.data_catalog import MiniStackDataCatalog
from appflow_local.ministack_adapter.encryption_keys import MiniStackKeys
from appflow_local.ministack_adapter.fast_json import as_json
from appflow_local.ministack_adapter.function_starts import NOT_STARTED, UNSUPPORTED
from appflow_local.ministack_adapter.functions import executable, resource_policy
from appflow_local.ministack_adapter.monitoring import (
    MiniStackMonitoring,
    measure_invocation,
    measure_throttle,
)
from appflow_local.ministack_adapter.storage import SERVICE_PRINCIPAL, MiniStackStorage

# What is not secret of what `profiles/profile_request.py` puts into a profile's secret.
_PUBLIC = ("clientId", "customAuthenticationType", "oAuth2GrantType", "username")
_MOST_PRINTED = 64 * 1024  # the last characters of an invocation's output

requests_access_key: contextvars.ContextVar[str] = contextvars.ContextVar("access_key", default="")
"""The access key that signed the current request."""


class MiniStackHost(MiniStackDataCatalog, MiniStackKeys, MiniStackMonitoring, MiniStackStorage):
    """The AppFlow model's host: MiniStack's IAM, Lambda, Secrets Manager and the rest."""

    def __init__(self, runtimes: FunctionRuntimes) -> None:
        """Start with no invocations."""
        self._runtimes = runtimes
        self._invocations = Invocations()

    @contextmanager
    def acting_for(self, caller: Caller) -> Iterator[None]:
        """Run the block's calls in the caller's account and Region, as a request does."""
        with responses.request_scope(caller.account_id, caller.region):
            yield

    def is_allowed(
        self, caller: Caller, action: str, resource: str, keys: ConditionKeys | None = None
    ) -> bool:
        """Evaluate the caller's policies, as MiniStack does for its own services."""
        if not gateway.AUTH:
            return True
        service = action.partition(":")[0]
        denied = iam_evaluator.enforce(
            requests_access_key.get(),
            action,
            service,
            caller.region,
            resource_arn=resource,
            service_context=dict(keys or {}),
        )
        return denied is None

    def admits_appflow(self, function_arn: str, *, source_account: str, source_arn: str) -> bool:
        """Evaluate the function's resource policy for AppFlow's service principal."""
        policy = resource_policy(function_arn)
        if not gateway.AUTH:
            return True
        context = iam_evaluator.EvalContext(
            principal_arn="*",  # the service itself: grants to accounts don't apply
            principal_type="Service",
            principal_account="",
            action="lambda:InvokeFunction",
            resource_arn=function_arn,
            region=responses.get_region(),
            service_context={"aws:sourceaccount": source_account, "aws:sourcearn": source_arn},
        )
        result = iam_evaluator.evaluate_resource_policy(policy, context, SERVICE_PRINCIPAL)
        return bool(result.decision == "Allow")

    def invoke(
        self, function_arn: str, payload: Mapping[str, Any], *, timeout: float
    ) -> Invocation:
        """Run the function in its own process and wait for the answer."""
        execution = executable(function_arn)
        runtime = execution["config"]["Runtime"]
        self._runtimes.make_ready(runtime)  # doesn't take of the connector's time

        def work() -> dict[str, Any]:
            started = time.monotonic()
            result: dict[str, Any] = lambda_svc._execute_function_with_config_scope(
                execution, dict(payload)
            )
            measure_invocation(function_arn, time.monotonic() - started, result)
            return result

        try:
            return _invocation(self._invocations.run(function_arn, work, timeout=timeout))
        except GivenUp:
            raise InvocationTimedOut(function_arn) from None
        except TooManyGivenUp:
            measure_throttle(function_arn)
            raise InvocationThrottled from None

    def create_secret(
        self,
        caller: Caller,  # noqa: ARG002 - the request's account and Region are the caller's
        name: str,
        value: str,
        key_arn: str | None = None,
    ) -> str:
        """Create a secret in the request's account and Region."""
        arn = secretsmanager.create_secret_in_process(name, value)
        if arn is None:
            raise SecretExists(name)
        if key_arn is not None:
            secretsmanager._secrets[name]["KmsKeyId"] = key_arn
        return str(arn)

    def read_secret(self, secret_arn: str) -> str:
        """Return the text of the current version."""
        value = secretsmanager.resolve_secret_string(secret_arn)
        if value is None:
            raise SecretNotFound(secret_arn)
        return str(value)

    def replace_secret(self, secret_arn: str, value: str) -> str:
        """Store the value as a new current version, and return the old text."""
        before = secretsmanager.resolve_secret_string(secret_arn)
        if before is None or not secretsmanager.put_secret_value_in_process(secret_arn, value):
            raise SecretNotFound(secret_arn)
        return str(before)

    def secret_texts(self) -> Iterable[str]:
        """Read every version of every secret; of JSON, the texts in it."""
        return (text for _name, text in _secret_texts())

    def delete_secret(self, secret_arn: str) -> None:
        """Delete the secret at once, without a recovery window."""
        secretsmanager.delete_secret_in_process(secret_arn)

    def fetch(self, request: WebRequest, *, timeout: float) -> WebResponse:
        """Send the request from this machine."""
        return http_client.fetch(request, timeout=timeout)


def credentials() -> Iterator[str]:
    """Yield what is secret in secrets: of a profile's, neither names nor addresses.

    These also stand in what a connector reads, which a recording must keep as it is.
    """
    for name, text in _secret_texts():
        if name not in _PUBLIC and not text.startswith(("http://", "https://")):
            yield text


def _secret_texts() -> Iterator[tuple[str | None, str]]:
    for secret in list(secretsmanager._secrets._data.values()):
        for version in list(secret.get("Versions", {}).values()):
            yield from _texts_in(version.get("SecretString"))


def _texts_in(secret: object) -> Iterator[tuple[str | None, str]]:
    """Yield the texts of a secret, of JSON with the names of the members."""
    if not isinstance(secret, str):
        return
    try:
        found = json.loads(secret)
    except (ValueError, RecursionError):
        found = secret
    yield from _texts_of(None, found if isinstance(found, (Mapping, list)) else secret)


def _texts_of(name: str | None, value: object) -> Iterator[tuple[str | None, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts_of(key, each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts_of(name, each)


def _invocation(result: Mapping[str, Any]) -> Invocation:
    if result.get("throttle"):
        raise InvocationThrottled
    if (reason := result.get(NOT_STARTED)) is not None:
        raise FunctionNotStarted(reason, is_unsupported=bool(result.get(UNSUPPORTED)))
    body = result.get("body")
    payload, is_read = (body, False) if isinstance(body, bytes) else as_json(body)
    error = (result.get("function_error") or "Unhandled") if result.get("error") else None
    printed = str(result.get("log") or "")[-_MOST_PRINTED:]
    return Invocation(payload, error, printed, body if is_read and isinstance(body, dict) else None)
