"""A connector's Lambda function, from a folder of Python and its requirements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Annotations, Duration, Stack, Token
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector import function_arguments, validation
from cdk_appflow_connector.argument_types import check_type
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.function.bundling.asset import LocalAsset
from cdk_appflow_connector.function.bundling.bundle import Bundle
from cdk_appflow_connector.function.bundling.handler_check import check_handler
from cdk_appflow_connector.function.bundling.requirements import read_requirements
from cdk_appflow_connector.function.bundling.sources import folder_names, read_sources
from cdk_appflow_connector.function.bundling.target import Target, target_of
from cdk_appflow_connector.function.function_options import FunctionOptions, check_options
from cdk_appflow_connector.function.preflight.preflight import (
    FurtherQuestions,
    Preflight,
    SkippedError,
)
from cdk_appflow_connector.function.preflight.self_description import SelfDescription, remember
from cdk_appflow_connector.removal_policy import RemovedByPolicy, check_removal_policy
from cdk_appflow_connector.synth_warnings import WarningId, warn

if TYPE_CHECKING:
    from typing_extensions import Unpack

# Source: AppFlow Custom Connector SDK for Java, "SDK Restrictions": a query has 30 seconds.
_TIMEOUT_SECONDS = 30
# Source: the template of AWS's sample connector.
_MEMORY_MIB = 256
_FIRST_PYTHON_WITHOUT_SDK = (3, 13)


class PythonConnectorFunction(ShownConstruct, RemovedByPolicy, lambda_.Function):
    """A Lambda function from a connector's folder and its requirements, bundled without Docker.

    uv, which the extra ``cdk-appflow-connector[python]`` brings, installs wheels for the function's
    runtime and architecture on any machine. What comes as source only is built by the build
    backend that is installed beside this library (the extra brings setuptools), which runs its
    setup code here, and taken if it has nothing compiled. The bundle is what the folder holds (see
    `exclude`) and what the requirements install: boto3, which the runtime has, is bundled only if
    they ask for it; awslambdaric, which is Lambda's own, never. To AWS's connector SDK, required or
    copied into the folder, its parser is added, which it does not declare.

    What uv installed is cached by the requirements' text and uv's settings in
    ``~/.cache/cdk-appflow-connector`` (``$XDG_CACHE_HOME``; the environment variable
    ``CDK_APPFLOW_CONNECTOR_CACHE`` names another folder; where the user's can't be written, it
    lasts as long as the process), and an unchanged connector is not bundled again. So the asset's
    hash follows what you wrote, not what the package index offers today: pin every requirement,
    best with hashes or a ``uv.lock``. Delete the folder to resolve again.

    Example:
        ```python
        PythonConnectorFunction(
            stack,
            "Function",
            entry="connector",
            handler="crm.handler",
            preflight=True,
            tracing=lambda_.Tracing.ACTIVE,
        )
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        entry: the connector's folder; a relative one starts at the current folder.
        handler: ``module.function`` in the folder, like ``crm.handler.lambda_handler``.
        runtime: a Python. Default: 3.12, the newest on which AWS's connector SDK imports.
        architecture: Default: x86_64.
        requirements: the file of requirements, as a path from the folder: a requirements file, a
            ``uv.lock`` or a ``pyproject.toml`` (its ``dependencies``). Default: the folder's
            ``requirements.txt``, ``uv.lock`` or ``pyproject.toml``.
        exclude: patterns of paths in the folder that are not bundled, like ``*.md``. Left out
            anyway: names that start with a dot, ``tests``, ``venv``, ``node_modules``,
            ``cdk.out``, compiled Python and the three files of requirements. Default: no others.
        preflight: ask the connector for its configuration when it is synthesised, in a process
            without AWS credentials, and check it by AppFlow's rules. What AppFlow would refuse is
            an error of this construct, what is only inferred a warning. It runs on the function's
            Python, this one or one that uv finds here; without one it is not done, which is a
            warning, too. Profiles and flows of the connector are compared with what it says, and it
            is asked for a flow's entity, too. Default: False.
        environment: the function's environment variables; the preflight sees those without tokens.
            Default: none.
        timeout: Default: 30 seconds, which is AppFlow's limit for a query.
        memory_size: in MiB. Default: 256.
        options: every other option of the CDK's functions (``aws_lambda.FunctionOptions``), such as
            ``role``, ``vpc``, ``layers``, ``log_group``, ``tracing`` or ``dead_letter_queue``.
            ``snap_start`` applies to published versions only, so register an alias or a version.

    Raises:
        TypeError: an argument is of another type, or no option of the CDK's functions.
        ValueError: the folder, the handler, the requirements or the runtime is not usable, a
            requirement has no wheel for the function, uv refuses, or uv isn't installed.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        entry: str | Path,
        handler: str,
        runtime: lambda_.Runtime | None = None,
        architecture: lambda_.Architecture | None = None,
        requirements: str | None = None,
        exclude: Sequence[str] = (),
        preflight: bool = False,
        environment: Mapping[str, str] | None = None,
        timeout: Duration | None = None,
        memory_size: int = _MEMORY_MIB,
        **options: Unpack[FunctionOptions],
    ) -> None:
        check_type("preflight", preflight, bool, "give True or False")
        _check_types(entry, handler, requirements, exclude, runtime, architecture)
        check_options(options)
        function_arguments.check_environment(environment)
        function_arguments.check_timeout(timeout)
        function_arguments.check_memory(memory_size)
        function_arguments.check_storage(options.get("ephemeral_storage_size"))
        function_arguments.check_concurrency(options.get("reserved_concurrent_executions"), least=0)
        function_arguments.check_constructs(
            options.get("role"),
            options.get("vpc"),
            options.get("environment_encryption"),
            options.get("log_group"),
        )
        if (log_policy := options.get("log_removal_policy")) is not None:
            check_removal_policy(log_policy, "log_removal_policy")
        runtime = runtime or lambda_.Runtime.PYTHON_3_12
        architecture = architecture or lambda_.Architecture.X86_64
        bundle = _read_bundle(Path(entry), requirements, exclude, target_of(runtime, architecture))
        check_handler(handler, bundle.sources, bundle.target)
        asset = LocalAsset(bundle.folder, bundle.digest, bundle.write)
        try:
            super().__init__(
                scope,
                construct_id,
                code=asset.code(),
                handler=handler,
                runtime=runtime,
                architecture=architecture,
                environment=environment,
                timeout=Duration.seconds(_TIMEOUT_SECONDS) if timeout is None else timeout,
                memory_size=memory_size,
                **options,
            )
        except RuntimeError:
            if asset.problem is None:
                raise
            raise ValueError(asset.problem) from None
        _warn_of_sdk(self, bundle)
        # The CDK CLI asks for some stacks only: then nothing is installed for the others.
        if preflight and Stack.of(self).bundling_required:
            _annotate(self, bundle, handler, environment or {})


def _check_types(
    entry: object,
    handler: object,
    requirements: object,
    exclude: object,
    runtime: object,
    architecture: object,
) -> None:
    check_type("entry", entry, (str, Path), "give the path of the connector's folder")
    check_type("handler", handler, str, "give module.function, like 'crm.lambda_handler'")
    check_type("requirements", requirements, str, "give the file's path from the folder, as text")
    check_type("exclude", exclude, (list, tuple), "give a list of patterns, like ['*.md']")
    advice = "give a Python, like aws_lambda.Runtime.PYTHON_3_12"
    check_type("runtime", runtime, lambda_.Runtime, advice)
    advice = "give a member of aws_lambda.Architecture, like Architecture.ARM_64"
    check_type("architecture", architecture, lambda_.Architecture, advice)
    for name, text in (("entry", entry), ("handler", handler), ("requirements", requirements)):
        validation.check_known(name, text, "what is in the bundle depends on it")


def _read_bundle(
    entry: Path, requirements: str | None, exclude: Sequence[str], target: Target
) -> Bundle:
    folder = entry.resolve()
    sources = read_sources(folder, exclude)
    required = read_requirements(folder, requirements, folder_names(sources))
    return Bundle(folder, sources, required, target)


def _warn_of_sdk(function: lambda_.Function, bundle: Bundle) -> None:
    version = tuple(map(int, bundle.target.python.split(".")))
    if bundle.requirements.has_sdk and version >= _FIRST_PYTHON_WITHOUT_SDK:
        warn(
            function,
            WarningId.SDK_ON_PYTHON_3_13,
            "AWS's custom-connector-sdk does not import on Python 3.13 and later by itself (its "
            "enumeration of authentication types raises a TypeError): use Runtime.PYTHON_3_12, or "
            "acknowledge this if the connector works around it",
        )


def _annotate(
    function: lambda_.Function, bundle: Bundle, handler: str, environment: Mapping[str, str]
) -> None:
    notes = Annotations.of(function)
    known = {name: value for name, value in environment.items() if not Token.is_unresolved(value)}
    preflight = Preflight(bundle, handler, known)
    try:
        checked = preflight.check()
    except SkippedError as reason:
        warn(function, WarningId.PREFLIGHT_SKIPPED, f"preflight=True was not done: {reason}")
        return
    for finding in checked.findings:
        if finding.is_error:
            notes.add_error(f"preflight: {finding.text}")
        else:
            warn(function, WarningId.PREFLIGHT, f"preflight: {finding.text}")
    if checked.configuration is not None:
        path, further = function.node.path, FurtherQuestions(preflight).answers
        remember(function, SelfDescription(path, checked.configuration, further))
