"""Checks the arguments that this library passes on to ``aws_lambda.Function``. Tokens pass.

The CDK takes some that Lambda refuses, such as half a MiB, and names no argument when it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration, Size, Token

from cdk_appflow_connector.argument_types import check_kind, check_type

# Source: Lambda API reference, CreateFunction, PutFunctionConcurrency and EphemeralStorage.
_MEMORY: Final = (128, 10_240)
_STORAGE: Final = (512, 10_240)
_LONGEST_SECONDS: Final = 900
_SHORTEST_REGISTRATION_SECONDS: Final = 30


def check_memory(mebibytes: int) -> None:
    """Raise an error for a size of memory that Lambda would refuse."""
    _check_whole("memory_size", mebibytes, "give a whole number of MiB")
    if not Token.is_unresolved(mebibytes) and not _MEMORY[0] <= mebibytes <= _MEMORY[1]:
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
    if not Token.is_unresolved(reserved) and reserved < least:
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
    check_type("timeout", timeout, Duration, "give a Duration, such as Duration.minutes(5)")
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
    """Raise TypeError unless environment variables are a mapping of texts to texts."""
    check_type("environment", environment, Mapping, "give a mapping of names to texts")
    for name, value in (environment or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(
                f"environment[{name!r}] {value!r} must be a string, and so must its name"
            )


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
    check_type(argument, value, (int, float), advice)
    # A token is a number that no quota reaches.
    if not (isinstance(value, int) or value.is_integer()):
        raise ValueError(f"{argument} {value!r} is no whole number: {advice}")


def _rounded(number: float) -> int | float:
    return int(number) if number == int(number) else number
