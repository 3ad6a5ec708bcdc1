"""Checks the arguments that this library passes on to ``aws_lambda.Function``. Tokens pass.

The CDK takes some that Lambda refuses, such as half a MiB, and names no argument when it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration, Size, Token

from cdk_appflow_connector.argument_types import check_given_type, check_kind, check_type
from cdk_appflow_connector.tokens import is_token

# Source: Lambda API reference, CreateFunction, PutFunctionConcurrency and EphemeralStorage.
_MEMORY: Final = (128, 10_240)
_STORAGE: Final = (512, 10_240)
_LONGEST_SECONDS: Final = 900
_SHORTEST_REGISTRATION_SECONDS: Final = 30
_FUNCTION_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}", re.ASCII)
_VARIABLE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+", re.ASCII)
_MOST_VARIABLE_BYTES: Final = 4096
# Source: Lambda developer guide, "Defined runtime environment variables".
_RESERVED: Final = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)


def check_memory(mebibytes: int) -> None:
    """Raise an error for a size of memory that Lambda would refuse."""
    _check_whole("memory_size", mebibytes, "give a whole number of MiB")
    if not _MEMORY[0] <= mebibytes <= _MEMORY[1] and not Token.is_unresolved(mebibytes):
        raise ValueError(f"memory_size {mebibytes} MiB is out of range: give 128 to 10240")


def check_concurrency(reserved: int | None, *, least: int) -> None:
    """Raise an error for a reserved concurrency that Lambda would refuse, or less than the least.

    Args:
        reserved: the argument.
        least: 0, with which Lambda runs nothing, or 1.
    """
    if reserved is None:
        return
    _check_whole("reserved_concurrent_executions", reserved, "give a whole number")
    if reserved < least and not Token.is_unresolved(reserved):
        keeps = "keeps the provider from running" if least else "is out of range"
        raise ValueError(
            f"reserved_concurrent_executions {reserved} {keeps}: give {least} or more, or leave it "
            "out"
        )


def check_timeout(timeout: Duration | None) -> None:
    """Raise an error for a function's timeout that Lambda would refuse."""
    check_type("timeout", timeout, Duration, "give a Duration, such as Duration.seconds(30)")
    if timeout is None or timeout.is_unresolved():
        return
    seconds = _seconds(timeout)
    if not 1 <= seconds <= _LONGEST_SECONDS:
        raise ValueError(
            f"timeout {seconds} s is out of range: give at least 1 s and at most 15 minutes "
            "(Lambda's longest)"
        )


def check_registration_timeout(timeout: Duration) -> None:
    """Raise an error for a provider's timeout that is out of range, a token or no Duration."""
    check_given_type("timeout", timeout, Duration, "give a Duration, such as Duration.minutes(5)")
    if timeout.is_unresolved():
        raise ValueError("timeout must be known when the app is synthesised: give a number")
    seconds = _seconds(timeout)
    if not _SHORTEST_REGISTRATION_SECONDS <= seconds <= _LONGEST_SECONDS:
        raise ValueError(
            f"timeout {seconds} s is out of range: give at least 30 s (AppFlow gives a connector "
            "10 s to answer, and may ask again) and at most 15 minutes (Lambda's longest)"
        )


def check_storage(size: Size | None) -> None:
    """Raise an error for a size of ``/tmp`` that Lambda would refuse."""
    advice = "give a Size, such as Size.mebibytes(512)"
    check_type("ephemeral_storage_size", size, Size, advice)
    if size is None or size.is_unresolved():
        return
    mebibytes = _rounded(size.to_kibibytes() / 1024)
    if not isinstance(mebibytes, int) or not _STORAGE[0] <= mebibytes <= _STORAGE[1]:
        raise ValueError(
            f"ephemeral_storage_size {mebibytes} MiB is out of range: give 512 to 10240 whole MiB"
        )


def check_environment(environment: Mapping[str, str] | None) -> None:
    """Raise an error unless environment variables are ones that Lambda takes, as texts."""
    check_type("environment", environment, Mapping, "give a mapping of names to texts")
    variables = environment or {}
    for name, value in variables.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(
                f"environment[{name!r}] {value!r} must be a string, and so must its name"
            )
        if problem := _variable_problem(name):
            raise ValueError(f"environment: the name {name!r} {problem}")
    size = sum(len(text.encode()) for item in variables.items() for text in item)
    if size > _MOST_VARIABLE_BYTES and not any(map(is_token, variables.values())):
        raise ValueError(
            f"environment has {size} bytes; Lambda admits {_MOST_VARIABLE_BYTES}: keep long texts "
            "in the function's code, in Parameter Store or in Secrets Manager"
        )


def _variable_problem(name: str) -> str | None:
    if name in _RESERVED:
        return "is reserved for Lambda, which sets it itself: give another name"
    if not is_token(name) and not _VARIABLE.fullmatch(name):
        return (
            "is refused by Lambda: give two or more of the letters a-z and A-Z, digits and _, "
            "beginning with a letter"
        )
    return None


def check_function_name(name: str | None) -> None:
    """Raise an error for the name of a function that Lambda would refuse."""
    advice = "give 1 to 64 of the letters a-z and A-Z, digits, - and _, or leave it out"
    check_type("function_name", name, str, advice)
    if name is not None and not is_token(name) and not _FUNCTION_NAME.fullmatch(name):
        raise ValueError(f"function_name {name!r} is refused by Lambda: {advice}")


def check_constructs(role: object, vpc: object, key: object, log_group: object) -> None:
    """Raise TypeError for names or ARNs where constructs are needed."""
    check_kind(
        "role",
        role,
        "attach_inline_policy",
        "give an aws_iam.Role, or refer to one with Role.from_role_arn",
    )
    check_kind("vpc", vpc, "vpc_id", "give an aws_ec2.Vpc, or refer to one with Vpc.from_lookup")
    check_kind(
        "environment_encryption",
        key,
        "key_arn",
        "give an aws_kms.Key, or refer to one with Key.from_key_arn",
    )
    check_kind(
        "log_group",
        log_group,
        "log_group_name",
        "give an aws_logs.LogGroup, or refer to one with LogGroup.from_log_group_name",
    )


def _seconds(duration: Duration) -> int:
    seconds = _rounded(duration.to_milliseconds(integral=False) / 1000)
    if not isinstance(seconds, int):
        raise ValueError(f"timeout {seconds} s is no whole number: Lambda counts whole seconds")
    return seconds


def _check_whole(argument: str, value: float, advice: str) -> None:
    check_given_type(argument, value, (int, float), advice)
    # A token is a number that no quota reaches.
    if not (isinstance(value, int) or value.is_integer()):
        raise ValueError(f"{argument} {value!r} is no whole number: {advice}")


def _rounded(number: float) -> int | float:
    return int(number) if number == int(number) else number
