"""All code that touches MiniStack, mostly through internal names that may change.

`tests/local_cloud/test_ministack_adapter.py` reports the names that a new release changed.
"""

from __future__ import annotations

# First: the imports below import CloudFormation.
import appflow_local.ministack_adapter.late_services  # noqa: F401

# isort: split

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from ministack import app as gateway
from ministack.core import iam_evaluator, lambda_runtime, responses, router

from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.protocol.request_rate import RequestRate
from appflow_local.appflow.protocol.routing import route
from appflow_local.appflow.protocol.throttling import Throttled
from appflow_local.appflow.service import AppFlow, Request, Response
from appflow_local.function_runtimes import FunctionRuntimes
from appflow_local.ministack_adapter.alarms import install_alarms
from appflow_local.ministack_adapter.bucket_tags import tag_buckets
from appflow_local.ministack_adapter.conditions import install_joins
from appflow_local.ministack_adapter.custom_resources import (
    fail_without_a_start,
    keep_service_tokens,
)
from appflow_local.ministack_adapter.fast_json import read_answers_fast
from appflow_local.ministack_adapter.file_access import confine_file_access
from appflow_local.ministack_adapter.function_creation import refuse_what_cannot_run
from appflow_local.ministack_adapter.function_output import log_what_functions_print
from appflow_local.ministack_adapter.function_starts import run_on_this_machine
from appflow_local.ministack_adapter.function_variables import (
    keep_functions_off_proxies,
    name_logs_after_functions,
)
from appflow_local.ministack_adapter.functions import separate_policies
from appflow_local.ministack_adapter.host import (
    MiniStackHost,
    credentials,
    requests_access_key,
)
from appflow_local.ministack_adapter.object_bodies import keep_large_objects_in_files
from appflow_local.ministack_adapter.object_keys import refuse_keys_that_are_too_long
from appflow_local.ministack_adapter.object_requests import refuse_objects_that_cannot_be_kept
from appflow_local.ministack_adapter.object_times import tell_time_by
from appflow_local.ministack_adapter.onlooker import Onlooker
from appflow_local.ministack_adapter.orchestration import install_orchestration
from appflow_local.ministack_adapter.releases import install_releases
from appflow_local.ministack_adapter.secret_rotation import install_secret_rotation
from appflow_local.ministack_adapter.service_metadata import read_metadata_alone
from appflow_local.ministack_adapter.stack_dependencies import install_dependencies
from appflow_local.ministack_adapter.stack_events import install_events
from appflow_local.ministack_adapter.stack_identities import install_identities
from appflow_local.ministack_adapter.stack_operations import (
    install_operations,
    unfinished_stacks,
)
from appflow_local.ministack_adapter.stack_requests import install_requests
from appflow_local.ministack_adapter.stacks import install_stack_types
from appflow_local.ministack_adapter.state_persistence import persisted
from appflow_local.ministack_adapter.trail import install_trail
from appflow_local.ministack_adapter.transport import secure_calls_between_services

__all__ = [
    "Onlooker",
    "credentials",
    "end",
    "install",
    "on_reset",
    "owner",
    "persisted",
    "stop_functions",
]

_SERVICE = "appflow"

_logger = logging.getLogger(_SERVICE)


def install(runtimes: FunctionRuntimes, rate: RequestRate | None = None) -> AppFlow:
    """Add AppFlow to MiniStack, and run functions on what the machine has for them."""
    service = AppFlow(MiniStackHost(runtimes))
    gateway.SERVICE_HANDLERS[_SERVICE] = _handler(Throttled(service, rate) if rate else service)
    confine_file_access()
    install_joins()
    tag_buckets()
    install_stack_types(service)
    install_releases()
    install_secret_rotation()
    install_identities()
    install_events()
    install_dependencies()
    install_operations()
    install_requests()
    keep_service_tokens()
    install_orchestration(service)
    install_alarms()
    secure_calls_between_services()
    install_trail()
    on_reset(service.reset)
    read_answers_fast()
    read_metadata_alone()
    log_what_functions_print()
    gateway.BANNER = ""
    run_on_this_machine(runtimes)
    refuse_what_cannot_run(runtimes)
    keep_functions_off_proxies()
    name_logs_after_functions()
    refuse_keys_that_are_too_long()
    refuse_objects_that_cannot_be_kept()
    keep_large_objects_in_files()
    tell_time_by(service.clock)
    fail_without_a_start()
    separate_policies()
    # Without an entry, the first request reads all of botocore's models to find the service.
    router.SERVICE_PATTERNS[_SERVICE] = {"host_patterns": [r"^appflow\."]}
    return service


def on_reset(also: Callable[[], None]) -> None:
    """Do something before MiniStack empties its services: `POST /_ministack/reset`."""
    reset = gateway._reset_all_state

    def reset_all_state() -> None:
        also()
        reset()

    gateway._reset_all_state = reset_all_state


def owner() -> Caller:
    """Whoever runs the cloud: the root of its default account, in its default Region."""
    account, region = responses.get_account_id(), responses.get_region()
    return Caller(account, region, f"arn:aws:iam::{account}:root")


def end(service: AppFlow) -> list[str]:
    """Let no new work begin, stop the functions, and return what was cut off, one a line."""
    stacks = [
        f"the operation of the stack {name}: {status}" for name, status in unfinished_stacks()
    ]
    flows = [f"a run of the flow {flow}" for flow in service.close()]
    stop_functions()
    for line in (*stacks, *flows):
        _logger.warning("Cut off: %s", line)
    return stacks + flows


def stop_functions() -> None:
    """Stop the processes of all functions."""
    lambda_runtime.reset()


def _handler(service: AppFlow | Throttled) -> Callable[..., Any]:
    async def handle(
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Mapping[str, Any],
    ) -> tuple[int, dict[str, str], bytes]:
        requests_access_key.set(router.extract_access_key_id(headers, query))
        caller = Caller(
            account_id=responses.get_account_id(),
            region=responses.get_region(),
            arn=iam_evaluator.caller_arn(),
        )
        request = Request(method=method, path=path, body=body, query=query, caller=caller)
        # In its own thread: a slow connector mustn't block the server.
        response = await asyncio.to_thread(service.handle, request)
        _log(request, response)
        return response.status, dict(response.headers), response.body

    return handle


def _log(request: Request, response: Response) -> None:
    """Log what was asked for and, as no client may show it, why it was refused."""
    try:
        asked = route(request.method, request.path).operation
    except AppFlowError:
        asked = f"{request.method} {request.path}"
    if response.status < HTTPStatus.BAD_REQUEST:
        _logger.info("%s by %s", asked, request.caller.arn)
    else:
        code = response.headers.get("x-amzn-ErrorType", response.status)
        message = json.loads(response.body).get("message", "")
        _logger.warning("%s by %s refused: %s: %s", asked, request.caller.arn, code, message)
