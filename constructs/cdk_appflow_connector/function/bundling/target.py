"""The Python, the processor and the C library that a Lambda function will run on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.validation import check_type

# Source: AWS Lambda Developer Guide, "Lambda runtimes": Python up to 3.11 runs on Amazon Linux 2
# (glibc 2.26), newer on Amazon Linux 2023 (glibc 2.34). Older than 3.9 runs on neither.
_OLDEST_PYTHON = 9
_FIRST_ON_AMAZON_LINUX_2023 = 12
_GLIBC_OF_AMAZON_LINUX_2 = 26
_GLIBC_OF_AMAZON_LINUX_2023 = 34
_OLDEST_GLIBC = 17
# manylinux2014 means glibc 2.17; wheels carry either name.
_MANYLINUX_2014 = "manylinux2014"
# Source: `uv help pip install`, --python-platform.
_KNOWN_TO_UV = (17, 28, 31, 32, 33, 34)


@dataclass(frozen=True)
class Target:
    """A Lambda runtime on one of Lambda's processors.

    `python` is its version, like ``3.12``; `machine` is Linux's name of the processor; `glibc` is
    the minor version of its C library, 2.x.
    """

    python: str
    machine: str
    glibc: int

    @property
    def platforms(self) -> list[str]:
        """The platform tags of the wheels that it can run, the most specific first."""
        versions = [f"manylinux_2_{minor}" for minor in range(self.glibc, _OLDEST_GLIBC - 1, -1)]
        older = ["manylinux2010", "manylinux1"] if self.machine == "x86_64" else []
        tags = [*versions, _MANYLINUX_2014, *older]
        return [f"{tag}_{self.machine}" for tag in tags]

    @property
    def uv_platform(self) -> str:
        """The newest of uv's names of platforms that it can run."""
        minor = max(known for known in _KNOWN_TO_UV if known <= self.glibc)
        return f"{self.machine}-manylinux_2_{minor}"

    @property
    def in_words(self) -> str:
        """The target as an error names it."""
        return f"Python {self.python} on {self.machine} Linux (glibc 2.{self.glibc})"

    def __str__(self) -> str:
        return f"python{self.python} on {self.machine}"


def target_of(runtime: lambda_.Runtime, architecture: lambda_.Architecture) -> Target:
    """Give what the runtime is made of.

    Raises:
        ValueError: the runtime is not a Python that Lambda still runs.
        TypeError: one of them is a text.
    """
    check_type("runtime", runtime, lambda_.Runtime, "a Runtime, such as Runtime.PYTHON_3_12")
    check_type("architecture", architecture, lambda_.Architecture, "Architecture.X86_64 or ARM_64")
    name = runtime.name
    version = re.fullmatch(r"python3\.(\d+)", name)
    if version is None:
        raise ValueError(f"runtime {name!r} is not Python: give one like Runtime.PYTHON_3_12")
    minor = int(version[1])
    if minor < _OLDEST_PYTHON:
        raise ValueError(f"runtime {name!r} is retired: give one like Runtime.PYTHON_3_12")
    newer = minor >= _FIRST_ON_AMAZON_LINUX_2023
    return Target(
        python=f"3.{minor}",
        machine="aarch64" if architecture.name == "arm64" else "x86_64",
        glibc=_GLIBC_OF_AMAZON_LINUX_2023 if newer else _GLIBC_OF_AMAZON_LINUX_2,
    )
