"""What a connector's function passes on to the CDK's: every option, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from cdk_appflow_connector.function.function_options import FunctionOptions, known_options
from harness.synth.templates import Synthesised
from tests.constructs.function.connector_folders import HANDLER, function, new_stack


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    folder = tmp_path / "connector"
    module = folder / f"{HANDLER.rpartition('.')[0].replace('.', '/')}.py"
    module.parent.mkdir(parents=True)
    module.write_text(f"def {HANDLER.rpartition('.')[2]}(event, context): ...\n")
    (folder / "requirements.txt").touch()
    return folder


def test_the_functions_own_options_are_passed_on(tmp_path: Path, entry: Path) -> None:
    stack = new_stack(tmp_path / "out")
    options = {"environment": {"AA": "1"}, "timeout": Duration.seconds(9), "memory_size": 512}
    function(stack, entry, **options)
    properties = Synthesised(stack).the("AWS::Lambda::Function")["Properties"]
    assert properties["Environment"] == {"Variables": {"AA": "1"}}
    assert (properties["Timeout"], properties["MemorySize"]) == (9, 512)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("ephemeral_storage_size", lambda: Size.gibibytes(1), {"EphemeralStorage": {"Size": 1024}}),
        ("reserved_concurrent_executions", lambda: 5, {"ReservedConcurrentExecutions": 5}),
        (
            "logging_format",
            lambda: lambda_.LoggingFormat.JSON,
            {"LoggingConfig": {"LogFormat": "JSON"}},
        ),
        (
            "snap_start",
            lambda: lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS,
            {"SnapStart": {"ApplyOn": "PublishedVersions"}},
        ),
        ("recursive_loop", lambda: lambda_.RecursiveLoop.ALLOW, {"RecursiveLoop": "Allow"}),
        ("role", lambda: None, {"MemorySize": 256}),
    ],
)
def test_a_rarer_option_is_passed_on(
    tmp_path: Path, entry: Path, option: str, value: Callable[[], object], expected: dict[str, Any]
) -> None:
    stack = new_stack(tmp_path / "out")
    function(stack, entry, **{option: value()})
    properties = Synthesised(stack).the("AWS::Lambda::Function")["Properties"]
    assert properties.items() >= expected.items()


def test_what_only_some_functions_need_is_passed_on_too(tmp_path: Path, entry: Path) -> None:
    stack = new_stack(tmp_path / "out")
    queue = sqs.Queue(stack, "Lost")
    right = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["*"])
    function(stack, entry, dead_letter_queue=queue, initial_policy=[right], retry_attempts=1)
    template = Synthesised(stack)
    target = {"TargetArn": {"Fn::GetAtt": [template.id_of("AWS::SQS::Queue"), "Arn"]}}
    assert template.the("AWS::Lambda::Function")["Properties"]["DeadLetterConfig"] == target
    invoke = template.the("AWS::Lambda::EventInvokeConfig")["Properties"]
    assert invoke["MaximumRetryAttempts"] == 1


def test_every_option_of_the_cdks_functions_has_a_type() -> None:
    typed = set(FunctionOptions.__annotations__)
    explicit = {"architecture", "environment", "memory_size", "timeout"}
    assert known_options() <= typed | explicit, "add what the CDK added to FunctionOptions"
    assert not typed & explicit


def test_a_key_encrypts_the_environment_and_a_layer_caches_secrets(
    tmp_path: Path, entry: Path
) -> None:
    stack = new_stack(tmp_path / "out")
    version = lambda_.ParamsAndSecretsVersions.V1_0_103
    layer = lambda_.ParamsAndSecretsLayerVersion.from_version(version)
    key = kms.Key(stack, "Key")
    function(
        stack, entry, environment={"AA": "1"}, environment_encryption=key, params_and_secrets=layer
    )
    template = Synthesised(stack)
    properties = template.the("AWS::Lambda::Function")["Properties"]
    key_arn = {"Fn::GetAtt": [template.id_of("AWS::KMS::Key"), "Arn"]}
    assert (properties["KmsKeyArn"], len(properties["Layers"])) == (key_arn, 1)
