"""The names that the adapter takes from MiniStack, and how they must behave.

MiniStack promises none of them. When its pin is raised and one of these fails, the adapter is the
only file to change. They run in the local cloud's own environment.
"""

from __future__ import annotations

import subprocess

import pytest

from harness.local_cloud import command

IMPORTS = """
import asyncio, inspect
from ministack import app
from ministack.core import iam_evaluator, lambda_runtime, responses, router
from ministack.services import lambda_svc, secretsmanager
"""

EXPECTATIONS = {
    "services are looked up by name at each request": (
        "isinstance(app.SERVICE_HANDLERS, dict) and 'appflow' not in app.SERVICE_HANDLERS"
    ),
    "a request goes to the service that its signature names": (
        "router.detect_service('POST', '/list-connectors', {'authorization': "
        "'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/appflow/aws4_request, "
        "SignedHeaders=host, Signature=0'}, {}) == 'appflow'"
    ),
    "a service that is known by name is not looked for in botocore": (
        "isinstance(router.SERVICE_PATTERNS, dict) and 'appflow' not in router.SERVICE_PATTERNS"
    ),
    "a handler takes method, path, headers, body and query": (
        "list(inspect.signature(app.SERVICE_HANDLERS['s3']).parameters)"
        " == ['method', 'path', 'headers', 'body', 'query_params']"
    ),
    "enforcement is switched by AUTH": "isinstance(app.AUTH, bool)",
    "enforce takes a resource and condition keys and says None for yes": (
        "{'resource_arn', 'service_context'}"
        " <= set(inspect.signature(iam_evaluator.enforce).parameters)"
    ),
    "a resource policy is evaluated for a service": (
        "iam_evaluator.evaluate_resource_policy({'Statement': [{'Effect': 'Allow', 'Principal': "
        "{'Service': 'appflow.amazonaws.com'}, 'Action': 'lambda:InvokeFunction', "
        "'Resource': '*'}]}, iam_evaluator.EvalContext(principal_arn='*', "
        "principal_type='Service', principal_account='', action='lambda:InvokeFunction', "
        "resource_arn='arn:aws:lambda:us-east-1:000000000000:function:f', region='us-east-1', "
        "service_context={}), 'appflow.amazonaws.com').decision == 'Allow'"
    ),
    "the caller's ARN is pinned": "iam_evaluator.caller_arn().endswith(':root')",
    "functions are found by ARN": (
        "lambda_svc._get_func_record_for_ref("
        "'arn:aws:lambda:us-east-1:000000000000:function:none')[0] is None"
    ),
    "functions run in the scope of their ARN": (
        "callable(lambda_svc._execution_record_for_config)"
        " and callable(lambda_svc._execute_function_with_config_scope)"
    ),
    "the interpreter of functions is chosen by runtime": (
        "len(lambda_runtime._detect_runtime_binary('python3.13')) == 2"
    ),
    "functions can be ended": "callable(lambda_runtime.reset)",
    "a secret is created once, replaced and deleted in process": (
        "(made := secretsmanager.create_secret_in_process('appflow!a', 'one'))"
        " and secretsmanager.create_secret_in_process('appflow!a', 'two') is None"
        " and secretsmanager.put_secret_value_in_process(made, 'two')"
        " and secretsmanager.resolve_secret_string(made) == 'two'"
        " and secretsmanager.delete_secret_in_process(made)"
        " and secretsmanager.resolve_secret_string(made) is None"
        " and secretsmanager.put_secret_value_in_process(made, 'three') is False"
        " and secretsmanager.delete_secret_in_process(made) is False"
    ),
    "account and region are those of the request": (
        "bool(responses.get_account_id()) and bool(responses.get_region())"
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    # One process for all: importing MiniStack takes a second.
    code = IMPORTS + "".join(
        f"print({name!r}, '=', bool({expectation}))\n" for name, expectation in EXPECTATIONS.items()
    )
    done = subprocess.run(
        [command("python"), "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split(" = ") for line in done.stdout.splitlines() if " = " in line)


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_ministack_is_still_such_that(expectation: str, answers: dict[str, str]) -> None:
    assert answers[expectation] == "True"
