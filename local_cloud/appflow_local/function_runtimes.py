"""The interpreters of this machine that functions run on, and what can't run on it.

The user's command finds them, and hands them to the server in variables that functions don't see.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from appflow_local.aws_hosts import AwsHosts
from appflow_local.java_runtime import JavaRuntime, JavaUnavailable
from appflow_local.node_runtime import (
    NODE_MODULES_VARIABLE,
    NoNodeModules,
    find_node_modules,
    link_sdk,
    reads_proxies,
)
from appflow_local.python_runtime import (
    OWN_VERSION,
    PYTHONS_VARIABLE,
    NoInterpreter,
    build_python_runtimes,
    given_pythons,
)
from appflow_local.state import StateFolder

if TYPE_CHECKING:
    from appflow_local.traffic.session import TrafficSession

_JAVA_HOME = "JAVA_HOME"
_LIMIT = "This is the emulator's limit, not Lambda's."
_MISSING_SDK = re.compile(r"@(?:aws-sdk|smithy)/[a-z0-9-]+")


class RuntimesError(Exception):
    """What the user's variables name can't be used; the message says why."""


def find_runtimes() -> dict[str, str]:
    """Return the variables that tell the server what the user's environment has for functions.

    Raises:
        RuntimesError: a variable of the user's names what can't be used.
    """
    try:
        node_modules, pythons = find_node_modules(), given_pythons()
    except (NoNodeModules, NoInterpreter) as error:
        raise RuntimesError(str(error)) from error
    given = {
        NODE_MODULES_VARIABLE: str(node_modules or ""),
        PYTHONS_VARIABLE: ",".join(f"{version}={path}" for version, path in pythons.items()),
        _JAVA_HOME: os.environ.get(_JAVA_HOME, ""),
    }
    return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class FunctionRuntimes:
    """What functions run on.

    Args:
        pythons: interpreters by version, such as `3.12`; the cloud's own among them.
        java: the machine's JVM, if it has one.
        is_led_to_proxy: whether their traffic is recorded or replayed.
    """

    pythons: Mapping[str, Path]
    java: JavaRuntime
    is_led_to_proxy: bool = False

    @classmethod
    def prepare(
        cls, state: StateFolder, port: int, traffic: TrafficSession | None = None
    ) -> FunctionRuntimes:
        """Build what functions run in, from the variables of `find_runtimes`, and unset these.

        Args:
            state: the cloud's folder.
            port: the cloud's port.
            traffic: the proxy that functions are led to; None to let them reach the world.

        Raises:
            RuntimesError: an environment of an interpreter can't be made.
        """
        node_modules = os.environ.pop(NODE_MODULES_VARIABLE, None)
        link_sdk(Path(node_modules) if node_modules else None, state.temporary)
        try:
            pythons = build_python_runtimes(state.lambda_runtime, given_pythons())
        except NoInterpreter as error:
            raise RuntimesError(str(error)) from error
        os.environ.pop(PYTHONS_VARIABLE, None)
        java_home = os.environ.pop(_JAVA_HOME, None)
        folder, hosts = state.temporary / "java", AwsHosts(port)
        if traffic is None:
            return cls(pythons, JavaRuntime(folder, state.ca_bundle, hosts, java_home))
        for interpreter in pythons.values():
            traffic.lead_python(interpreter)
        java = JavaRuntime(folder, traffic.bundle, hosts, java_home, is_led_to_proxy=True)
        return cls(pythons, java, is_led_to_proxy=True)

    def why_not(self, runtime: str, package_type: str) -> str | None:
        """Return why functions of a runtime can't run here; None if they can."""
        if package_type == "Image":
            return f"appflow-local runs no container images, as it has no Docker. {_LIMIT}"
        if runtime.startswith("java"):
            try:
                self.java.find()
            except JavaUnavailable as reason:
                wanted = f"appflow-local runs functions of the runtime {runtime} on this machine's"
                return f"{wanted} JVM, but {reason}. {_LIMIT}"
            return None
        if runtime.startswith("nodejs") and shutil.which("node") is None:
            return (
                f"appflow-local runs functions of the runtime {runtime} on this machine's Node.js, "
                "but there's no `node` on PATH. On Debian and Ubuntu, `apt-get install nodejs` "
                f"installs it. {_LIMIT}"
            )
        if runtime.startswith("nodejs") and self.is_led_to_proxy and not reads_proxies():
            return (
                "appflow-local can't record or replay what functions in Node.js ask for with the "
                "`node` on PATH, which doesn't know NODE_USE_ENV_PROXY: start the cloud with "
                f"Node.js 22.21, 24.5 or newer. {_LIMIT}"
            )
        if runtime.startswith(("python", "nodejs", "provided")):
            return None
        return (
            f"appflow-local doesn't run functions of the runtime {runtime}, only of Python, "
            f"Node.js, Java and provided (OS-only) runtimes. {_LIMIT}"
        )

    def make_ready(self, runtime: str) -> None:
        """Prepare once what all functions of a runtime need, if it can be."""
        if runtime.startswith("java"):
            with suppress(JavaUnavailable):  # the invocation tells
                self.java.prepare()

    def python(self, runtime: str) -> Path:
        """Return the interpreter for a runtime such as `python3.13`: that one, or the cloud's."""
        version = runtime.removeprefix("python")
        return self.pythons.get(version) or self._own

    def another_python(self, runtime: str) -> str | None:
        """Return what to know where a Python runtime runs on another Python; None elsewhere."""
        version = runtime.removeprefix("python")
        if not runtime.startswith("python") or version in self.pythons:
            return None
        return (
            f"Functions of the runtime {runtime} run on Python {self._own_version} here. To run "
            f"them on theirs, start the cloud with {PYTHONS_VARIABLE}={version}=PATH, where PATH "
            f"is an interpreter of Python {version}"
        )

    def explain(self, runtime: str, reason: str) -> str:
        """Add to the reason why a function couldn't start what this machine has to do with it."""
        if (note := self.another_python(runtime)) is not None:
            return f"{reason}. {note}"
        if runtime.startswith("nodejs") and (missing := _MISSING_SDK.search(reason)):
            return (
                f"{reason}. Lambda's Node.js has the AWS SDK; here it's the machine's: "
                f"`npm install {missing[0]}` in the folder in which you start the cloud, or name "
                f"a node_modules folder that has it in {NODE_MODULES_VARIABLE}, and start it again"
            )
        return reason

    @property
    def _own(self) -> Path:
        return self.pythons.get(OWN_VERSION) or next(iter(self.pythons.values()))

    @property
    def _own_version(self) -> str:
        return ".".join(map(str, sys.version_info[:3]))
