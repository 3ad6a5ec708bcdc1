"""An argument of another type is refused with its name, what to give, and the construct's path."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Aws, CfnParameter, Duration, SecretValue, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template
from constructs import Construct

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    PythonConnectorFunction,
    RegistrationProvider,
)
from harness.synth.functions import connector_function

ARN = "arn:aws:iam::123456789012:role/registration"
KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))


def connector(scope: Construct, given: dict[str, Any]) -> object:
    return CustomConnector(scope, "Made", function=connector_function(scope), **given)


def provider(scope: Construct, given: dict[str, Any]) -> object:
    return RegistrationProvider(scope, "Made", **given)


def profile(scope: Construct, given: dict[str, Any]) -> object:
    shop: Any = CustomConnector.from_connector_label(scope, "Shop", "Shop")
    right = {"connector": shop, "credentials": KEY}
    return ConnectorProfile(scope, "Made", **(right | given))


def imported_profile(scope: Construct, given: dict[str, Any]) -> object:
    return ConnectorProfile.from_profile_name(scope, "Made", "Shop", **given)


def imported_connector(scope: Construct, given: dict[str, Any]) -> object:
    return CustomConnector.from_connector_arn(scope, "Made", **given)


def python_function(scope: Construct, given: dict[str, Any]) -> object:
    right: dict[str, Any] = {"entry": ".", "handler": "crm.handler"}
    return PythonConnectorFunction(scope, "Made", **(right | given))


WRONG = [
    (connector, "revision", 3, "give a text"),
    (connector, "provider", [], "RegistrationProvider"),
    (connector, "provider", "Shared", "RegistrationProvider"),
    (provider, "timeout", 300, "Duration.minutes"),
    (provider, "timeout", 0, "Duration.minutes"),
    (provider, "role", ARN, "Role.from_role_arn"),
    (provider, "vpc", "vpc-1", "Vpc.from_lookup"),
    (provider, "environment_encryption", ARN, "Key.from_key_arn"),
    (provider, "log_group", "", "LogGroup.from_log_group_name"),
    (provider, "memory_size", "256", "MiB"),
    (provider, "memory_size", True, "MiB"),
    (provider, "reserved_concurrent_executions", "1", "number"),
    (provider, "reserved_concurrent_executions", True, "number"),
    (provider, "code_signing_config", ARN, "CodeSigningConfig"),
    (provider, "environment", ["HTTPS_PROXY"], "mapping"),
    (provider, "tracing", "Active", "aws_lambda.Tracing"),
    (profile, "connector", "Shop", "CustomConnector.from_connector_label"),
    (profile, "credentials", {"apiKey": "x"}, "ConnectorCredentials.api_key"),
    (profile, "settings", "url", "mapping"),
    (profile, "settings", [], "mapping"),
    (profile, "key", "alias/shop", "Key.from_key_arn"),
    (imported_profile, "connector", "Shop", "CustomConnector.from_connector_label"),
    (imported_connector, "connector_arn", 3, "ARN"),
    (python_function, "entry", 3, "folder"),
    (python_function, "handler", ["crm.handler"], "module.function"),
    (python_function, "requirements", ["idna"], "as text"),
    (python_function, "exclude", "*.md", "list of patterns"),
    (python_function, "runtime", "python3.12", "Runtime.PYTHON_3_12"),
    (python_function, "timeout", 30, "Duration.seconds"),
    (python_function, "memory_size", True, "MiB"),
    (python_function, "memory_size", "256", "MiB"),
    (python_function, "reserved_concurrent_executions", "1", "number"),
    (python_function, "reserved_concurrent_executions", False, "number"),
    (python_function, "ephemeral_storage_size", 512, "Size.mebibytes"),
    (python_function, "environment", "LEVEL=INFO", "mapping"),
    (python_function, "role", ARN, "Role.from_role_arn"),
    (python_function, "vpc", "vpc-1", "Vpc.from_lookup"),
    (python_function, "environment_encryption", ARN, "Key.from_key_arn"),
    (python_function, "log_group", "logs", "LogGroup.from_log_group_name"),
    (python_function, "architecture", "arm64", "Architecture.ARM_64"),
    (provider, "architecture", "arm64", "Architecture.ARM_64"),
]


@pytest.mark.parametrize(("make", "argument", "value", "advice"), WRONG)
def test_another_type_is_refused_with_argument_advice_and_path(
    stack: Stack, make: Callable[..., object], argument: str, value: object, advice: str
) -> None:
    with pytest.raises(TypeError, match=rf"^{argument} .* \(at Stack/Made\)$") as caught:
        make(stack, {argument: value})
    assert advice in str(caught.value)


NAN = float("nan")
VARIABLES = [{name: "1"} for name in ("", "A", "1 x", "_LEVEL", "LEVEL-2", "ÄÖ")]
RESERVED = [{name: "1"} for name in ("AWS_REGION", "AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT")]
OUT_OF_RANGE = [
    (made, argument, value, advice)
    for made, argument, values, advice in [
        (provider, "memory_size", (1.5, 256.5, NAN), "whole number of MiB"),
        (provider, "memory_size", (-1, 0, 127, 10_241), "128 to 10240"),
        (provider, "reserved_concurrent_executions", (1.5, NAN), "whole number"),
        (provider, "reserved_concurrent_executions", (-1, 0), "1 or more, or leave it out"),
        (provider, "timeout", (Duration.seconds(30.5), Duration.millis(30_500)), "whole number"),
        (provider, "timeout", (Duration.seconds(29), Duration.minutes(16)), "15 minutes"),
        (python_function, "memory_size", (1.5, 256.5, NAN), "whole number of MiB"),
        (python_function, "memory_size", (-1, 0, 127, 10_241), "128 to 10240"),
        (python_function, "reserved_concurrent_executions", (1.5, NAN), "whole number"),
        (python_function, "reserved_concurrent_executions", (-1,), "0 or more, or leave it out"),
        (python_function, "timeout", (Duration.seconds(1.5), Duration.millis(1)), "whole number"),
        (python_function, "timeout", (Duration.seconds(0), Duration.seconds(901)), "15 minutes"),
        (
            python_function,
            "ephemeral_storage_size",
            (Size.mebibytes(511), Size.mebibytes(512.5), Size.gibibytes(11)),
            "512 to 10240 whole MiB",
        ),
        (python_function, "retry_attempts", (1.5, NAN, math.inf, -1, 3), "from 0 to 2"),
        *[
            (make, argument, values, advice)
            for make in (provider, python_function)
            for argument, values, advice in (
                ("function_name", ("", "a b", "ä", "a.b", "x" * 65), "1 to 64 of the letters"),
                ("environment", VARIABLES, "two or more of the letters"),
                ("environment", RESERVED, "reserved for Lambda"),
                ("environment", ({"LEVEL": "x" * 4092},), "Lambda admits 4096: keep long texts"),
            )
        ],
    ]
    for value in values
]


@pytest.mark.parametrize(("make", "argument", "value", "advice"), OUT_OF_RANGE)
def test_what_lambda_would_refuse_is_refused_with_argument_advice_and_path(
    stack: Stack, make: Callable[..., object], argument: str, value: object, advice: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{argument}:? .* \(at Stack/Made\)$") as caught:
        make(stack, {argument: value})
    assert advice in str(caught.value)


@pytest.mark.parametrize("make", [provider, python_function])
def test_what_lambda_takes_is_taken(
    stack: Stack, make: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crm.py").write_text("def handler(event, context): ...")
    (tmp_path / "requirements.txt").touch()
    parameter = CfnParameter(stack, "Reserved", type="Number").value_as_number
    text = CfnParameter(stack, "Text").value_as_string
    given = {
        "memory_size": 512.0,
        "reserved_concurrent_executions": parameter,
        "function_name": text,
        # How long it gets is known at deployment only.
        "environment": {"LEVEL": text, "HTTPS_PROXY": "x" * 4090},
    }
    make(stack, given)
    found = Template.from_stack(stack).find_resources("AWS::Lambda::Function").values()
    (function,) = [each["Properties"] for each in found if "Made" in json.dumps(each)]
    assert function["MemorySize"] == 512
    assert function["ReservedConcurrentExecutions"] == {"Ref": "Reserved"}
    assert function["FunctionName"] == function["Environment"]["Variables"]["LEVEL"]


@pytest.mark.parametrize("make", [provider, python_function])
def test_a_variable_that_is_no_text_is_named(stack: Stack, make: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match=r"environment\['PORT'\] 3128 must be a string.*Stack/Made"):
        make(stack, {"environment": {"PORT": 3128}})


def test_what_is_meant_by_unsafe_plain_text_is_true_or_false() -> None:
    meant: Any = "false"
    with pytest.raises(TypeError, match=r"unsafe_plain_text 'false' .*True or False"):
        ConnectorCredentials.api_key(SecretValue.unsafe_plain_text("x"), unsafe_plain_text=meant)


@pytest.mark.parametrize("argument", ["entry", "handler", "requirements"])
def test_what_decides_on_the_bundle_is_no_token(stack: Stack, argument: str) -> None:
    with pytest.raises(ValueError, match=rf"^{argument} .* is known at deployment only: give"):
        python_function(stack, {argument: Aws.STACK_NAME})


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("memory_sise", "did you mean memory_size?"),
        ("handlers", "did you mean handler?"),
        ("colour", "see aws_lambda.FunctionOptions"),
        ("code", "it is what the folder `entry` holds"),
    ],
)
def test_an_option_that_functions_do_not_have_is_refused(
    stack: Stack, option: str, says: str
) -> None:
    with pytest.raises(
        TypeError, match=rf"^{option} is not an option.*\(at Stack/Made\)$"
    ) as caught:
        python_function(stack, {option: 256})
    assert says in str(caught.value)


def test_what_the_cdk_refuses_names_the_construct_too(stack: Stack) -> None:
    with pytest.raises(RuntimeError, match=r" \(at Stack/Made\)$"):
        RegistrationProvider(
            stack,
            "Made",
            vpc=ec2.Vpc.from_vpc_attributes(
                stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["s-1"]
            ),
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )


def test_imported_constructs_are_of_the_right_type(stack: Stack) -> None:
    made = RegistrationProvider(
        stack,
        "Made",
        role=iam.Role.from_role_arn(stack, "Role", ARN),
        vpc=ec2.Vpc.from_vpc_attributes(
            stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
        ),
        environment_encryption=kms.Key.from_key_arn(
            stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/1"
        ),
        log_group=logs.LogGroup.from_log_group_name(stack, "Logs", "registration"),
        tracing=lambda_.Tracing.ACTIVE,
    )
    assert made.role.role_name == "registration"
