"""Finds functions, their versions and aliases in MiniStack, and keeps a policy for each of them.

On AWS a function, each of its versions and each of its aliases has a resource policy of its own:
who may invoke an alias may not for that reason invoke the function. MiniStack keeps all their
statements in the function's policy, each with the ARN to which it applies.

Known (Lambda API reference, AddPermission, RemovePermission and GetPolicy, `Qualifier`): a version
and an alias have a policy each of their own.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any, TypeAlias

from ministack.core import responses
from ministack.services import lambda_svc

from appflow_local.appflow.host import FunctionNotFound

_Answer: TypeAlias = tuple[int, dict[str, str], bytes]
_Operation: TypeAlias = Callable[..., _Answer]

_CONFLICT = 409


def executable(function_arn: str) -> dict[str, Any]:
    """Return the record to execute for a function, version or alias.

    The function's context names the ARN by which it was invoked, as on AWS.

    Raises:
        FunctionNotFound: there is no such function, version or alias.
    """
    record, config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    if record is None or config is None:
        raise FunctionNotFound(function_arn)
    invoked = {**config, "FunctionArn": function_arn}
    execution: dict[str, Any] = lambda_svc._execution_record_for_config(record, invoked)
    # Reserved concurrency is the function's; MiniStack reads it from the version's record.
    base, _config, _name = lambda_svc._get_base_func_record_for_ref(function_arn)
    return {**execution, "concurrency": (base or {}).get("concurrency")}


def resource_policy(function_arn: str) -> dict[str, Any]:
    """Return the statements of a function and of its versions and aliases, as one policy.

    Raises:
        FunctionNotFound: there is no such function, version or alias.
    """
    executable(function_arn)
    record, _config, _name = lambda_svc._get_base_func_record_for_ref(function_arn)
    return dict((record or {}).get("policy") or {})


def separate_policies() -> None:
    """Let the same statement id be used for a function, its versions and its aliases."""
    lambda_svc._add_permission = _adding(lambda_svc._add_permission)
    lambda_svc._remove_permission = _removing(lambda_svc._remove_permission)
    lambda_svc._get_policy = _getting(lambda_svc._get_policy)


def _adding(add: _Operation) -> _Operation:
    def added(func_name: str, data: dict[str, Any], *rest: Any, **named: Any) -> _Answer:  # noqa: ANN401
        answer = add(func_name, data, *rest, **named)
        target = _target(add, func_name, data, *rest, **named)
        sid = data.get("StatementId")
        if answer[0] != _CONFLICT or any(each["Sid"] == sid for each in _own(func_name, target)):
            return answer
        # Another one's statement has this id: add it under a new one, and name it as asked.
        new = responses.new_uuid()
        answer = add(func_name, {**data, "StatementId": new}, *rest, **named)
        (statement,) = (each for each in _own(func_name, target) if each["Sid"] == new)
        statement["Sid"] = sid
        return _answer({"Statement": json.dumps(statement)}, answer[0])

    return added


def _removing(remove: _Operation) -> _Operation:
    def removed(func_name: str, sid: str, *rest: Any, **named: Any) -> _Answer:  # noqa: ANN401
        target = _target(remove, func_name, sid, *rest, **named)
        record = lambda_svc._functions.get(func_name)
        before = _statements(record)
        if not any(each["Sid"] == sid for each in _own(func_name, target)):
            return remove(func_name, responses.new_uuid(), *rest, **named)  # it isn't there
        answer = remove(func_name, sid, *rest, **named)
        record["policy"]["Statement"] = [
            each for each in before if (each["Sid"], each["Resource"]) != (sid, target)
        ]
        return answer

    return removed


def _getting(get: _Operation) -> _Operation:
    def got(func_name: str, *rest: Any, **named: Any) -> _Answer:  # noqa: ANN401
        status, headers, body = get(func_name, *rest, **named)
        answer = json.loads(body)
        if "Policy" not in answer:
            return status, headers, body
        own = _own(func_name, _target(get, func_name, *rest, **named))
        if not own:
            missing: _Answer = lambda_svc.error_response_json(
                "ResourceNotFoundException", "The resource you requested does not exist.", 404
            )
            return missing
        policy = {**json.loads(answer["Policy"]), "Statement": own}
        return _answer({**answer, "Policy": json.dumps(policy)}, status)

    return got


def _target(operation: _Operation, *given: Any, **named: Any) -> str:  # noqa: ANN401
    """Return the ARN of the function, version or alias whose policy a request names."""
    arguments = inspect.signature(operation).bind(*given, **named).arguments
    qualifier = lambda_svc._qualifier_from_path_or_query(
        arguments.get("path_qualifier"), arguments.get("query_params")
    )
    return str(lambda_svc._policy_resource_arn(arguments["func_name"], qualifier))


def _answer(content: dict[str, Any], status: int) -> _Answer:
    made: _Answer = lambda_svc.json_response(content, status)
    return made


def _own(func_name: str, target: str) -> list[dict[str, Any]]:
    statements = _statements(lambda_svc._functions.get(func_name))
    return [each for each in statements if each["Resource"] == target]


def _statements(record: dict[str, Any] | None) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = (record or {}).get("policy", {}).get("Statement", [])
    return statements
