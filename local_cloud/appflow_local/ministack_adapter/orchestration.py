"""AppFlow for state machines and schedules: `aws-sdk:appflow:OPERATION`.

Known of Events, metrics and callers (Step Functions Developer Guide, "AWS SDK service
integrations"; EventBridge Scheduler User Guide, "Using universal targets"):
`arn:aws:states:::aws-sdk:appflow:…` and `arn:aws:scheduler:::aws-sdk:appflow:…`, for every
operation, with the rights of their role.
Inferred of Events, metrics and callers (the name of the SDK for Java's client): errors begin with
`Appflow.`.
Not emulated of Events, metrics and callers: the trust policy of that role is not checked.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core import responses
from ministack.services import eventbridge, stepfunctions

from appflow_local.appflow.host import Caller
from appflow_local.appflow.operations import OPERATIONS
from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.protocol.sdk_members import answer_of, request_of
from appflow_local.appflow.service import AppFlow
from appflow_local.ministack_adapter.host import requests_access_key
from appflow_local.ministack_adapter.role_session import open_session

_STATE_MACHINES = "arn:aws:states:::aws-sdk:appflow:"
_SCHEDULES = "arn:aws:scheduler:::aws-sdk:appflow:"
_BY_NAME = {name[0].lower() + name[1:]: name for name in OPERATIONS}

_state_machines_role: ContextVar[str] = ContextVar("state_machines_role", default="")
_logger = logging.getLogger("appflow")

_Call = Callable[[str, Mapping[str, Any], str, str], dict[str, Any]]


def install_orchestration(service: AppFlow) -> None:
    """Let tasks of state machines, and targets of schedules, call AppFlow."""
    _install_tasks(_call(service))
    _install_targets(_call(service))


def _call(service: AppFlow) -> _Call:
    def call(operation: str, given: Mapping[str, Any], role: str, session: str) -> dict[str, Any]:
        principal = open_session(role, session)
        requests_access_key.set(principal.access_key_id)
        caller = Caller(responses.get_account_id(), responses.get_region(), principal.arn)
        _logger.info("%s by %s", operation, caller.arn)
        return answer_of(operation, service.call(operation, caller, request_of(operation, given)))

    return call


def _install_tasks(call: _Call) -> None:
    execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_aws_sdk_integration

    def execute_task(
        state: Mapping[str, Any], raw: object, execution: object, context: Mapping[str, Any]
    ) -> object:
        arn = (context.get("StateMachine") or {}).get("Id", "")
        machine = stepfunctions._state_machines.get(arn) or {}
        _state_machines_role.set(machine.get("roleArn", ""))
        return execute(state, raw, execution, context)

    def invoke_integration(resource: str, given: Mapping[str, Any] | None) -> object:
        if not resource.startswith(_STATE_MACHINES):
            return invoke(resource, given)
        action = resource.removeprefix(_STATE_MACHINES)
        if action not in _BY_NAME:
            raise stepfunctions._ExecutionError(
                "States.Runtime",
                f"appflow:{action} is not an operation of AppFlow, or not emulated",
            )
        try:
            return call(_BY_NAME[action], given or {}, _state_machines_role.get(), "StepFunctions")
        except AppFlowError as error:
            raise stepfunctions._ExecutionError(f"Appflow.{error.code}", str(error)) from error

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_aws_sdk_integration = invoke_integration


def _install_targets(call: _Call) -> None:
    invoke = eventbridge._invoke_target

    def invoke_target(
        target: Mapping[str, Any], event: object, rule: object, *view: object
    ) -> None:
        action = str(target.get("Arn", "")).removeprefix(_SCHEDULES)
        if action not in _BY_NAME:
            invoke(target, event, rule, *view)
            return
        try:
            given = json.loads(target.get("Input") or "{}")
            call(_BY_NAME[action], given, target.get("RoleArn", ""), "Scheduler")
        except (AppFlowError, ValueError) as error:
            _logger.warning("A schedule's %s failed: %s", action, error)

    eventbridge._invoke_target = invoke_target
