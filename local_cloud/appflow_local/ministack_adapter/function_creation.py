"""Refuses, when it's created, a function that couldn't run on this machine.

Lambda refuses a runtime that it doesn't know in the same way (InvalidParameterValueException).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from appflow_local.function_runtimes import FunctionRuntimes

_Answer: TypeAlias = tuple[int, dict[str, str], bytes]
_Function: TypeAlias = Mapping[str, Any]

_TYPE = "AWS::Lambda::Function"
_BAD_REQUEST = 400


def refuse_what_cannot_run(runtimes: FunctionRuntimes) -> None:
    """Refuse to create functions of runtimes that this machine doesn't have, or to change to one.

    It's refused by Lambda's operations, and in stacks.
    """

    def check(function: _Function) -> str | None:
        runtime = function.get("Runtime")
        image = "ImageUri" in (function.get("Code") or function)
        kind = "Image" if image else str(function.get("PackageType", "Zip"))
        if (runtime is None and kind != "Image") or lambda_svc._proxy_url_for(dict(function)):
            return None  # Lambda asks for it; or another program runs the function
        if str(runtime).startswith("java"):
            runtimes.java.prepare_early()
        return runtimes.why_not(str(runtime), kind)

    _check_operations(check)
    _check_stacks(check)


def _check_operations(check: Callable[[_Function], str | None]) -> None:
    create, configure = lambda_svc._create_function, lambda_svc._update_config

    def created(data: dict[str, Any]) -> _Answer:
        reason = check(data)
        answer: _Answer = create(data) if reason is None else _refused(reason)
        return answer

    def configured(name: str, data: dict[str, Any]) -> _Answer:
        reason = check(data)
        answer: _Answer = configure(name, data) if reason is None else _refused(reason)
        return answer

    lambda_svc._create_function = created
    lambda_svc._update_config = configured


def _check_stacks(check: Callable[[_Function], str | None]) -> None:
    handlers = provisioners._RESOURCE_HANDLERS[_TYPE]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, properties: dict[str, Any], *rest: str) -> Any:  # noqa: ANN401
        _raise(check(properties))
        return create(logical_id, properties, *rest)

    def updated(physical_id: str, before: _Function, after: dict[str, Any], *rest: str) -> Any:  # noqa: ANN401
        _raise(check(after))
        return update(physical_id, before, after, *rest)

    provisioners._RESOURCE_HANDLERS[_TYPE] = {**handlers, "create": created, "update": updated}


def _raise(reason: str | None) -> None:
    if reason is not None:
        raise ValueError(reason)


def _refused(reason: str) -> _Answer:
    answer: _Answer = lambda_svc.error_response_json(
        "InvalidParameterValueException", reason, _BAD_REQUEST
    )
    return answer
