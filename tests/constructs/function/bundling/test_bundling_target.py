"""What a Lambda runtime can run."""

from __future__ import annotations

import pytest
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.function.bundling.target import target_of

X86 = lambda_.Architecture.X86_64
ARM = lambda_.Architecture.ARM_64


@pytest.mark.parametrize(
    ("runtime", "architecture", "newest", "oldest", "too_new"),
    [
        (
            lambda_.Runtime.PYTHON_3_11,
            X86,
            "manylinux_2_26_x86_64",
            "manylinux1_x86_64",
            "manylinux_2_27_x86_64",
        ),
        (
            lambda_.Runtime.PYTHON_3_12,
            X86,
            "manylinux_2_34_x86_64",
            "manylinux1_x86_64",
            "manylinux_2_35_x86_64",
        ),
        (
            lambda_.Runtime.PYTHON_3_13,
            ARM,
            "manylinux_2_34_aarch64",
            "manylinux2014_aarch64",
            "manylinux_2_35_aarch64",
        ),
    ],
)
def test_wheels_must_fit_the_c_library_of_the_runtime(
    runtime: lambda_.Runtime,
    architecture: lambda_.Architecture,
    newest: str,
    oldest: str,
    too_new: str,
) -> None:
    platforms = target_of(runtime, architecture).platforms
    assert (platforms[0], platforms[-1]) == (newest, oldest)
    assert too_new not in platforms


@pytest.mark.parametrize(
    ("runtime", "says"),
    [
        (lambda_.Runtime.NODEJS_22_X, "runtime 'nodejs22.x' is not Python"),
        (lambda_.Runtime.PROVIDED_AL2023, "runtime 'provided.al2023' is not Python"),
        (lambda_.Runtime.PYTHON_2_7, "runtime 'python2.7' is not Python"),
        (lambda_.Runtime.PYTHON_3_8, "runtime 'python3.8' is retired"),
    ],
)
def test_another_runtime_is_refused(runtime: lambda_.Runtime, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        target_of(runtime, X86)


def test_a_runtime_newer_than_this_cdk_is_taken() -> None:
    runtime = lambda_.Runtime("python3.15", lambda_.RuntimeFamily.PYTHON)
    assert target_of(runtime, ARM).python == "3.15"


def test_texts_for_a_runtime_and_an_architecture_are_refused() -> None:
    with pytest.raises(TypeError, match=r"runtime 'python3.12' .*: give a Runtime"):
        target_of("python3.12", X86)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"architecture 'arm64' .*: give Architecture\.X86_64 or"):
        target_of(lambda_.Runtime.PYTHON_3_12, "arm64")  # type: ignore[arg-type]
