"""The options of the CDK's functions that a connector's function passes on as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from inspect import signature
from typing import Final, TypedDict

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_codeguruprofiler as codeguruprofiler
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from cdk_appflow_connector.argument_types import (
    check_given,
    check_implements,
    check_kind,
    check_type,
)
from cdk_appflow_connector.tokens import is_number_token

_BUNDLED = "code"
_CONSTRUCTS: Final[Mapping[str, tuple[str, str]]] = {
    "code_signing_config": ("code_signing_config_arn", "give an aws_lambda.CodeSigningConfig"),
    "dead_letter_queue": ("queue_arn", "give an aws_sqs.Queue"),
    "dead_letter_topic": ("topic_arn", "give an aws_sns.Topic"),
    "log_retention_role": ("role_arn", "give an aws_iam.Role"),
    "profiling_group": ("profiling_group_arn", "give an aws_codeguruprofiler.ProfilingGroup"),
}
"""The member by which each option of a construct is known, and what to give."""
_LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "events": ("bind", "give a list of aws_lambda_event_sources"),
    "initial_policy": ("to_statement_json", "give a list of aws_iam.PolicyStatement"),
    "layers": ("layer_version_arn", "give a list of aws_lambda.LayerVersion"),
    "security_groups": ("security_group_id", "give a list of aws_ec2.SecurityGroup"),
}
_DESTINATIONS: Final = ("on_failure", "on_success")
# Source: Lambda API reference, PutFunctionEventInvokeConfig.
_MOST_ATTEMPTS: Final = 2
_EXPLICIT = ("entry", "exclude", "handler", "preflight", "requirements", "runtime")


class FunctionOptions(TypedDict, total=False):
    """The options of ``aws_lambda.Function``, by their names there; None is as good as left out.

    Source: CDK API reference, ``aws_lambda.FunctionOptions``. Options that a newer CDK adds are
    passed on, too, and older ones refuse what they lack.
    """

    adot_instrumentation: lambda_.AdotInstrumentationConfig | None
    allow_all_ipv6_outbound: bool | None
    allow_all_outbound: bool | None
    allow_public_subnet: bool | None
    application_log_level: str | None
    application_log_level_v2: lambda_.ApplicationLogLevel | None
    code_signing_config: lambda_.ICodeSigningConfig | lambda_.CodeSigningConfig | None
    current_version_options: lambda_.VersionOptions | None
    dead_letter_queue: sqs.IQueue | sqs.Queue | None
    dead_letter_queue_enabled: bool | None
    dead_letter_topic: sns.ITopic | sns.Topic | None
    description: str | None
    durable_config: lambda_.DurableConfig | None
    environment_encryption: kms.IKey | kms.Key | None
    ephemeral_storage_size: Size | None
    events: Sequence[lambda_.IEventSource] | None
    filesystem: lambda_.FileSystem | None
    function_name: str | None
    initial_policy: Sequence[iam.PolicyStatement] | None
    insights_version: lambda_.LambdaInsightsVersion | None
    ipv6_allowed_for_dual_stack: bool | None
    layers: Sequence[lambda_.ILayerVersion | lambda_.LayerVersion] | None
    log_format: str | None
    log_group: logs.ILogGroup | logs.LogGroup | None
    log_removal_policy: RemovalPolicy | None
    log_retention: logs.RetentionDays | None
    log_retention_retry_options: lambda_.LogRetentionRetryOptions | None
    log_retention_role: iam.IRole | iam.Role | None
    logging_format: lambda_.LoggingFormat | None
    max_event_age: Duration | None
    on_failure: lambda_.IDestination | None
    on_success: lambda_.IDestination | None
    params_and_secrets: lambda_.ParamsAndSecretsLayerVersion | None
    profiling: bool | None
    profiling_group: codeguruprofiler.IProfilingGroup | codeguruprofiler.ProfilingGroup | None
    recursive_loop: lambda_.RecursiveLoop | None
    reserved_concurrent_executions: int | None
    retry_attempts: int | None
    role: iam.IRole | iam.Role | iam.LazyRole | None
    runtime_management_mode: lambda_.RuntimeManagementMode | None
    security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None
    snap_start: lambda_.SnapStartConf | None
    system_log_level: str | None
    system_log_level_v2: lambda_.SystemLogLevel | None
    tenancy_config: lambda_.TenancyConfig | None
    tracing: lambda_.Tracing | None
    vpc: ec2.IVpc | ec2.Vpc | None
    vpc_subnets: ec2.SubnetSelection | None


def check_options(options: Mapping[str, object]) -> None:
    """Raise an error for what is no option of the CDK's functions, or has another type.

    jsii tells of a text where a number belongs; what it doesn't know by its name is refused here.
    """
    _check_names(options)
    for name, value in options.items():
        if name == "retry_attempts":
            _check_attempts(value)
        if name in _DESTINATIONS:
            advice = "give one of aws_lambda_destinations"
            check_implements(name, value, lambda_.IDestination, "bind", advice)
        if name in _CONSTRUCTS:
            check_kind(name, value, *_CONSTRUCTS[name])
        if name in _LISTS:
            member, advice = _LISTS[name]
            check_type(name, value, (list, tuple), advice)
            for each in value if isinstance(value, (list, tuple)) else ():
                check_given(name, each, member, advice)


def _check_attempts(number: object) -> None:
    advice = f"give a whole number from 0 to {_MOST_ATTEMPTS}"
    check_type("retry_attempts", number, (int, float), advice)
    if not isinstance(number, (int, float)) or is_number_token(number):
        return
    if number % 1 or not 0 <= number <= _MOST_ATTEMPTS:
        raise ValueError(f"retry_attempts {number} is out of range: {advice}")


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if name == _BUNDLED:
            raise TypeError("code is not an option: it is what the folder `entry` holds")
        if name not in known_options():
            near = get_close_matches(name, [*known_options(), *_EXPLICIT], 1)
            advice = f"did you mean {near[0]}?" if near else "see aws_lambda.FunctionOptions"
            raise TypeError(f"{name} is not an option of this CDK's functions: {advice}")


@cache
def known_options() -> frozenset[str]:
    """Return the names of the installed CDK's options of functions."""
    return frozenset(signature(lambda_.FunctionOptions.__init__).parameters) - {"self"}
